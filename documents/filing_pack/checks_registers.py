"""Checks of the registers and what was sealed in them. Pure: facts in, gaps out."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from documents.columns import Origin, level_of, rank_of
from documents.filing_pack.facts import Entry, Facts
from documents.filing_pack.gaps import Gap, Link
from documents.lines import POINT, lines_of
from registers.content import digest
from registers.schemes.model import SchemeSpec
from workflow.enums import Action, ItemOutcome

# What a step of each kind leaves behind when somebody signed there.
SIGNED = {
    "fill": {Action.SUBMIT, Action.RECOMPILE},
    "review": {Action.AGREE},
    "countersign": {Action.AGREE},
    "audit": {Action.AGREE},
    "superior": {Action.AGREE},
    "meeting": {Action.MEETING},
}


def page_of(entry: Entry) -> Link:
    """The register's own page."""
    return Link("register", (entry.register.pk,), entry.name)


def subjects_have_registers(facts: Facts) -> Iterator[Gap]:
    """Every post, section and bureau that the scheme asks has a register in the cycle."""
    board = Link("cycle", (facts.cycle.pk,), "周期看板：补开登记")
    for scope, name in facts.unopened:
        yield Gap(f"“{name}”没有{scope.name}登记表。", board)


def attachments_are_there(facts: Facts) -> Iterator[Gap]:
    """Every attachment of the plan can be printed from at least one sealed register."""
    for scope in facts.spec.scopes:
        sealed = any(entry.seal for entry in facts.of_scope(scope.key))
        for form in () if sealed else facts.spec.forms_of(scope.key):
            title = form.title.replace("{bureau}", facts.cycle.bureau.name)
            board = Link("cycle", (facts.cycle.pk,), "周期看板")
            yield Gap(f"{form.number}《{title}》没有可以打印的登记表。", board)


def registers_are_finished(facts: Facts) -> Iterator[Gap]:
    """Nothing of the cycle is still on its road."""
    for entry in facts.entries:
        if not entry.finished:
            step = next((step.name for step in entry.route.steps if step.key == entry.register.step), "")
            yield Gap(f"{entry.name}还没有办完，现在到“{step or entry.register.step}”。", page_of(entry))


def registers_are_sealed(facts: Facts) -> Iterator[Gap]:
    """What is printed was sealed; a draft is no attachment."""
    for entry in facts.entries:
        if entry.seal is None:
            yield Gap(f"{entry.name}还没有提交，没有封存的内容可以打印。", page_of(entry))


def seals_agree(facts: Facts) -> Iterator[Gap]:
    """The sealed text still has the digest that was signed. Where the law had a piece blanked it cannot, and `verify`
    answers for it."""
    for entry in facts.entries:
        if entry.seal is None or entry.seal.pk in facts.blanked:
            continue
        if digest(entry.seal.content, entry.seal.algorithm) != entry.seal.digest:
            said = f"{entry.name}的封存内容与封存码 {entry.seal.short} 不符，可能被改动过，请立即报告。"
            yield Gap(said, page_of(entry))


def compiled_is_whole(facts: Facts) -> Iterator[Gap]:
    """A compiled register holds all registers that the scheme puts below it, and no other."""
    for entry in facts.entries:
        if not entry.scope.compiles or entry.seal is None:
            continue
        held = {row.child_id for row in entry.included}
        for child in below(facts, entry):
            if child.register.pk not in held:
                yield Gap(f"{entry.name}没有汇总{child.name}。", page_of(entry))
        for row in entry.included:
            if row.child_id not in facts.by_register:
                yield Gap(f"{entry.name}汇总了已经终止或被替代的登记表（{row.child}）。", page_of(entry))


def below(facts: Facts, entry: Entry) -> list[Entry]:
    """The registers of the cycle that belong into a compiled one."""
    mine = entry.register
    whole = mine.unit.parent_id is None
    return [
        child
        for child in facts.entries
        if child.scope.key in entry.scope.compiles
        and child.register.pk != mine.pk
        and (whole or child.register.section_id == mine.section_id)
    ]


