"""Which column is what, by the words of the head, in any order and under title rows."""

from dataclasses import dataclass, field, replace

from registers.importing.cells import Cell, Sheet, place
from registers.importing.vocabulary import JOINED, NAMES, field_of, plain

LOOK_AT = 40  # filled rows from the top in which the head must stand


@dataclass
class Head:
    """The head of one sheet: which columns hold which field, which are not taken, where the rows begin.

    ``chosen``: columns that somebody has decided about; nothing is said against those.
    """

    first_row: int
    last_row: int
    columns: dict[str, list[int]]
    titles: dict[int, str]
    chosen: frozenset[int] = frozenset()
    left_out: list[int] = field(default_factory=list)

    def title(self, column: int) -> str:
        """The heading as the table has it."""
        return self.titles.get(column, "")

    def field_at(self, column: int) -> str:
        """The field that a column holds; "" for none."""
        return next((name for name, columns in self.columns.items() if column in columns), "")


def find_head(sheet: Sheet, memory: dict[str, str] | None = None) -> Head | None:
    """The head of a sheet: the first row with two fields of which one is the risk or its control. None without one."""
    numbers = list(sheet.rows)[:LOOK_AT]
    for number in numbers:
        if _is_head(_fields(sheet.rows[number], memory)):
            return head_at(sheet, number, memory)
    return None


def head_at(sheet: Sheet, number: int, memory: dict[str, str] | None = None) -> Head:
    """The head that begins in that row, over two rows where its groups go on in the next; row 0: the sheet has none."""
    if number not in sheet.rows:
        return Head(0 if number == 0 else number, number, {}, {})
    numbers = list(sheet.rows)
    after = numbers.index(number) + 1
    fields, titles, last = _fields(sheet.rows[number], memory), _titles(sheet.rows[number]), number
    if after < len(numbers) and _second_row(sheet, number, numbers[after], memory):
        last = numbers[after]
        fields |= _fields(sheet.rows[last], memory)
        titles |= _titles(sheet.rows[last])
    return _head(number, last, fields, titles)


def likely_head(sheet: Sheet, memory: dict[str, str] | None = None) -> Head:
    """Where the head of a sheet seems to be when its words are unknown: the first row of three headings or more."""
    for number in list(sheet.rows)[:LOOK_AT]:
        cells = [cell for cell in sheet.rows[number] if cell.text]
        if len({cell.merge or -n for n, cell in enumerate(cells)}) >= 3 and all(len(c.text) <= 40 for c in cells):
            return head_at(sheet, number, memory)
    return head_at(sheet, next(iter(sheet.rows), 0), memory)


def with_choice(head: Head, columns: dict[int, str]) -> Head:
    """The head as somebody corrected it."""
    fields = {column: name for name, found in head.columns.items() for column in found} | columns
    named = {column: name for column, name in fields.items() if name}
    changed = _head(head.first_row, head.last_row, named, head.titles)
    changed.left_out = [column for column in changed.left_out if column not in columns]
    return replace(changed, chosen=frozenset(columns))


def going_on(head: Head) -> Head:
    """The head of a sheet that goes on with the columns of the one before, without a head of its own."""
    return replace(head, first_row=0, last_row=0, left_out=[])


def repeats_head(head: Head, cells: list[Cell]) -> bool:
    """Whether a row says the head again, as printed tables do on each page."""
    said = {column: plain(cell.text) for column, cell in enumerate(cells) if cell.text}
    same = [column for column, text in said.items() if plain(head.title(column)) == text]
    return len(same) >= 2 and len(same) == len(said)


def twice(head: Head) -> list[tuple[str, str]]:
    """Fields that two columns claim, with the letters of the columns; side by side or decided by somebody is fine."""
    return [
        (NAMES[name], "、".join(place(column) for column in columns))
        for name, columns in head.columns.items()
        if len(columns) > 1 and name not in JOINED and not set(columns) <= head.chosen
    ]


def _fields(cells: list[Cell], memory: dict[str, str] | None) -> dict[int, str]:
    found = {column: field_of(cell.text, memory) for column, cell in enumerate(cells) if cell.text}
    return {column: name for column, name in found.items() if name}


def _titles(cells: list[Cell]) -> dict[int, str]:
    return {column: cell.text for column, cell in enumerate(cells) if cell.text}


def _is_head(fields: dict[int, str]) -> bool:
    names = set(fields.values())
    return len(names) >= 2 and bool(names & {"point", "manifestation"}) and len(names - {"order"}) >= 2


def _second_row(sheet: Sheet, first: int, second: int, memory: dict[str, str] | None) -> bool:
    """Whether the head goes on in the next row: below a group such as 责任人 its parts, the rest merged down."""
    cells = sheet.rows[second]
    filled = [column for column, cell in enumerate(cells) if cell.text]
    fields = _fields(cells, memory)
    merged_down = [c for c in filled if cells[c].merge and cells[c].merge == sheet.cell(first, c).merge]
    own = [column for column in filled if column not in merged_down]
    return bool(own) and bool(merged_down or len(own) > 1) and all(column in fields for column in own)


def _head(first: int, last: int, fields: dict[int, str], titles: dict[int, str]) -> Head:
    columns: dict[str, list[int]] = {}
    for column in sorted(fields):
        columns.setdefault(fields[column], []).append(column)
    return Head(first, last, columns, titles, left_out=[column for column in sorted(titles) if column not in fields])
