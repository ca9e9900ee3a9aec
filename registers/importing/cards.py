"""Upright tables: one power or one risk on a sheet, the words at the left and what is said at their right."""

from dataclasses import dataclass

from registers.importing.cells import Cell, Sheet
from registers.importing.vocabulary import field_of

FEWEST = 2  # known words from which on a sheet is a card
LONGEST = 80  # rows
WHAT = {"power", "point", "manifestation"}  # one of them says what the card is about


@dataclass(frozen=True)
class Slot:
    """One word of a card and what stands beside it; ``index`` is its row."""

    row: int
    column: int  # of what is said, from 0
    title: str
    field: str
    cell: Cell


@dataclass(frozen=True)
class Card:
    slots: tuple[Slot, ...]
    chosen: frozenset[int] = frozenset()  # rows about which somebody has decided

    @property
    def left_out(self) -> list[Slot]:
        """What is filled in and not taken."""
        return [slot for slot in self.slots if slot.cell.text and not slot.field and slot.row not in self.chosen]


def find_card(sheet: Sheet, memory: dict[str, str] | None = None, chosen: dict[int, str] | None = None) -> Card | None:
    """The sheet as a card; None when it is none."""
    if len(sheet.rows) > LONGEST:
        return None
    slots = tuple(_slot(number, cells, memory, chosen or {}) for number, cells in sheet.rows.items() if _said(cells))
    known = [slot.field for slot in slots if slot.field]
    if not chosen and (len(set(known)) < FEWEST or not WHAT & set(known) or len(slots) * 2 < len(sheet.rows)):
        return None
    return Card(slots, frozenset(chosen or ()))


def _said(cells: list[Cell]) -> bool:
    """Whether a row is a word and what stands beside it, and nothing more."""
    own = {cell.merge or -n - 1 for n, cell in enumerate(cells) if cell.text}
    return bool(cells) and bool(cells[0].text) and len(own) <= 2


def _slot(number: int, cells: list[Cell], memory: dict[str, str] | None, chosen: dict[int, str]) -> Slot:
    title = cells[0]
    at = next(
        (n for n, cell in enumerate(cells) if n and cell.text and not (cell.merge and cell.merge == title.merge)), 1
    )
    cell = cells[at] if at < len(cells) else Cell()
    name = chosen.get(number, field_of(title.text, memory))
    return Slot(number, at, title.text, name, cell)
