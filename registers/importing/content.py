"""The points, controls and responsibilities of one group of lines. Pure: nothing is looked up but the scheme."""

from collections.abc import Callable

from registers.enums import Height
from registers.importing import lists, words
from registers.importing.planned import Message, PlannedControl, PlannedPoint, PlannedRow
from registers.importing.table import Line
from registers.schemes.model import SchemeSpec

LONGEST = {"point": 500, "manifestation": 4000, "controls": 4000, "responsible": 120, "power": 200, "step": 120}
HEIGHTS = {"direct": Height.DIRECT, "department": Height.DEPARTMENT, "leader": Height.LEADER}
Say = Callable[[Message], None]


def too_long(line: Line, name: str, text: str, limit: int, say: Say) -> bool:
    """Report a text over its limit."""
    if len(text) <= limit:
        return False
    said = f"这一格有一项 {len(text)} 字，最多 {limit} 字。"
    say(line.message(name, said, "请缩短，或分成编号的几条（1.…；2.…）。"))
    return True


def fill_row(row: PlannedRow, group: list[Line], spec: SchemeSpec, say: Say) -> None:
    """Put the group's points, controls and responsibilities into the row; say what is wrong or noteworthy."""
    scope = row.register.scope
    places: dict[tuple, list[int]] = {}
    of_line: list[list[int]] = []
    for line in group:
        key = _point_key(line)
        if key not in places:
            places[key] = _add_points(row, line, spec, scope, say)
        of_line.append(places[key])
    _add_controls(row, group, of_line, say)
    for line in group:
        for name, height in HEIGHTS.items():
            text = line.text(name)
            if text and not too_long(line, name, text, LONGEST["responsible"], say):
                known = row.responsible.get(height, "")
                row.responsible[height] = text if not known or known == text else f"{known}、{text}"[:120]


def _point_key(line: Line) -> tuple:
    own = f"r{line.number}"
    return line.merge("point") or own, (line.merge("manifestation") or own) if line.text("manifestation") else ""


def _add_points(row: PlannedRow, line: Line, spec: SchemeSpec, scope: str, say: Say) -> list[int]:
    names, told = lists.items(line.text("point")), lists.items(line.text("manifestation"))
    if not names:
        names, told = told, []
        field = "manifestation"
    else:
        field = "point"
    if not names:
        if line.text("level"):
            say(line.message("point", "这一行写了等级，但没有风险点。", "请补上风险点，或清空等级。", error=False))
        return []
    told = _told(line, names, told, say)
    rank, (kind, klass) = _rank(line, spec, say), _kind(row, line, spec, scope, say)
    first = len(row.points)
    for name, manifestation in zip(names, told, strict=True):
        too_long(line, field, name, LONGEST["point"], say)
        too_long(line, "manifestation", manifestation, LONGEST["manifestation"], say)
        row.points.append(PlannedPoint(name, manifestation, kind, klass, rank))
    return list(range(first, len(row.points)))


def _told(line: Line, names: list[str], told: list[str], say: Say) -> list[str]:
    """The manifestation of each point: paired when both are lists of one length, else whole with the first."""
    if len(names) > 1 and len(told) == len(names):
        return told
    if len(names) > 1 and told:
        said = f"{len(names)} 个风险点、{len(told)} 条表现形式对不上，表现形式全部记在第一个风险点下。"
        say(line.message("manifestation", said, "请在填写页核对。", error=False))
    return [line.text("manifestation"), *[""] * (len(names) - 1)] if told else [""] * len(names)


def _rank(line: Line, spec: SchemeSpec, say: Say) -> int | None:
    try:
        rank = words.rank_of(spec, line.text("level"))
    except words.UnknownWord as fault:
        say(line.message("level", str(fault), fault.todo))
        return None
    if rank is None and "level" in line.head.columns:
        say(line.message("level", "没有写等级，导入后请在填写页选定。", error=False))
    return rank


def _kind(row: PlannedRow, line: Line, spec: SchemeSpec, scope: str, say: Say) -> tuple[str, str]:
    text = line.text("kind")
    if not text:
        return "", ""
    kind, klass = words.kind_of(spec, scope, text)
    if kind or klass:
        return kind, klass
    names = "、".join(kind.name for kind in spec.kinds_of(scope))
    if row.power is None and not row.matter:
        row.matter = text[:300]
        said = f"方案没有“{text}”这一风险类别，按事项导入。"
    else:
        said = f"方案没有“{text}”这一风险类别，类别没有导入。"
    say(line.message("kind", said, f"方案的类别：{names}；请在填写页选定。", error=False))
    return "", ""


def _add_controls(row: PlannedRow, group: list[Line], of_line: list[list[int]], say: Say) -> None:
    """Controls of one merged cell belong to the whole row; those of a line to the line's points."""
    seen: set[int] = set()
    shared = {line.merge("controls") for line in group if line.merge("controls")}
    for line, points in zip(group, of_line, strict=True):
        text, merge = line.text("controls"), line.merge("controls")
        if not text or merge in seen:
            continue
        if merge:
            seen.add(merge)
        mine = points
        if merge in shared:
            mine = [
                i for other, own in zip(group, of_line, strict=True) if other.merge("controls") == merge for i in own
            ]
            mine = list(dict.fromkeys(mine))
        _pair(row, line, mine, text, say)


def _pair(row: PlannedRow, line: Line, points: list[int], text: str, say: Say) -> None:
    """One point takes all controls; two lists of one length go side by side; else they stay with the row."""
    controls = lists.items(text)
    numbered = lists.is_list(text)
    for number, control in enumerate(controls):
        too_long(line, "controls", control, LONGEST["controls"], say)
        if len(points) == 1:
            point = points[0]
        elif numbered and len(controls) == len(points):
            point = points[number]
        else:
            point = None
        row.controls.append(PlannedControl(control, point))
