"""Whether a table of steps hangs together: each branch leads to a step that is there, every step is reached."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from paper.flow import END, LONGEST_LABEL, Branch, Flow, Step
from registers.enums import StepKind
from registers.procedures import leads

EXAMPLE = "请写成“同意：4；不同意：2”，结束的写“结束”"


@dataclass(frozen=True)
class Reading:
    """The branches of each step; ``faults`` by the number of the step forbid saving, ``warnings`` do not."""

    branches: tuple[tuple[Branch, ...], ...]
    faults: tuple[tuple[int, str], ...]
    warnings: tuple[str, ...]


def read(steps: Sequence[dict]) -> Reading:
    """The table as it would be kept (name, kind, leads_to …), its rows numbered from 1."""
    found: list[tuple[Branch, ...]] = []
    faults: list[tuple[int, str]] = []
    names = _names(steps)
    for number, step in enumerate(steps, start=1):
        branches, wrong = _step(number, step, len(steps), names)
        found.append(branches)
        faults += [(number, sentence) for sentence in wrong]
    return Reading(tuple(found), tuple(faults), tuple(_warnings(steps, found, {number for number, _ in faults})))


def _names(steps: Sequence[dict]) -> dict[str, int]:
    counts = Counter(step.get("name", "") for step in steps)
    return {step["name"]: number for number, step in enumerate(steps, 1) if counts[step.get("name", "")] == 1}


def _step(number: int, step: dict, count: int, names: dict[str, int]) -> tuple[tuple[Branch, ...], list[str]]:
    text = (step.get("leads_to") or "").strip()
    following = (Branch(number + 1 if number < count else END),)
    if step.get("kind") == StepKind.END:
        return (), ["性质是“办结”，不再有去向：请清空去向，或改性质为“办理”。"] if text else []
    if not text:
        return following, []
    branches, wrong = [], []
    for lead in leads.read(text, names):
        if sentence := _wrong(lead, count):
            wrong.append(sentence)
        else:
            branches.append(Branch(lead.to, lead.label))
    return tuple(branches) or following, wrong


def _wrong(lead: leads.Lead, count: int) -> str:
    if lead.to is None and leads.LOST in (lead.target, lead.target.replace("?", leads.LOST)):
        return f"去向“{lead.label}”原来的环节已删去，请改写要去的环节。"
    if lead.to is None:
        return f"去向“{lead.target or lead.label}”没有写明到哪一步：没有这个名称的环节。{EXAMPLE}。"
    if lead.to > count or (lead.to < 1 and lead.target.lstrip("第 ").startswith("0")):
        return f"去向写的是第{lead.to}步，但流程只有{count}步。请改写要去的环节，结束的写“结束”。"
    if len(lead.label) > LONGEST_LABEL:
        return f"去向“{lead.label[:10]}…”的条件有{len(lead.label)}个字，最多{LONGEST_LABEL}个字，细节请写在说明里。"
    return ""


def _warnings(steps: Sequence[dict], branches: list[tuple[Branch, ...]], wrong: set[int]) -> list[str]:
    found = []
    for number, (step, ways) in enumerate(zip(steps, branches, strict=True), start=1):
        if step.get("kind") == StepKind.DECIDE and number not in wrong:
            if len(ways) < 2:
                found.append(f"第{number}步“{step['name']}”是判断，但只有一个去向。")
            elif any(not way.label for way in ways):
                found.append(f"第{number}步“{step['name']}”有的去向没有写条件。")
    flow = plain(steps, branches)
    if flow is None:
        return found
    if loose := flow.unreachable():
        found.append(f"没有一条去向通到{_told(loose)}。")
    if endless := [step for step in flow.endless() if step not in loose]:
        found.append(f"从{_told(endless)}走不到结束。")
    return found


def plain(steps: Sequence[dict], branches: Sequence[tuple[Branch, ...]]) -> Flow | None:
    """The bare flow of these steps; None without any."""
    rows = zip(steps, branches, strict=True)
    found = [
        Step(n, step.get("name", ""), kind_of(step), branches=ways if kind_of(step) != StepKind.END else ())
        for n, (step, ways) in enumerate(rows, start=1)
    ]
    return Flow("", tuple(found)) if found else None


def kind_of(step: dict) -> str:
    """The kind of a step that may not have said it."""
    return str(StepKind(step.get("kind") or StepKind.DO))


def _told(steps: Sequence[Step]) -> str:
    told = "、".join(f"第{step.number}步“{step.name}”" for step in steps[:5])
    return f"{told}等{len(steps)}个环节" if len(steps) > 5 else told
