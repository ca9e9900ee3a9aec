"""Synthetic registers: what would have happened on their road so far, as seals, decisions, ratings and tasks.

The rules are those of `workflow.engine`; `tests/lianzheng/test_sample.py` holds the two together.
"""

import random
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from accounts.models import User
from accounts.roles import Role
from lianzheng.sample.bulk_content import Plan, content_of
from lianzheng.sample.bulk_ground import Ground, Seat
from registers.content import canonical, digest
from registers.enums import RatingKind
from registers.models import Cycle, Rating
from registers.parts import LEVELS, POINTS, rates_subject
from registers.schemes.model import SchemeSpec
from registers.schemes.road import Step
from workflow import desks
from workflow.enums import Action
from workflow.models import Decision, Seal, Task

BACK = "查找不够深入，请对照职权逐项补充。"
WORDS = {
    Action.OPINE: ("情况属实，没有补充。", "查得比较全。"),
    Action.AGREE: ("同意。", "符合岗位实际，同意。", "风险点定位准确，措施可行。"),
    Action.MEETING: ("会议研究同意。",),
}


@dataclass(frozen=True)
class Actor:
    """Who acted, at which desk, how he signs."""

    user: User
    desk: str
    title: str
    instead_of: str = ""


@dataclass
class Trail:
    """What one bureau's registers have left behind; rows in the order in which things happened."""

    seals: list[Seal] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    ratings: list[Rating] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    passed: list[tuple[Plan, Step]] = field(default_factory=list)  # batch and filing steps that are over
    contents: dict[int, dict[str, Any]] = field(default_factory=dict)  # newest sealed content by register
    signed: dict[tuple[int, str], Seal] = field(default_factory=dict)  # what was decided on, by register and step


