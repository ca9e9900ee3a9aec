"""What must hold of the roads: order of steps, who acts, where to send back, what each kind of step may say."""

import re

from registers.schemes.checks import actor, keys, known_one, unique
from registers.schemes.faults import Faults, listing
from registers.schemes.model import SchemeSpec
from registers.schemes.road import Actor, Route, Step

_QUORUM = re.compile(r"any|all|[1-9]\d?")
# Fields that have a meaning only for some kinds of step, and those kinds.
_ONLY_FOR = {
    "opens": ("fill",),
    "mode": ("fill", "superior"),
    "blind": ("opinions",),
    "proposes": ("opinions", "exchange", "countersign", "review"),
    "determines": ("review", "countersign", "meeting", "audit", "superior"),
    "marks": ("review", "audit", "superior"),
    "body": ("meeting",),
    "notice": ("notice",),
}
_ACTORS_FOR = {
    "fill": ("filler", "head", "in_charge", "role"),
    "opinions": ("peers", "members", "role"),
    "exchange": ("pair",),
    "review": ("head", "in_charge", "role"),
    "countersign": ("members", "peers", "role"),
    "meeting": ("role",),
    "audit": ("role",),
    "superior": ("role",),
    "notice": ("role",),
    "issue": ("role",),
}


def check(spec: SchemeSpec, faults: Faults):
    """Adds every fault of the routes."""
    scopes = keys(spec.scopes)
    unique([route.scope for route in spec.routes], "routes", "scope", faults)
    for key in scopes:
        if key not in [route.scope for route in spec.routes]:
            faults.add("routes", f"范围“{key}”没有路线；每个范围应恰有一条。")
    for index, route in enumerate(spec.routes):
        place = f"routes[{index}]"
        known_one(route.scope, scopes, f"{place}.scope", "范围（scopes）", faults)
        _order(spec, route, place, faults)
        for number, step in enumerate(route.steps):
            where = f"{place}.steps[{number}]"
            _says(step, where, faults)
            _who(spec, route, step, where, faults)
            _backwards(route, number, where, faults)
            _refers(spec, route, step, where, faults)


def _order(spec: SchemeSpec, route: Route, place, faults):
    unique(keys(route.steps), f"{place}.steps", "key", faults)
    if not route.steps:
        faults.add(f"{place}.steps", "路线至少要有填报和印发两步。")
        return
    first, last = route.steps[0], route.steps[-1]
    if first.kind != "fill":
        faults.add(f"{place}.steps[0].kind", f"路线应从填报（fill）开始，现为“{first.kind}”。")
    elif "points" not in first.opens:
        faults.add(f"{place}.steps[0].opens", "第一次填报应放开风险点（points）。")
    if last.kind != "issue":
        faults.add(f"{place}.steps[{len(route.steps) - 1}].kind", f"路线应以印发（issue）结束，现为“{last.kind}”。")
    for number, step in enumerate(route.steps[:-1]):
        if step.kind == "issue":
            faults.add(f"{place}.steps[{number}].kind", "印发（issue）只能是最后一步。")
    compiles = any(scope.key == route.scope and scope.compiles for scope in spec.scopes)
    if compiles != any(step.mode == "compile" for step in route.steps):
        said = "应有一步填报的 mode 为 compile" if compiles else "不汇总（scopes 里没有 compiles），mode 不能为 compile"
        faults.add(f"{place}.steps", f"范围“{route.scope}”{said}。")


