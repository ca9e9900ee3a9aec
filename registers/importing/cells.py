"""What a workbook becomes once it is read: sheets of plain text cells, merged cells filled. Plain values only."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. ``merge`` numbers the merged range it belongs to (0 = none); ``fault`` is why it cannot be taken."""

    text: str = ""
    merge: int = 0
    fault: str = ""


BLANK = Cell()
Box = tuple[int, int, int, int]  # left, top, right, bottom: column and row numbers from 1


@dataclass
class Sheet:
    """The rows that hold anything, by their number in the workbook (from 1), in order."""

    name: str
    hidden: bool = False
    rows: dict[int, list[Cell]] = field(default_factory=dict)
    hidden_columns: list[int] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    merges: list[Box] = field(default_factory=list)

    def cell(self, row: int, column: int) -> Cell:
        """The cell at a row number and a column index from 0; blank outside."""
        cells = self.rows.get(row, ())
        return cells[column] if column < len(cells) else BLANK

    @property
    def width(self) -> int:
        """How many columns hold anything."""
        return max((len(cells) for cells in self.rows.values()), default=0)


def sheet_of(told: dict) -> Sheet:
    """A sheet from the values that `extract` gives."""
    rows = {number: [_cell(value) for value in values] for number, values in told["rows"]}
    boxes = [tuple(box) for box in told["merges"]]
    sheet = Sheet(told["name"], told["hidden"], rows, told["hidden_columns"], told["hidden_rows"], boxes)
    for mark, box in enumerate(boxes, start=1):
        _fill(sheet, box, mark)
    sheet.rows = dict(sorted(sheet.rows.items()))
    return sheet


def _cell(value: str | list) -> Cell:
    if not value:
        return BLANK
    return Cell(value) if isinstance(value, str) else Cell(value[0], fault=value[1])


def _fill(sheet: Sheet, box: Box, mark: int) -> None:
    """Give every cell of a merged range the text of its first cell."""
    left, top, right, bottom = box
    first = sheet.cell(top, left - 1)
    if first is BLANK:
        return
    filled = Cell(first.text, mark, first.fault)
    for number in range(top, bottom + 1):
        if number not in sheet.rows:
            if first.fault or number == top:
                continue
            sheet.rows[number] = []
        row = sheet.rows[number]
        row += [BLANK] * (right - len(row))
        row[left - 1 : right] = [filled] * (right - left + 1)


def place(column: int) -> str:
    """The letter of a column index from 0: A … Z, AA …"""
    letters, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
