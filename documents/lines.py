"""The content of a register laid out in printed lines, and which neighbouring cells become one. Pure."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from documents.columns import BLOCK, CELLS, CONTROLS, OF_LEVEL, SUBJECT, SUBJECT_TOO, Line, Origin, Sheet
from paper import Cell, Row

_OF_SUBJECT = frozenset({"post", "tier", "duties", "subject_level", "point_count", "powers", "points"})
POINT, ROW, WHOLE = "point", "row", "whole"
_OUTER = ("bureau", "unit", "source", "tier", "post", "duties", "subject_level", "point_count", "powers", "points")


def origins_of(content: Mapping[str, Any], levels: Mapping[str, int]) -> list[Origin]:
    """The compiled registers in the order of their units, then what the register declares itself."""
    found = [
        Origin(
            subject=child["subject"],
            rows=tuple(child["rows"]),
            levels=child.get("levels", {}),
            declared_rank=child.get("declared_rank"),
            source=f"{child['subject']['name']}登记表（{child['digest'][:8]}）",
        )
        for child in content.get("compiled", [])
    ]
    own = Origin(content["subject"], tuple(content["rows"]), levels, content["declared_rank"])
    return [*found, own]


def grain_of(keys: Sequence[str]) -> str:
    """What one printed line is about: the finest thing that a column tells of."""
    rest = set(keys) - SUBJECT - SUBJECT_TOO
    if rest <= OF_LEVEL:  # said of whatever has the level: here of the subject
        return WHOLE
    return ROW if rest <= BLOCK else POINT


def lines_of(origins: Sequence[Origin], grain: str) -> list[Line]:
    """The numbered lines of a paper."""
    if grain == WHOLE:
        found = [Line(0, origin) for origin in origins]
    else:
        found = [line for origin in origins for row in origin.rows for line in _of_row(origin, row, grain)]
    return [replace(line, number=number) for number, line in enumerate(found, 1)]


def _of_row(origin: Origin, row: Mapping[str, Any], grain: str) -> list[Line]:
    points, controls = row["points"], tuple(row["controls"])
    if grain == ROW or not points:
        return [Line(0, origin, row, controls=controls)]
    paired = all(control["point"] for control in controls)
    if not paired and len(points) > 1:
        return [Line(0, origin, row, point, controls, shared_controls=True) for point in points]
    return [
        Line(0, origin, row, point, tuple(c for c in controls if c["point"] in ("", point["lineage"])))
        for point in points
    ]


def table_rows(lines: Sequence[Line], keys: Sequence[str], sheet: Sheet) -> list[Row]:
    """The cells of all lines, with equal neighbours of one unit, post, power or row made one tall cell."""
    dense = [[Cell.of(CELLS[key](line, line.origin.sheet or sheet)) for key in keys] for line in lines]
    marks = [[_mark(line, key, keys, sheet, cells) for key in keys] for line, cells in zip(lines, dense, strict=True)]
    rows = []
    for index, cells in enumerate(dense):
        begun = []
        for column, cell in enumerate(cells):
            mark = marks[index][column]
            if mark is not None and index and marks[index - 1][column] == mark:
                continue
            end = index + 1
            while mark is not None and end < len(dense) and marks[end][column] == mark:
                end += 1
            begun.append(replace(cell, row_span=end - index))
        rows.append(Row(tuple(begun)))
    return rows


def _mark(line: Line, key: str, keys: Sequence[str], sheet: Sheet, cells: Sequence[Cell]) -> Hashable | None:
    """Neighbours with the same mark are one cell; None stands alone."""
    block = (id(line.origin), (line.row or {}).get("lineage"))
    if key in _OUTER:
        return key, _own(line) if key in _OF_SUBJECT else "", *_outer(key, keys, cells)
    if key == "power":
        power = line.power.get("id")
        return (key, power, _own(line), *_outer(None, keys, cells)) if power else (key, block)
    if key in ("change", "order", "remark"):
        return None
    if key in BLOCK or (key in CONTROLS and line.shared_controls):
        return key, block
    return None


def _own(line: Line) -> str:
    """Whose line it is, where a post fills its own register: two posts of one name are two."""
    return line.origin.subject.get("key", "") if line.origin.subject["tier"] else ""


def _outer(until: str | None, keys: Sequence[str], cells: Sequence[Cell]) -> list[str]:
    """The texts of the outer columns up to and with `until` (all without it): a cell is merged only within them."""
    found = []
    for key, cell in zip(keys, cells, strict=True):
        if key in _OUTER:
            found.append(cell.plain)
        if key == until:
            break
    return found
