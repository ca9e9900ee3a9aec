"""A workbook that came back as values: the content that somebody wanted, and every fault by its cell.

A cell that was not touched keeps the value it was issued with, whatever became of the words. A line is known by its
hidden identity; one without (inserted, typed below, pasted) is new, and belongs where it stands. What is taken out is
missing, or all of its cells are empty.
"""

import uuid
from dataclasses import dataclass, field

from accounts.exceptions import NotNow
from registers.forms.offers import Offers
from registers.forms.rows import MOST_ITEMS
from registers.importing.cells import Sheet
from registers.offline.columns import CONTROL, IDENTITY, NUMBER, POINT, ROW
from registers.offline.ground import Ground
from registers.offline.head import read_head
from registers.offline.items import Items, Typed
from registers.offline.lines import Line, line_of
from registers.offline.reading import Message, Reader
from registers.offline.shape import Cells, Whole, row_cells, row_from, settled
from registers.offline.sheet import grid_of
from registers.parts import POINTS
from registers.rows import ControlData, PointData, RowData
from registers.services.row_writing import check_parts

MOST_ROWS = 1000
NOT_HERE = {
    ROW: "这一格属于同一行的首行，请在那里填写；要另外登记一行，请写在空行里。",
    POINT: "这一格属于上面的风险点；要加风险点，请插入一行或写在空行里。",
}


@dataclass
class Returned:
    """What came back. With messages nothing of it may be taken."""

    whole: Whole = field(default_factory=Whole)
    messages: list[Message] = field(default_factory=list)


@dataclass
class Gathered:
    """A row being gathered from its lines."""

    issued: RowData
    cells: Cells
    number: int
    standing: bool = False
    points: dict[str, PointData] = field(default_factory=dict)
    controls: dict[str, ControlData] = field(default_factory=dict)


def parse(sheets: list[Sheet], ground: Ground, offers: Offers, token: str) -> Returned | None:
    """What the workbook says; None when the sheet to fill cannot be found in it."""
    grid = grid_of(sheets, {column.key for column in ground.columns} - {NUMBER})
    if grid is None:
        return None
    reader = Reader(ground, offers, grid)
    rows = Parser(reader, token).rows()
    kinds = [point.kind for row in rows.values() for point in row.points]
    head, messages = read_head(sheets, ground, offers, kinds)
    return Returned(Whole(head, rows), [*messages, *reader.messages])


