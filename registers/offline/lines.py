"""The lines of the sheet: each control has a line, the first line of a point carries it, that of a row its power.

The hidden identity says which item a line carries (capital letter) or only belongs to: ``R…P…C…`` is a row with its
first point and control, ``r…p…C…`` one more control of that point, ``r…C…`` a control of the whole row.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from registers.offline.columns import CONTROL, IDENTITY, NUMBER, OF_POINT, OF_ROW, OWN, POINT, ROW, Column
from registers.offline.ground import Ground
from registers.offline.shape import Cells, control_cells, point_cells, row_cells
from registers.offline.words import Words, written
from registers.rows import ControlData, PointData, RowData

IDENTITIES = re.compile(r"([Rr])([0-9a-f]{32})(?:([Pp])([0-9a-f]{32}))?(?:(C)([0-9a-f]{32}))?")
PREFIX = {ROW: "", POINT: "p-", CONTROL: "c-"}


@dataclass
class Line:
    """One line: the lineages of its items, which of them it carries, and the words of its cells by column."""

    row: str = ""
    point: str = ""
    control: str = ""
    holds: frozenset[str] = frozenset()
    cells: dict[str, str] = field(default_factory=dict)

    @property
    def identity(self) -> str:
        """What stands in the hidden column."""
        row = f"{'R' if ROW in self.holds else 'r'}{self.row}"
        point = f"{'P' if POINT in self.holds else 'p'}{self.point}" if self.point else ""
        return row + point + (f"C{self.control}" if self.control else "")


def line_of(identity: str) -> Line | None:
    """The line of an identity, without its words; None when it is none."""
    match = IDENTITIES.fullmatch(identity)
    if match is None:
        return None
    first, row, second, point, third, control = match.groups()
    held = {ROW: first == "R", POINT: second == "P", CONTROL: third == "C"}
    return Line(row, point or "", control or "", frozenset(item for item, holds in held.items() if holds))


def lines_of(ground: Ground) -> list[Line]:
    """All lines of an issued form."""
    found: list[Line] = []
    for number, (lineage, row) in enumerate(ground.whole.rows.items(), start=1):
        lines = list(_lines(lineage, row))
        lines[0].holds |= {ROW}
        for line in lines:
            line.cells = _words(line, row, ground)
        lines[0].cells |= {NUMBER: str(number)}
        found += lines
    return found


def _lines(lineage: str, row: RowData) -> Iterator[Line]:
    known = {point.lineage for point in row.points}
    for point in row.points:
        controls = [control.lineage for control in row.controls if control.point == point.lineage]
        held = {POINT, CONTROL} if controls else {POINT}
        yield Line(lineage, point.lineage, controls[0] if controls else "", frozenset(held))
        for control in controls[1:]:
            yield Line(lineage, point.lineage, control, frozenset({CONTROL}))
    loose = [control.lineage for control in row.controls if control.point not in known]
    for control in loose:
        yield Line(lineage, "", control, frozenset({CONTROL}))
    if not row.points and not loose:
        yield Line(lineage)


def _words(line: Line, row: RowData, ground: Ground) -> dict[str, str]:
    found = {IDENTITY: line.identity}
    if ROW in line.holds:
        found |= item_words(ROW, row, ground)
    if POINT in line.holds:
        found |= item_words(POINT, next(point for point in row.points if point.lineage == line.point), ground)
    if CONTROL in line.holds:
        found |= item_words(CONTROL, next(one for one in row.controls if one.lineage == line.control), ground)
    return found


def item_words(item: str, value: RowData | PointData | ControlData, ground: Ground) -> dict[str, str]:
    """The words of one row, point or control, by column."""
    cells = {ROW: row_cells, POINT: point_cells, CONTROL: control_cells}[item](value)
    return {one.key: word_of(one, cells, ground.words) for one in ground.columns if one.item == item}


def head_words(cells: Cells, ground: Ground) -> dict[str, str]:
    """The words of the answers about the subject, by column."""
    return {column.key: _plain(column, cells.get(column.key), ground.words) for column in ground.head}


def word_of(column: Column, cells: Cells, words: Words) -> str:
    """What stands in the cell of a column for these values."""
    name = column.key.removeprefix(PREFIX[column.item])
    if name == "power" and column.item == ROW:
        return words.word("power", cells["power"][0])
    if name == "step" and column.item == ROW:
        return words.word("step", cells["power"][1]) or written(cells["power"][2])
    if name == OWN:
        return OF_POINT if cells["point"] else OF_ROW
    if column.loose:
        return words.word(column.choices, cells[name][0]) or written(cells[name][1])
    return _plain(column, cells.get(name), words)


def _plain(column: Column, value: Any, words: Words) -> str:
    if column.choices:
        return words.word(column.choices, value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return written(value or "")
