"""From sheets to groups of rows: which cells of which lines belong to one row of the register."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from registers.importing.cells import BLANK, Cell, Sheet, place
from registers.importing.headings import NAMES, Head, find_head, repeats_head, twice
from registers.importing.planned import Message

UNREAD = frozenset({"order", "count"})  # numbers of the table itself: a formula there does no harm
SAME = frozenset({"同上", "同前", "〃", '"', "同"})
SUMS = ("合计", "小计", "总计")


@dataclass
class Line:
    """One line of a sheet: field → cell, with where it stands."""

    sheet: str
    number: int
    head: Head
    cells: dict[str, Cell] = field(default_factory=dict)

    def text(self, name: str) -> str:
        return self.cells.get(name, BLANK).text

    def merge(self, name: str) -> int:
        return self.cells.get(name, BLANK).merge

    def message(self, name: str, said: str, todo: str = "", *, error: bool = True) -> Message:
        """A remark on one of the line's cells."""
        columns = self.head.columns.get(name, [])
        return Message(
            said=said,
            todo=todo,
            sheet=self.sheet,
            row=self.number,
            column=place(columns[0]) if columns else "",
            heading=self.head.title(columns[0]).replace("\n", "") if columns else NAMES.get(name, ""),
            text=self.text(name)[:60],
            error=error,
        )


def lines_of(sheets: list[Sheet], messages: list[Message]) -> Iterator[Line]:
    """All lines of all sheets that have a head, top to bottom. Adds what is wrong to ``messages``."""
    seen = False
    for sheet in sheets:
        if sheet.hidden:
            messages.append(Message("工作表是隐藏的，没有导入。", "要导入请先取消隐藏。", sheet.name, error=False))
            continue
        head = find_head(sheet)
        if head is None:
            messages.append(Message("没有认出表头，这张工作表没有导入。", "", sheet.name, error=False))
            continue
        seen = True
        if not _head_is_sound(sheet, head, messages):
            continue
        yield from _lines(sheet, head, messages)
    if not seen:
        todo = "表头应有“风险点”（或“表现形式”）和“职权内容”“风险等级”“防控措施”“责任主体”等列中的至少一列。"
        messages.append(Message("没有找到可以导入的表：认不出表头。", todo))


def _head_is_sound(sheet: Sheet, head: Head, messages: list[Message]) -> bool:
    for name, letters in twice(head):
        said = f"{letters}列都像“{name}”，不知道用哪一列。"
        messages.append(Message(said, "请改写其中一列的表头，或删去多余的列。", sheet.name, head.first_row))
    if twice(head):
        return False
    if head.left_out:
        names = "、".join(f"{place(c)}列“{head.title(c)}”" for c in head.left_out)
        messages.append(
            Message(f"{names}不在可导入的栏目之内，没有导入。", "", sheet.name, head.first_row, error=False)
        )
    used = {column for columns in head.columns.values() for column in columns}
    hidden = [column for column in sheet.hidden_columns if column in used]
    if hidden:
        names = "、".join(f"{place(c)}列" for c in hidden)
        messages.append(Message(f"{names}是隐藏列，也一并导入。", "", sheet.name, head.first_row, error=False))
    return True


def _lines(sheet: Sheet, head: Head, messages: list[Message]) -> Iterator[Line]:
    previous: Line | None = None
    for number, cells in sheet.rows.items():
        if number <= head.last_row or repeats_head(head, cells):
            continue
        line = _line(sheet, head, number, cells)
        if not line.cells or _only_goes_on(line, previous):
            continue
        if why := _no_row(line, cells):
            messages.append(Message(why, "", sheet.name, number, text=cells[0].text[:60], error=False))
            continue
        messages += [
            line.message(name, cell.fault) for name, cell in line.cells.items() if cell.fault and name not in UNREAD
        ]
        _carry_down(line, previous, messages)
        previous = line
        yield line


def _only_goes_on(line: Line, previous: Line | None) -> bool:
    """Whether a line holds nothing but cells merged with those above: a blank line inside a tall row."""
    return previous is not None and all(
        cell.merge and cell.merge == previous.merge(name) for name, cell in line.cells.items()
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


def _carry_down(line: Line, previous: Line | None, messages: list[Message]) -> None:
    """“同上” takes the words of the line above; a blank 责任主体 below a filled one means the same one."""
    if previous is None:
        return
    for name, cell in list(line.cells.items()):
        if cell.text in SAME and previous.text(name):
            line.cells[name] = Cell(previous.text(name), 0)
            messages.append(line.message(name, "“同上”按上一行的内容导入。", error=False))
    if "unit" in line.head.columns and not line.text("unit") and previous.text("unit"):
        line.cells["unit"] = Cell(previous.text("unit"), 0)
        messages.append(line.message("unit", "这一格是空的，按上一行的责任主体导入。", error=False))


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