class Parser:
    """Walks over the lines once."""

    def __init__(self, reader: Reader, token: str):
        self.reader, self.token, self.items = reader, token, Items(reader)
        self.issued = reader.ground.whole.rows
        self.found: dict[str, Gathered] = {}
        self.used: set[str] = set()
        self.row, self.point = "", ""  # where a line without identity belongs

    def rows(self) -> dict[str, RowData]:
        """All rows that stand in the sheet, in the order of their issue, new ones behind."""
        for number, typed in self.reader.grid.rows.items():
            self._line(number, typed)
        order = [key for key in self.issued if key in self.found]
        order += [key for key in self.found if key not in self.issued]
        made = {key: self._made(self.found[key]) for key in order}
        rows = {key: row for key, row in made.items() if row is not None}
        self._check(rows)
        return rows

    def _made(self, row: Gathered) -> RowData | None:
        """The row, unless it was taken out: nothing is left of it."""
        if not row.standing and not row.points and not row.controls:
            return None
        points, controls = _ordered(row.points, row.issued.points), _ordered(row.controls, row.issued.controls)
        for items, word in ((points, "风险点"), (controls, "防控措施")):
            if len(items) > MOST_ITEMS:
                self.reader.say(row.number, None, f"一行最多 {MOST_ITEMS} 个{word}，现在有 {len(items)} 个。")
        return settled(row_from(row.cells, points, controls))

    def _check(self, rows: dict[str, RowData]) -> None:
        """What was taken out must be open at this step, as what was changed."""
        parts, first = self.reader.offers.parts, min(self.reader.grid.rows, default=1)
        if len(rows) > max(MOST_ROWS, len(self.issued)):
            self.reader.say(first, None, f"一张登记表最多 {MOST_ROWS} 行，现在有 {len(rows)} 行。")
        gone = [key for key in self.issued if key not in rows]
        if gone and POINTS not in parts:
            text = f"本步骤不能删除登记内容，表中少了 {len(gone)} 行；请从原来的表格中找回。"
            self.reader.say(first, None, text)
        said = {message.row for message in self.reader.messages}
        for key, row in rows.items():
            number = self.found[key].number
            try:
                check_parts(self.issued.get(key, row), row, parts)
            except NotNow as fault:
                if number not in said:
                    self.reader.say(number, None, f"{fault}请把这一行的内容恢复原样。")

    # Lines ----------------------------------------------------------------------------------------------------------

    def _line(self, number: int, typed: Typed) -> None:
        identity = typed[IDENTITY].text
        line = line_of(identity) if identity else None
        if identity and line is None:
            self.reader.say(number, None, "这一行的隐藏编号被改动过；请撤销改动，或把内容抄到空行里。")
        elif line is None or identity in self.used:  # pasted once more: the first one is it, this one is new
            self._new_line(number, typed)
        elif not self._known(line):
            text = "这一行的隐藏编号不是这张表的（可能从别的表粘贴而来）；请把内容抄到空行里。"
            self.reader.say(number, None, text)
        else:
            self.used.add(identity)
            self._issued_line(number, line, typed)

    def _known(self, line: Line) -> bool:
        row = self.issued.get(line.row)
        if row is None:
            return False
        points = {point.lineage for point in row.points}
        controls = {control.lineage for control in row.controls}
        return (not line.point or line.point in points) and (not line.control or line.control in controls)

    def _issued_line(self, number: int, line: Line, typed: Typed) -> None:
        issued = self.issued[line.row]
        row = self.found.setdefault(line.row, Gathered(issued, row_cells(issued), number))
        self.point = line.point or (self.point if self.row == line.row else "")
        self.row = line.row
        if ROW in line.holds:
            row.cells, row.number = self.items.frame(number, typed, issued), number
            row.standing = not self.items.emptied(ROW, typed, issued)
        else:
            self._must_be_empty(number, ROW, typed)
        if POINT in line.holds:
            was = next(point for point in issued.points if point.lineage == line.point)
            if not self.items.emptied(POINT, typed, was):
                row.points[was.lineage] = self.items.point(number, typed, was.lineage, was)
        elif line.holds == {ROW} and self.items.says(POINT, typed):
            self.point = self._new_point(number, row, typed)
        else:
            self._must_be_empty(number, POINT, typed)
        if CONTROL in line.holds:
            known = next(control for control in issued.controls if control.lineage == line.control)
            if not self.items.emptied(CONTROL, typed, known):
                row.controls[known.lineage] = self.items.control(number, typed, known.lineage, known, line.point)
        elif self.items.says(CONTROL, typed):
            self._new_control(number, row, typed)

    def _new_line(self, number: int, typed: Typed) -> None:
        says = {item: self.items.says(item, typed) for item in (ROW, POINT, CONTROL)}
        if says[ROW]:
            self.row, self.point = self._fresh(number, ROW), ""
            cells = self.items.frame(number, typed, None)
            self.found[self.row] = Gathered(RowData(), cells, number, standing=True)
            if not (cells["power"][0] or cells["matter"]):
                text = "新的一行要写明职权或事项；续写上一行的，职权、事项、环节和责任人都空着。"
                self.reader.say(number, None, text)
        if not says[POINT] and not says[CONTROL]:
            return
        if not self.row:
            self.reader.say(number, None, "这一行上面没有登记内容，请先写明职权或事项。")
            return
        if says[POINT]:
            self.point = self._new_point(number, self.found[self.row], typed)
        if says[CONTROL]:
            self._new_control(number, self.found[self.row], typed)

    def _new_point(self, number: int, row: Gathered, typed: Typed) -> str:
        lineage = self._fresh(number, POINT)
        row.points[lineage] = self.items.point(number, typed, lineage, None)
        return lineage

    def _new_control(self, number: int, row: Gathered, typed: Typed) -> None:
        lineage = self._fresh(number, CONTROL)
        row.controls[lineage] = self.items.control(number, typed, lineage, None, self.point)

    def _must_be_empty(self, number: int, item: str, typed: Typed) -> None:
        for column in self.items.columns[item]:
            if typed[column.key].text or typed[column.key].fault:
                self.reader.say(number, column, NOT_HERE[item])

    def _fresh(self, number: int, item: str) -> str:
        """The lineage of something new: the same whenever this workbook is read."""
        return uuid.uuid5(uuid.NAMESPACE_OID, f"{self.token}:{number}:{item}").hex


def _ordered(items: dict, issued: tuple) -> tuple:
    """The items in the order of their issue, new ones behind."""
    known = [item.lineage for item in issued if item.lineage in items]
    return tuple(items[key] for key in [*known, *(key for key in items if key not in set(known))])
