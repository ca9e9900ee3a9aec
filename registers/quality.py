"""The check list before a register is submitted: what blocks, and what is only pointed out.

Plan 000 asks 准、全、深 of every row, plan 002 that 有权力岗位就有廉政风险 and 找不出风险点才是最大风险.
Only what the present step opens can block: nobody is asked to mend what he may not change.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from registers.compare import row_name
from registers.content import content_of
from registers.models import Power, Register
from registers.parts import CONTROLS, LEVELS, POINTS, open_parts, rates_subject
from registers.schemes.model import Factor, SchemeSpec
from registers.schemes.rating import Suggestion, suggest_point, suggest_subject
from registers.schemes.store import spec_of

SHORTEST = 6  # characters of a manifestation below which it can hardly say anything


@dataclass(frozen=True)
class Finding:
    """One sentence without its full stop. ``blocks``: the register cannot be submitted. ``row``: lineage or ""."""

    text: str
    blocks: bool
    row: str = ""


@dataclass(frozen=True)
class Asked:
    """What the rules look at besides the content."""

    spec: SchemeSpec
    scope: str
    parts: frozenset[str]
    powers: tuple[tuple[int, str], ...] = ()  # id and name of the subject's own powers
    zero_signed: bool = False


def findings(register: Register) -> list[Finding]:
    """The check list of a register as it stands."""
    spec = spec_of(register.scheme)
    powers = tuple(own_powers(register).values_list("pk", "name"))
    asked = Asked(spec, register.scope, open_parts(register, spec), powers, register.zero_signed)
    return judge(content_of(register), asked)


def own_powers(register: Register):
    """The powers that the subject itself exercises: of the post, or of the unit and no particular post."""
    own = {"post": register.post_id} if register.post_id else {"unit": register.unit_id, "post": None}
    return Power.objects.open().filter(**own)


def judge(content: dict[str, Any], asked: Asked) -> list[Finding]:
    """The rules, over plain values; what blocks stands first."""
    found = [*_subject(content, asked), *_powers(content, asked)]
    said: dict[str, str] = {}
    for row in content["rows"]:
        found += _row(row, asked, said)
    return sorted(found, key=lambda finding: not finding.blocks)


def _subject(content, asked: Asked) -> Iterator[Finding]:
    if not any(row["points"] for row in content["rows"]) and POINTS in asked.parts:
        yield from _zero(content, asked)
    if LEVELS not in asked.parts or not rates_subject(asked.spec, asked.scope):
        return
    if content["declared_rank"] is None:
        yield Finding("还没有选定本表的自评等级", True)
    points = [point for row in content["rows"] for point in row["points"]]
    kinds = [point["kind"] for point in points]
    suggested = suggest_subject(asked.spec, asked.scope, content["factors"], [0] * len(points), kinds)
    for factor in _open(asked, "subject", suggested):
        yield Finding(f"“{factor.name}”还没有回答", True)


def _zero(content, asked: Asked) -> Iterator[Finding]:
    """A register without any point: not silently (plan 002). Compiling registers may have no rows of their own."""
    if asked.spec.scope(asked.scope).compiles:
        return
    if content["zero_reason"].strip() and asked.zero_signed:
        yield Finding("没有写任何风险点，提交后将一直标明“无风险点”及理由", False)
    elif asked.powers:
        yield Finding("有职权而没有风险点：请至少找出一个风险点，或写明理由并签署", True)
    else:
        yield Finding("还没有风险点：请先逐项查找；确实没有的，写明理由并签署", True)


def _powers(content, asked: Asked) -> Iterator[Finding]:
    if POINTS not in asked.parts:
        return
    used = {row["power"]["id"] for row in content["rows"] if row["power"] and row["points"]}
    for pk, name in asked.powers:
        if pk not in used:
            yield Finding(f"职权“{name}”还没有对应的风险点", False)


def _row(row, asked: Asked, said: dict[str, str]) -> Iterator[Finding]:
    name, lineage = row_name(row), row["lineage"]
    if POINTS in asked.parts:
        if not row["power"] and not row["matter"].strip():
            yield Finding("有一行没有写职权或事项", True, lineage)
        if not row["points"]:
            yield Finding(f"“{name}”一行没有风险点", True, lineage)
    for point in row["points"]:
        yield from _point(point, name, lineage, asked, said)
    if CONTROLS in asked.parts:
        yield from _controls(row, name, lineage)


def _point(point, row_title, lineage, asked: Asked, said) -> Iterator[Finding]:
    name = point["name"].strip() or f"{row_title}一行的风险点"
    if POINTS in asked.parts:
        if not point["name"].strip():
            yield Finding(f"“{row_title}”一行有一个风险点没有写内容", True, lineage)
        if not point["kind"]:
            yield Finding(f"“{name}”没有选风险类别", True, lineage)
        yield from _manifestation(point["manifestation"].strip(), name, lineage, said)
    if LEVELS in asked.parts and not rates_subject(asked.spec, asked.scope):
        yield from _level(point, name, lineage, asked)


def _manifestation(text, name, lineage, said: dict[str, str]) -> Iterator[Finding]:
    if not text:
        yield Finding(f"“{name}”没有写表现形式", True, lineage)
    elif len(text) < SHORTEST:
        yield Finding(f"“{name}”的表现形式只有 {len(text)} 个字，请写得具体一些", False, lineage)
    elif text in said and said[text] != name:
        yield Finding(f"“{name}”与“{said[text]}”的表现形式相同", False, lineage)
    said.setdefault(text, name)


def _level(point, name, lineage, asked: Asked) -> Iterator[Finding]:
    suggestion = suggest_point(asked.spec, asked.scope, point["factors"])
    for factor in _open(asked, "point", suggestion):
        yield Finding(f"“{name}”的“{factor.name}”还没有回答", True, lineage)
    rank = point["declared_rank"]
    if rank is None:
        yield Finding(f"“{name}”没有选等级", True, lineage)
        return
    suggested = suggestion.rank
    if suggested is not None and suggested != rank:
        levels = asked.spec.level
        yield Finding(f"“{name}”自评{levels(rank).name}，按因素建议{levels(suggested).name}", False, lineage)


def _open(asked: Asked, on: str, suggestion: Suggestion) -> list[Factor]:
    """The questions on which the level still depends: where a criterion already holds, the others need no answer."""
    return [factor for factor in asked.spec.factors_of(asked.scope, on) if factor.key in suggestion.open]


def _controls(row, name, lineage) -> Iterator[Finding]:
    whole_row = any(not control["point"] for control in row["controls"])
    paired = {control["point"] for control in row["controls"]}
    if row["points"] and not row["controls"]:
        yield Finding(f"“{name}”一行没有防控措施", True, lineage)
    elif not whole_row:
        for point in row["points"]:
            if point["lineage"] not in paired:
                yield Finding(f"“{point['name']}”没有防控措施", True, lineage)
    for control in row["controls"]:
        if not control["text"].strip():
            yield Finding(f"“{name}”一行有一条防控措施没有写内容", True, lineage)
        elif not control["owner"]:
            yield Finding(f"防控措施“{control['text'][:20]}”没有责任岗位", False, lineage)
    if row["points"] and not row["responsible"].get("direct"):
        yield Finding(f"“{name}”一行没有直接责任人", True, lineage)
