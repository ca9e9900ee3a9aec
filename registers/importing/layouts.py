"""How each sheet of a workbook is laid out: a table under its head, a table that goes on, a card, or nothing known."""

from collections.abc import Iterator
from dataclasses import dataclass

from registers.importing.cards import Card, find_card
from registers.importing.cells import Sheet
from registers.importing.choices import SKIPPED, Choices
from registers.importing.headings import Head, find_head, going_on, head_at, with_choice


@dataclass
class Layout:
    """One sheet with its head or as a card; both None: not read. ``like``: the sheet whose columns it goes on with."""

    sheet: Sheet
    head: Head | None = None
    card: Card | None = None
    like: str = ""
    skipped: bool = False  # somebody decided that it is not imported
    row: int | None = None  # where somebody said that its head is

    @property
    def known(self) -> bool:
        return self.head is not None or self.card is not None


def layouts_of(sheets: list[Sheet], memory: dict[str, str], choices: Choices) -> list[Layout]:
    """All sheets in order, hidden ones unread."""
    return list(_layouts(sheets, memory | choices.titles, choices))


def _layouts(sheets: list[Sheet], memory: dict[str, str], choices: Choices) -> Iterator[Layout]:
    above: Layout | None = None
    for sheet in sheets:
        layout = Layout(sheet) if sheet.hidden else _layout(sheet, memory, choices, above)
        if layout.head is not None:
            above = layout
        yield layout


def _layout(sheet: Sheet, memory: dict[str, str], choices: Choices, above: Layout | None) -> Layout:
    row, columns = choices.heads.get(sheet.name), choices.columns.get(sheet.name, {})
    if row == SKIPPED:
        return Layout(sheet, skipped=True)
    head = find_head(sheet, memory) if row is None else head_at(sheet, row, memory)
    like = ""
    if row is None and head is None and (card := find_card(sheet, memory, columns)):
        return Layout(sheet, card=card)
    if not row and (head is None or not head.titles) and above and above.head and _goes_on(above, sheet):
        head, like = going_on(above.head), above.sheet.name
    if head is not None and columns:
        head = with_choice(head, columns)
    return Layout(sheet, head if head and head.columns else None, like=like, row=row)


def _goes_on(above: Layout, sheet: Sheet) -> bool:
    """Whether a sheet without head continues the one above: as wide, and its numbers count on where those ended."""
    orders = above.head.columns.get("order") if above.head else None
    if not orders or sheet.width > above.sheet.width:
        return False
    last = max((_number(above.sheet, row, orders[0]) for row in above.sheet.rows), default=0)
    first = next((number for row in sheet.rows if (number := _number(sheet, row, orders[0]))), 0)
    return bool(last) and first == last + 1


def _number(sheet: Sheet, row: int, column: int) -> int:
    text = sheet.cell(row, column).text.rstrip(".、．")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
