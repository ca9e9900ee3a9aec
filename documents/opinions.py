"""Opinion cells of a paper, filled with the real decisions of the steps that the scheme names. Pure."""

from collections.abc import Iterable, Sequence

from django.utils import timezone

from paper import Opinion, OpinionCell, Signer
from registers.schemes import explain, model
from registers.schemes.model import SchemeSpec
from registers.schemes.road import Route
from workflow import actors
from workflow.enums import Action
from workflow.models import Decision

WAITING = "（待办理）"
HAND = "\u3000"  # a box that is signed by hand: nothing is printed in it
# What is printed where somebody signed without words.
_WORDS = {
    Action.SUBMIT: "已如实填写，提交办理。",
    Action.CONFIRM: "确认。",
    Action.OPINE: "无补充意见。",
    Action.AGREE: "同意。",
    Action.MEETING: "会议审定通过。",
    Action.NOTICE_END: "公示期满。",
    Action.ISSUE: "印发。",
}


def standing(decisions: Iterable[Decision], route: Route) -> list[Decision]:
    """The decisions that still hold: what a later send-back took the register behind has to be decided anew.

    A send-back that goes straight on where it came from sets aside the step gone back to and the step that returned.
    """
    places = {step.key: index for index, step in enumerate(route.steps)}
    held: list[Decision] = []
    for decision in decisions:
        if decision.to_step not in places:
            held.append(decision)
            continue
        target, source = places[decision.to_step], places.get(decision.step, 0)
        direct = any(r.to == decision.to_step and r.resume == "direct" for r in route.steps[source].returns)
        held = [
            one
            for one in held
            if places.get(one.step, 0) < target or (direct and target < places.get(one.step, 0) < source)
        ]
    return held


def cells(
    boxes: Sequence[model.OpinionCell], decisions: Iterable[Decision], route: Route, spec: SchemeSpec
) -> list[OpinionCell]:
    """The boxes of a form with the opinions that stand, the newest first."""
    held = standing(decisions, route)
    return [_cell(box, [one for one in held if one.step in box.steps], route, spec) for box in boxes]


def _cell(box: model.OpinionCell, decisions: list[Decision], route: Route, spec: SchemeSpec) -> OpinionCell:
    said = [_opinion(one, route, spec) for one in reversed(decisions) if one.action in _WORDS]
    skipped = next((one.opinion for one in reversed(decisions) if one.action == Action.SKIP), "")
    hint = f"（{skipped}）" if skipped else WAITING
    return OpinionCell(box.label, said, empty_hint="" if said else hint, seal=box.seal)


def _opinion(decision: Decision, route: Route, spec: SchemeSpec) -> Opinion:
    parts = [decision.opinion or _WORDS[decision.action]]
    marked = [option.name for option in spec.marks if decision.marks.get(option.key)]
    if marked:
        parts.append(f"审查认为：{'、'.join(marked)}。")
    level = next((level for level in spec.levels if level.rank == decision.levels.get("")), None)
    if level:
        parts.append(f"审定等级：{level.name}。")
    elif decision.levels:
        parts.append(f"审定了 {len(decision.levels)} 个风险点的等级，见表中等级栏。")
    if decision.action == Action.MEETING and decision.paper:
        parts.append(f"会议纪要：{decision.paper}。")
    if decision.instead_of:
        parts.append(f"（{decision.instead_of}）")
    return Opinion("\n".join(parts), _signer(decision, route), timezone.localtime(decision.at).date())


def _signer(decision: Decision, route: Route) -> Signer:
    """Post and name; a meeting signs as the body that met, whoever wrote it down. Who stands in says for whom (代)."""
    if decision.action == Action.MEETING:
        return Signer(decision.by_title)
    name = "" if decision.by_title.endswith(decision.by_name) else decision.by_name
    return Signer(decision.by_title, name, acting_for=_acting_for(decision, route))


def _acting_for(decision: Decision, route: Route) -> str:
    """Who should have acted; nobody where the post was only waited for."""
    if not decision.instead_of or decision.instead_of.endswith(actors.WAITED_FOR):
        return ""
    asked = next((step.actor for step in route.steps if step.key == decision.step), None)
    return explain.actor(asked) if asked else f"“{decision.step_name}”"
