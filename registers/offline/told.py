"""What differs, as people read it: where, which cell, and what it says on each side."""

from dataclasses import dataclass
from typing import Any

from registers.forms.offers import Offers
from registers.models import Block, Register
from registers.offline.columns import OF_ROW, Column
from registers.offline.ground import Ground, lists_of
from registers.offline.lines import PREFIX
from registers.offline.merge import CONTROL, HEAD, POINT, ROW, WHOLE, Difference
from registers.offline.shape import FACTOR, RESPONSIBLE, Whole, point_cells
from registers.offline.words import Words
from registers.rows import ControlData, PointData, RowData

NOTHING = "（无）"
GONE = "（已删除）"
ITEMS = {ROW: "整行登记", POINT: "风险点", CONTROL: "防控措施"}


@dataclass(frozen=True)
class Told:
    """One difference in words. ``place`` says in which row and item, ``title`` which cell."""

    key: str
    place: str
    title: str
    issued: str
    theirs: str
    now: str
    item: bool = False


class Teller:
    """Words for values: as issued, else as they are called now."""

    def __init__(self, ground: Ground, offers: Offers, register: Register, blocks: list[Block], now: Whole):
        self.words = (ground.words, Words(lists_of(register, offers, blocks)))
        self.wholes = (now, ground.whole)
        self.columns = {(one.item, one.key.removeprefix(PREFIX.get(one.item, ""))): one for one in ground.columns}
        self.columns |= {(HEAD, column.key): column for column in ground.head}

    def told(self, one: Difference, theirs: Whole) -> Told:
        """A difference in words."""
        if one.place.cell == WHOLE:
            said = [self._item(one.place.kind, value) for value in (one.issued, one.theirs, one.now)]
            return Told(one.key, self._row(one, theirs), ITEMS[one.place.kind], *said, item=True)
        said = [self._cell(one, value, theirs) for value in (one.issued, one.theirs, one.now)]
        return Told(one.key, self._place(one, theirs), self._title(one), *said)

    # Where ----------------------------------------------------------------------------------------------------------

    def _row(self, one: Difference, theirs: Whole) -> str:
        if one.place.kind == HEAD:
            return "整表事项"
        for whole in (*self.wholes, theirs):
            if row := whole.rows.get(one.place.row):
                number = list(whole.rows).index(one.place.row) + 1
                return (
                    f"第{number}行“{self._power(row) or '未写职权'}”"
                    if whole is not theirs
                    else f"新的一行“{self._power(row)}”"
                )
        return ""

    def _place(self, one: Difference, theirs: Whole) -> str:
        row = self._row(one, theirs)
        if one.place.kind not in (POINT, CONTROL):
            return row
        group = "points" if one.place.kind == POINT else "controls"
        for whole in (*self.wholes, theirs):
            for item in getattr(whole.rows.get(one.place.row, RowData()), group):
                if item.lineage == one.place.lineage:
                    name = item.name if one.place.kind == POINT else item.text
                    return f"{row}　{ITEMS[one.place.kind]}“{_short(name)}”"
        return row

    def _title(self, one: Difference) -> str:
        if one.place.cell == "power" and one.place.kind == ROW:
            return f"{self.columns[ROW, 'power'].title}和{self.columns[ROW, 'step'].title}"
        if one.place.cell == "point":
            return "措施针对"
        column = self._column(one)
        return column.title if column else one.place.cell.removeprefix(FACTOR).removeprefix(RESPONSIBLE)

    def _column(self, one: Difference) -> Column | None:
        return self.columns.get((one.place.kind, one.place.cell))

    # What -----------------------------------------------------------------------------------------------------------

    def _cell(self, one: Difference, value: Any, theirs: Whole) -> str:
        if value in (None, ""):
            return OF_ROW if one.place.cell == "point" else NOTHING
        if one.place.cell == "power" and one.place.kind == ROW:
            step = self._word("step", value[1]) or value[2]
            return "\n".join(part for part in (self._word("power", value[0]), step) if part) or NOTHING
        if one.place.cell == "point":
            return self._point_name(one.place.row, value, theirs)
        column = self._column(one)
        if isinstance(value, tuple):
            return self._word("post", value[0]) or value[1] or NOTHING
        if hasattr(value, "isoformat"):
            return value.isoformat()
        return (self._word(column.choices, value) if column and column.choices else "") or str(value)

    def _point_name(self, row: str, lineage: str, theirs: Whole) -> str:
        for whole in (*self.wholes, theirs):
            for point in whole.rows.get(row, RowData()).points:
                if point.lineage == lineage:
                    return _short(point.name) or "（没有写内容的风险点）"
        return OF_ROW

    def _item(self, kind: str, value: RowData | PointData | ControlData | None) -> str:
        if value is None:
            return GONE
        if kind == CONTROL:
            return value.text or NOTHING
        if kind == POINT:
            return self._point(value)
        controls = [control.text for control in value.controls]
        parts = [self._power(value), *(self._point(point) for point in value.points), *controls]
        return "\n".join(part for part in parts if part) or NOTHING

    def _point(self, point: PointData) -> str:
        answers = [self._word(key, value) for key, value in point_cells(point).items() if key.startswith(FACTOR)]
        words = [self._word("kind", point.kind), self._word("level", point.declared_rank), *answers]
        told = "、".join(word for word in words if word)
        parts = [point.name + (f"（{told}）" if told else ""), point.manifestation]
        return "\n".join(part for part in parts if part) or NOTHING

    def _power(self, row: RowData) -> str:
        return self._word("power", row.power_id) or _short(row.matter)

    def _word(self, choices: str, value: Any) -> str:
        return next((word for words in self.words if (word := words.word(choices, value))), "")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 24 else f"{line[:23]}…"