def compiled_is_fresh(facts: Facts) -> Iterator[Gap]:
    """The registers below say the same points as when they were compiled."""
    for entry, child, data in _compiled(facts):
        if named_points(data["rows"]) != named_points(child.content["rows"]):
            yield Gap(f"{child.name}在汇总之后改过风险点，{entry.name}没有重新汇总。", page_of(entry))


def totals_agree(facts: Facts) -> Iterator[Gap]:
    """The numbers of points, level by level, are the same in the register below and in what was compiled from it."""
    for entry, child, data in _compiled(facts):
        above, own = totals(data, facts.spec), totals(child.content, facts.spec)
        if above != own:
            said = f"{entry.name}里“{child.register.subject_name}”是 {told(above)}，它自己的登记表是 {told(own)}。"
            yield Gap(said, page_of(entry))


def _compiled(facts: Facts) -> Iterator[tuple[Entry, Entry, Mapping[str, Any]]]:
    """Each compiled register with each register below and what was taken from it."""
    for entry in facts.entries:
        for data in entry.content.get("compiled", ()):
            if child := facts.by_register.get(data["register"]):
                yield entry, child, data


def named_points(rows: Iterable[Mapping[str, Any]]) -> set[tuple[str, str, str]]:
    """The points with their words."""
    return {(p["lineage"], p["name"], p["manifestation"]) for row in rows for p in row["points"]}


def totals(data: Mapping[str, Any], spec: SchemeSpec) -> Counter:
    """How many points of each level a content declares itself; what it compiled is not its own."""
    subject = data.get("subject") or {"tier": ""}
    origin = Origin(subject, tuple(data["rows"]), data.get("levels") or {}, data.get("declared_rank"))
    lines = (line for line in lines_of([origin], POINT) if line.point is not None)
    counts = Counter(level_of(rank_of(line, spec), spec) for line in lines)
    return Counter({(level.rank, level.name) if level else (99, "未定级"): count for level, count in counts.items()})


def told(counts: Counter) -> str:
    """风险点 5 个（一级 2 个、二级 3 个）."""
    parts = "、".join(f"{word} {count} 个" for (_, word), count in sorted(counts.items()))
    return f"风险点 {counts.total()} 个" + (f"（{parts}）" if parts else "")


def signatures_are_there(facts: Facts) -> Iterator[Gap]:
    """Every step that a finished register passed has its decision, with a name."""
    for entry in facts.entries:
        if not entry.finished:
            continue
        for step in entry.route.steps:
            wanted = SIGNED.get(step.kind)
            done = [row for row in entry.decisions if row.step == step.key]
            if wanted is None or any(row.action == Action.SKIP for row in done):
                continue
            signed = [row for row in done if row.action in wanted]
            if not signed:
                yield Gap(f"{entry.name}没有“{step.name}”的意见。", page_of(entry))
            elif not (signed[-1].by_name or signed[-1].by_title).strip():
                yield Gap(f"{entry.name}“{step.name}”的意见没有署名。", page_of(entry))


def signatures_precede_publication(facts: Facts) -> Iterator[Gap]:
    """Whatever had to be signed before a notice was signed when it was published."""
    for entry in facts.entries:
        for item in entry.notices:
            opened = item.notice.opened_at
            if opened is None or item.outcome == ItemOutcome.RETURNED:
                continue
            for step in _steps_before(entry, item.notice.rule):
                done = [row for row in entry.decisions if row.step == step.key]
                signed = [row for row in done if row.action in {*SIGNED[step.kind], Action.SKIP}]
                if signed and all(row.at > opened for row in signed):
                    said = f"{entry.name}“{step.name}”的签署晚于公示（{item.notice.number or item.notice.title}）。"
                    yield Gap(said, page_of(entry))


def _steps_before(entry: Entry, rule: str) -> list:
    steps = entry.route.steps
    place = next((n for n, step in enumerate(steps) if step.kind == "notice" and step.notice == rule), 0)
    return [step for step in steps[:place] if step.kind in SIGNED]
