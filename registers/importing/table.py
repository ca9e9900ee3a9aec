"""From sheets to groups of rows: which cells of which lines belong to one row of the register."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from registers.importing.cards import Card
from registers.importing.cells import Cell, Sheet, place
from registers.importing.feet import Foot
from registers.importing.headings import Head, likely_head, twice
from registers.importing.layouts import Layout
from registers.importing.planned import Message, Say
from registers.importing.vocabulary import JOINED, NAMES

UNREAD = frozenset({"order", "count"})  # numbers of the table itself: a formula there does no harm
SAME = frozenset({"同上", "同前", "〃", '"', "同"})
SUMS = ("合计", "小计", "总计")


class Spot(NamedTuple):
    """Where a field stands: its column from 0, its heading, and on a card its own row."""

    column: int
    title: str
    row: int = 0


@dataclass
class Line:
    """One line of a sheet, or one card: field → its cells, with where they stand."""

    sheet: str
    number: int
    cells: dict[str, list[Cell]]
    spots: dict[str, Spot]  # every field that the table has, filled in or not

    def text(self, name: str) -> str:
        """What is said; of several columns of one field all, persons side by side, the rest one below the other."""
        texts = self.parts(name)
        if len(texts) < 2:
            return texts[0] if texts else ""
        return ("、" if name in JOINED else "\n").join(dict.fromkeys(texts))

    def parts(self, name: str) -> list[str]:
        """What each column of the field says."""
        return [cell.text for cell in self.cells.get(name, ())]

    def merge(self, name: str) -> int:
        return self.cells[name][0].merge if self.cells.get(name) else 0

    def has(self, name: str) -> bool:
        """Whether the table has such a column at all."""
        return name in self.spots

    @property
    def place(self) -> str:
        return f"工作表“{self.sheet}”第{self.number}行"

    def message(self, name: str, said: str, todo: str = "", *, error: bool = True) -> Message:
        """A remark on one of the line's cells."""
        spot = self.spots.get(name)
        return Message(
            said=said,
            todo=todo,
            sheet=self.sheet,
            row=spot.row or self.number if spot else self.number,
            column=place(spot.column) if spot else "",
            heading=spot.title.replace("\n", "") if spot else NAMES.get(name, ""),
            text=self.text(name)[:60],
            error=error,
        )


def lines_of(layouts: list[Layout], say: Say) -> Iterator[Line]:
    """All lines of all sheets that are read, top to bottom. What is wrong goes to ``say``."""
    previous: Line | None = None
    for layout in layouts:
        if not layout.known:
            say(_unread(layout))
            continue
        if layout.card:
            yield from _card_line(layout.sheet.name, layout.card, say)
            continue
        if layout.like:
            said = f"这张工作表没有表头，序号接着“{layout.like}”，按那张表的列导入。"
            say(Message(said, "不对的请在“列的对应”里改。", layout.sheet.name, error=False))
        elif not _head_is_sound(layout.sheet, layout.head, say):
            continue
        for line in _lines(layout.sheet, layout.head, say, previous if layout.like else None):
            previous = line
            yield line
    if not any(layout.known for layout in layouts):
        say(_nothing_known(layouts))


def _nothing_known(layouts: list[Layout]) -> Message:
    """No sheet is read: a list of powers belongs elsewhere, for others somebody says what the columns are."""
    point_out = "可以在预览页“列的对应”里指明表头在哪一行、各列是什么"
    for layout in layouts:
        head = likely_head(layout.sheet)
        if "power" in head.columns and not layout.skipped:
            said = f"没有风险点一列，“{head.title(head.columns['power'][0])}”像是职权清单的表头。"
            todo = f"职权清单请在“导入基础资料”里导入；要作为排查表导入的，{point_out}。"
            return Message(said, todo, layout.sheet.name, head.first_row)
    todo = "表头应有“风险点”（或“表现形式”）和“职权内容”“风险等级”“防控措施”“责任主体”等列中的至少一列。"
    return Message("没有找到可以导入的表：认不出表头。", f"{point_out}；{todo}")


def _unread(layout: Layout) -> Message:
    name = layout.sheet.name
    if layout.sheet.hidden:
        return Message("工作表是隐藏的，没有导入。", "要导入请先取消隐藏。", name, error=False)
    if layout.skipped:
        return Message("按您的选择，这张工作表不导入。", "", name, error=False)
    todo = "要导入请在预览页“列的对应”里指明表头在哪一行、各列是什么。"
    return Message("没有认出表头，这张工作表没有导入。", todo, name, error=False)


def _card_line(sheet: str, card: Card, say: Say) -> Iterator[Line]:
    """The whole card as one line."""
    cells: dict[str, list[Cell]] = {}
    spots: dict[str, Spot] = {}
    for slot in card.slots:
        if slot.field:
            spots.setdefault(slot.field, Spot(slot.column, slot.title, slot.row))
            if slot.cell.text:
                cells.setdefault(slot.field, []).append(slot.cell)
    if card.left_out:
        names = "、".join(f"第{slot.row}行“{slot.title}”" for slot in card.left_out)
        said = f"竖排的表：{names}不在可导入的栏目之内，没有导入。"
        say(Message(said, "要导入请在预览页“列的对应”里选定。", sheet, card.left_out[0].row, error=False))
    line = Line(sheet, card.slots[0].row, cells, spots)
    _tell_faults(line, say)
    yield line