def _says(step: Step, place, faults):
    for name, kinds in _ONLY_FOR.items():
        if getattr(step, name) and step.kind not in kinds:
            faults.add(f"{place}.{name}", f"“{step.kind}”步骤不能写 {name}；可写的步骤：{listing(kinds)}。")
    if step.kind == "fill" and not step.opens:
        faults.add(f"{place}.opens", "填报应写明放开哪些部分；可选：points、levels、controls。")
    modes = {"fill": ("", "compile"), "superior": ("opinion", "decide")}.get(step.kind, (step.mode,))
    if step.mode not in modes:
        faults.add(f"{place}.mode", f"“{step.kind}”步骤的 mode 可选：{listing(m or '（空）' for m in modes)}。")
    if step.kind == "meeting" and not step.body:
        faults.add(f"{place}.body", "会议应写明由什么会议研究决定，如 局办公会议。")
    if step.kind == "notice" and not step.notice:
        faults.add(f"{place}.notice", "公示应写明用哪一条公示规则（notices 的键）。")
    if step.kind == "superior" and step.mode == "opinion" and step.determines:
        faults.add(f"{place}.determines", "上级只提出意见（mode 为 opinion）时不能审定等级。")
    if not _QUORUM.fullmatch(step.quorum):
        faults.add(f"{place}.quorum", f"“{step.quorum}”不是办理人数；可选：any（任一人）、all（全体）或 1 到 99。")
    if step.due_days < 0 or step.due_days > 250:
        faults.add(f"{place}.due_days", "办理期限应为 0 到 250 个工作日。")


def _who(spec: SchemeSpec, route: Route, step: Step, place, faults):
    allowed = _ACTORS_FOR[step.kind]
    if step.actor.who not in allowed:
        faults.add(f"{place}.actor", f"“{step.kind}”步骤不能由“{step.actor.who}”办理；可选：{listing(allowed)}。")
    actor(step.actor, f"{place}.actor", faults)
    if step.kind == "superior" and step.actor.at != "above":
        faults.add(f"{place}.actor.at", "上级审核由上级单位办理，at 应为 above。")
    filler = next((scope.filler for scope in spec.scopes if scope.key == route.scope), None)
    if step.kind in ("review", "audit") and filler is not None and step.actor == filler:
        faults.add(f"{place}.actor", "填报人不能审核自己填的登记表；请换一个办理人。")
    if step.kind == "fill" and step.actor not in (filler, Actor("filler")):
        faults.add(f"{place}.actor", "填报步骤由这一范围的填报人办理：写 filler，或与 scopes 里的 filler 相同。")


def _backwards(route: Route, number, place, faults):
    """Sending back goes to an earlier step; whoever must be another person decided before."""
    step, earlier, all_keys = route.steps[number], keys(route.steps[:number]), keys(route.steps)
    if step.kind in ("fill", "issue") and step.returns:
        faults.add(f"{place}.returns", f"“{step.kind}”步骤不能退回。")
    unique([back.to for back in step.returns], f"{place}.returns", "to", faults)
    for index, back in enumerate(step.returns):
        where = f"{place}.returns[{index}].to"
        if back.to in all_keys and back.to not in earlier:
            faults.add(where, f"只能退回前面的步骤，“{back.to}”不在前面；可选：{listing(earlier)}。")
        known_one(back.to, all_keys, where, "步骤", faults)
        if back.to in earlier and route.step(back.to).kind in ("notice", "meeting"):
            faults.add(where, f"不能退回到公示或会议；可选：{listing(_returnable(route, number))}。")
    for index, key in enumerate(step.distinct_from):
        where = f"{place}.distinct_from[{index}]"
        if key in all_keys and key not in earlier:
            faults.add(where, f"只能与前面的步骤回避，“{key}”不在前面；可选：{listing(earlier)}。")
        known_one(key, all_keys, where, "步骤", faults)


def _returnable(route, number):
    return [step.key for step in route.steps[:number] if step.kind not in ("notice", "meeting")]


def _refers(spec: SchemeSpec, route: Route, step: Step, place, faults):
    known_one(step.deliverable, keys(spec.deliverables), f"{place}.deliverable", "成果（deliverables）", faults)
    for deliverable in spec.deliverables:
        if deliverable.key == step.deliverable and deliverable.scopes and route.scope not in deliverable.scopes:
            faults.add(f"{place}.deliverable", f"成果“{step.deliverable}”不适用于范围“{route.scope}”。")
    known_one(step.notice, keys(spec.notices), f"{place}.notice", "公示规则（notices）", faults)
    own = [form.key for form in spec.forms if form.scope == route.scope]
    known_one(step.paper, own, f"{place}.paper", f"表（范围“{route.scope}”的 forms）", faults)
    if step.marks and not spec.marks:
        faults.add(f"{place}.marks", "方案没有写 marks（如 准、全、深），步骤里就不能要求标注。")