@dataclass
class Walker:
    """Lays the trail of one register after another; the registers below before the one that compiles them."""

    spec: SchemeSpec
    ground: Ground
    cycle: Cycle
    trail: Trail
    rng: random.Random

    def walk(self, plan: Plan, children: Sequence[Plan]) -> None:
        """Pass every step that is over; whoever sends back is the first who may."""
        steps = self.spec.route(plan.scope.key).steps
        passed = passed_steps(plan, self.spec)
        for step in passed:
            self._pass(plan, step, children)
        if plan.returned:
            self._send_back(plan, steps[len(passed)], steps[0])

    def _pass(self, plan: Plan, step: Step, children: Sequence[Plan]) -> None:
        if step.kind == "fill":
            self._submit(plan, step, children)
        elif step.kind == "notice":
            self.decide(plan, step, Action.PUBLISH)
            self.decide(plan, step, Action.NOTICE_END)
        elif step.kind == "issue":
            self._seal(plan, step, children, issue=True)
            self.decide(plan, step, Action.ISSUE)
        elif step.kind == "meeting":
            self.decide(plan, step, Action.MEETING, self._levels(plan, step))
        else:
            action = Action.OPINE if step.kind == "opinions" else Action.AGREE
            actors = list(self.actors(plan, step))
            for actor in actors if step.quorum == "all" else actors[:1]:
                self.decide(plan, step, action, self._levels(plan, step), actor)
        if step.kind in ("meeting", "notice", "issue") or step.files_to:
            self.trail.passed.append((plan, step))

    def _submit(self, plan: Plan, step: Step, children: Sequence[Plan]) -> None:
        plan.parts |= frozenset(step.opens)
        if {POINTS, LEVELS} & set(step.opens) and LEVELS in plan.parts:
            declared = [("", plan.declared)]
            if not rates_subject(self.spec, plan.scope.key):
                declared = [(point.lineage, point.rank) for point in plan.points]
            for lineage, rank in declared:
                if rank is not None:
                    self._rate(plan, step, RatingKind.DECLARED, lineage, rank, plan.filler, plan.filler.name)
        self._seal(plan, step, children if step.mode == "compile" else plan.seals and children)
        self.decide(plan, step, Action.SUBMIT)

    def _seal(self, plan: Plan, step: Step, children: Sequence[Plan], issue: bool = False) -> None:
        content = content_of(plan, self.cycle, self.spec, self.ground, plan.parts)
        content["levels"] = dict(plan.determined)
        content["compiled"] = [entry for child in children for entry in self._compiled(child)]
        text = canonical(content)
        by = plan.filler if not issue else self.ground.roles[Role.OFFICE]
        seal = Seal(
            register=plan.register, round=1, step=step.key, content=text, digest=digest(text), issue=issue, by=by
        )
        plan.seals.append(seal)
        self.trail.seals.append(seal)
        self.trail.contents[plan.register.pk] = content

    def _compiled(self, child: Plan) -> Iterator[dict[str, Any]]:
        data = self.trail.contents[child.register.pk]
        yield {
            "register": child.register.pk,
            "subject": data["subject"],
            "digest": child.seals[-1].digest,
            "declared_rank": data["declared_rank"],
            "levels": data["levels"],
            "rows": data["rows"],
        }
        yield from data["compiled"]

    def _levels(self, plan: Plan, step: Step) -> dict[str, int]:
        """What a determining step fixes: the subject's level, or those of points that nobody declared."""
        if not step.determines or plan.determined:
            return {}
        if rates_subject(self.spec, plan.scope.key):
            return {"": plan.declared} if plan.declared else {}
        return {} if LEVELS in plan.parts else {point.lineage: point.rank for point in plan.points}

    def decide(self, plan: Plan, step: Step, action: Action, levels=None, actor: Actor | None = None) -> Decision:
        actor = actor or next(iter(self.actors(plan, step)))
        title = (step.body or "局办公会议") if action == Action.MEETING else actor.title
        decision = Decision(
            register=plan.register,
            seal=plan.seals[-1],
            step=step.key,
            step_name=step.name,
            round=1,
            action=action,
            by=actor.user,
            by_name=actor.user.name,
            by_title=title,
            instead_of=actor.instead_of,
            opinion=self.rng.choice(WORDS.get(action, ("",))),
            levels=levels or {},
            marks={mark.key: True for mark in self.spec.marks} if step.marks and action == Action.AGREE else {},
            key=uuid.uuid4().hex,
        )
        self.trail.decisions.append(decision)
        self.trail.signed.setdefault((plan.register.pk, step.key), plan.seals[-1])
        self.trail.tasks.append(
            Task(
                register=plan.register,
                step=step.key,
                round=1,
                desk=actor.desk,
                instead_of=actor.instead_of,
                open=False,
                done_by=actor.user,
            )
        )
        for lineage, rank in (levels or {}).items():
            text = f"{title} {actor.user.name}".strip()
            self._rate(plan, step, RatingKind.DETERMINED, lineage, rank, actor.user, text)
            plan.determined[lineage] = rank
        return decision

    def _send_back(self, plan: Plan, step: Step, first: Step) -> None:
        decision = self.decide(plan, step, Action.SEND_BACK)
        decision.opinion, decision.to_step, decision.return_to = BACK, first.key, first.key
        decision.reasons = [self.spec.return_reasons[0].key] if self.spec.return_reasons else []

    def _rate(self, plan: Plan, step: Step, kind: str, lineage: str, rank: int, by: User, text: str) -> None:
        rating = Rating(register=plan.register, lineage=lineage, kind=kind, rank=rank, step=step.key, round=1)
        rating.by, rating.by_text = by, text
        self.trail.ratings.append(rating)

    # -- who acts ------------------------------------------------------------------------------------------------

    def actors(self, plan: Plan, step: Step) -> Iterator[Actor]:
        """Those who act at a step, never the holder himself; the office in the place of nobody."""
        who = plan.scope.filler if step.actor.who == "filler" else step.actor
        if step.kind == "fill":
            desk = desks.of_post(plan.post.pk) if plan.post else self._desk_of_filler(plan)
            yield Actor(plan.filler, desk, plan.filler.name)
            return
        own = {plan.filler.pk} if step.kind not in ("meeting", "notice", "issue") else set()
        found = [actor for actor in self._wanted(plan, who) if actor.user.pk not in own]
        if found:
            yield from found
            return
        why = f"“{step.name}”无人任职，由上一级或办公室代为办理"
        yield next(actor for actor in self._role(Role.OFFICE, "bureau", why) if actor.user.pk not in own)

    def _wanted(self, plan: Plan, who) -> Iterator[Actor]:
        ground, unit = self.ground, plan.unit
        if who.who == "role":
            yield from self._role(who.role, who.at)
        elif who.who == "pair":
            yield from self._seats([ground.head(self.pair_of(unit))])
        elif who.who == "in_charge":
            yield from self._seats([ground.in_charge(unit)])
        elif who.who in ("head", "filler"):
            yield from self._seats([ground.head(unit)])
        else:
            whole = unit.pk == ground.bureau.pk
            yield from self._seats(ground.seats if whole else ground.of(unit))

    def pair_of(self, unit) -> Any:
        """The section that looks at another's registers: the next one."""
        sections = self.ground.sections
        return sections[(sections.index(unit) + 1) % len(sections)] if unit in sections else sections[0]

    def _seats(self, seats: Sequence[Seat]) -> Iterator[Actor]:
        for seat in seats:
            if seat.user:
                yield Actor(seat.user, desks.of_post(seat.post.pk), desks.post_title(seat.post))

    def _role(self, role: str, at: str, instead_of: str = "") -> Iterator[Actor]:
        ground, above = self.ground, at == "above"
        unit, users = (ground.authority, ground.above) if above else (ground.bureau, ground.roles)
        people = [users[role]] + ([ground.clerk] if role == Role.OFFICE and not above else [])
        for user in people:
            yield Actor(user, desks.of_role(role, unit.pk), user.name, instead_of)

    def _desk_of_filler(self, plan: Plan) -> str:
        filler = plan.scope.filler
        if filler.who == "role":
            return desks.of_role(filler.role, self.ground.bureau.pk)
        return desks.of_post(self.ground.head(plan.unit).post.pk)


def passed_steps(plan: Plan, spec: SchemeSpec) -> Sequence[Step]:
    """The steps that are over; of a returned register those before the one that sent it back."""
    steps = spec.route(plan.scope.key).steps
    return steps[: returning(plan.scope.key, spec) if plan.returned else plan.place]


def returning(scope: str, spec: SchemeSpec) -> int | None:
    """Position of the first step that may send back to the first one and decides no level."""
    steps = spec.route(scope).steps
    for place, step in enumerate(steps):
        if step.kind not in ("notice", "meeting") and any(target.to == steps[0].key for target in step.returns):
            return None if any(before.determines for before in steps[: place + 1]) else place
    return None