def _head_is_sound(sheet: Sheet, head: Head, say: Say) -> bool:
    for name, letters in twice(head):
        said = f"{letters}列都像“{name}”，不知道用哪一列。"
        todo = "请在预览页“列的对应”里选定用哪一列，或改写其中一列的表头。"
        say(Message(said, todo, sheet.name, head.first_row))
    if twice(head):
        return False
    if head.left_out:
        names = "、".join(f"{place(c)}列“{head.title(c)}”" for c in head.left_out)
        said, todo = f"{names}不在可导入的栏目之内，没有导入。", "要导入请在预览页“列的对应”里选定。"
        say(Message(said, todo, sheet.name, head.first_row, error=False))
    used = {column for columns in head.columns.values() for column in columns}
    hidden = [column for column in sheet.hidden_columns if column in used]
    if hidden:
        names = "、".join(f"{place(c)}列" for c in hidden)
        say(Message(f"{names}是隐藏列，也一并导入。", "", sheet.name, head.first_row, error=False))
    rows = [number for number in sheet.hidden_rows if number > head.last_row and number in sheet.rows]
    if rows:
        said = f"第{rows[0]}行等 {len(rows)} 行是隐藏行，也一并导入。"
        say(Message(said, "不要导入的请在原表删去。", sheet.name, rows[0], error=False))
    return True


def _lines(sheet: Sheet, head: Head, say: Say, previous: Line | None) -> Iterator[Line]:
    spots = {name: Spot(columns[0], head.title(columns[0])) for name, columns in head.columns.items()}
    foot = Foot(sheet.name, head)
    for number, cells in sheet.rows.items():
        if number <= head.last_row or foot.holds(number, cells, say):
            continue
        line = Line(sheet.name, number, _cells(head, cells), spots)
        if not line.cells or _only_goes_on(line, previous):
            continue
        if why := _no_row(line, cells):
            say(Message(why, "", sheet.name, number, text=cells[0].text[:60], error=False))
            continue
        _tell_faults(line, say)
        _carry_down(line, previous, say)
        previous = line
        yield line


def _tell_faults(line: Line, say: Say) -> None:
    for name, cells in line.cells.items():
        for cell in cells:
            if cell.fault and name not in UNREAD:
                said, _, todo = cell.fault.partition("。")
                say(line.message(name, f"{said}。", todo))


def _cells(head: Head, cells: list[Cell]) -> dict[str, list[Cell]]:
    width, found = len(cells), {}
    for name, columns in head.columns.items():
        filled = [cells[column] for column in columns if column < width and cells[column].text]
        if filled:
            found[name] = filled
    return found


def _only_goes_on(line: Line, previous: Line | None) -> bool:
    """Whether a line holds nothing but cells merged with those above: a blank line inside a tall row."""
    return (
        previous is not None
        and line.sheet == previous.sheet
        and all(line.merge(name) and line.merge(name) == previous.merge(name) for name in line.cells)
    )


def _line(sheet: Sheet, head: Head, number: int, cells: list[Cell]) -> Line:
    line = Line(sheet.name, number, head)
    for name, columns in head.columns.items():
        found = [cells[column] for column in columns if column < len(cells) and cells[column].text]
        if len(found) > 1:
            text = "、".join(dict.fromkeys(cell.text for cell in found))
            found = [Cell(text, found[0].merge, next((cell.fault for cell in found if cell.fault), ""))]
        if found:
            line.cells[name] = found[0]
    return line


def _no_row(line: Line, cells: list[Cell]) -> str:
    """Why a line is no row of the table; "" when it is one."""
    filled = [cell for cell in cells if cell.text]
    merges = {cell.merge for cell in filled}
    if len(filled) > 1 and len(merges) == 1 and merges != {0}:
        return "整行合并的文字不是表格内容，没有导入。"
    if any(cell.text.replace(" ", "").startswith(SUMS) for cell in filled[:2]):
        return "合计行没有导入。"
    if not (set(line.cells) - UNREAD) or set(line.cells) <= {"order", "unit", "count"}:
        return "这一行只有序号或部门，没有导入。"
    if set(line.cells) == {"order"} or (
        len(filled) == 1 and filled[0].text.startswith(("注：", "注:", "说明", "填表"))
    ):
        return "表下的说明没有导入。"
    return ""


def _carry_down(line: Line, previous: Line | None, say: Say) -> None:
    """“同上” takes the words of the line above; a blank 责任主体 below a filled one means the same one."""
    if previous is None:
        return
    for name in list(line.cells):
        if line.text(name) in SAME and previous.text(name):
            line.cells[name] = [Cell(text) for text in previous.parts(name)]
            say(line.message(name, "“同上”按上一行的内容导入。", error=False))
    if line.has("unit") and not line.text("unit") and previous.text("unit"):
        line.cells["unit"] = [Cell(previous.text("unit"))]
        say(line.message("unit", "这一格是空的，按上一行的责任主体导入。", error=False))


def groups_of(lines: Iterator[Line]) -> Iterator[list[Line]]:
    """Lines that share one merged control cell or one merged risk point make one row of the register."""
    group: list[Line] = []
    for line in lines:
        if group and _together(group[-1], line):
            group.append(line)
            continue
        if group:
            yield group
        group = [line]
    if group:
        yield group


def _together(above: Line, line: Line) -> bool:
    if above.sheet != line.sheet:
        return False
    if any(above.text(name) != line.text(name) for name in ("unit", "post", "power", "step")):
        return False
    return any(line.merge(name) and line.merge(name) == above.merge(name) for name in ("controls", "point"))
