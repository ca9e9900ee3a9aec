"""The rows of a long table, written as XML by hand: openpyxl makes a tree for each cell, which costs six times as much.

What comes out is what openpyxl would have written: inline strings and numbers, every cell with its style. The rows go
to a file of their own, which is put into the sheet that openpyxl wrote when the workbook is packed (`Book.fill`).
"""

import math
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import BinaryIO
from xml.sax.saxutils import escape

from documents.rendering import secrecy
from documents.rendering.workbook import LONGEST_TEXT, RISKY, value_of
from paper import Column, PaperError
from paper.text import clean

MOST_ROWS = 1_048_576
_BATCH = 200  # rows written at once
_LINE, _PADDING, _TALLEST = 15.0, 5.0, 405.0  # points; Excel allows 409


def write_rows(
    stream: BinaryIO,
    columns: Sequence[Column],
    rows: Iterable[Sequence],
    *,
    first: int,
    styles: Sequence[tuple[int, int]],
    letters: Sequence[str],
    rooms: Sequence[float],
) -> int:
    """Write the rows from row ``first`` on; ``styles`` are each column's (ordinary, quoted). Returns how many.

    ``rooms`` are the Chinese characters that go on a line of each column: every row gets a height, since LibreOffice
    shows a row without one as high as one line. Other programs may still fit it themselves.

    Raises PaperError, with row and column, for a text that no cell can hold, and for too many rows.
    """
    looks = [
        (f'<c r="{letter}', f'" s="{ordinary}"', f'" s="{quoted}"')
        for letter, (ordinary, quoted) in zip(letters, styles, strict=True)
    ]
    held: list[str] = []
    count = 0
    for count, row in enumerate(rows, 1):
        if count > MOST_ROWS - first + 1:
            raise PaperError("行数超过电子表格的上限，请缩小范围后再导出")
        number = str(first + count - 1)
        held.append(f'<row r="{number}" ht="{_height(row, rooms)}">')
        try:
            held += [_cell(look, number, value) for look, value in zip(looks, row, strict=True)]
        except PaperError as error:
            raise _placed(error, columns, row, count) from error
        held.append("</row>")
        if not count % _BATCH:
            stream.write("".join(held).encode())
            held.clear()
    stream.write("".join(held).encode())
    return count


def _height(row: Sequence, rooms: Sequence[float]) -> float:
    """In points, by the longest text of the row."""
    lines = 1
    for value, room in zip(row, rooms, strict=False):
        if type(value) is str and (len(value) > room or "\n" in value):
            lines = max(lines, sum(max(1, math.ceil(_width(line) / room)) for line in value.split("\n")))
    return min(_TALLEST, lines * _LINE + _PADDING)


def _width(line: str) -> float:
    """As `paper.measure.width_of`, nearly: a character of three bytes is wide, one of a single byte is not."""
    return 0.325 * len(line) + 0.225 * len(line.encode(errors="replace"))


def _cell(look: tuple[str, str, str], number: str, value: object) -> str:
    start, ordinary, quoted = look
    if type(value) is str and len(value) <= LONGEST_TEXT // 2:
        value = clean(value)
        if "密" in value or "★" in value:
            secrecy.refuse(value)
    else:
        value = value_of(value)
    if value is None or value == "":
        return f"{start}{number}{ordinary}/>"
    if isinstance(value, int | float | Decimal):
        return f'{start}{number}{ordinary} t="n"><v>{value}</v></c>'
    style = quoted if value.startswith(RISKY) else ordinary
    if "&" in value or "<" in value or ">" in value:
        value, bare = escape(value), value
    else:
        bare = value
    keep = ' xml:space="preserve"' if "\n" in bare or bare != bare.strip() else ""
    return f'{start}{number}{style} t="inlineStr"><is><t{keep}>{value}</t></is></c>'


def _placed(error: PaperError, columns: Sequence[Column], row: Sequence, count: int) -> PaperError:
    """The same error, with the cell where it was."""
    for column, value in zip(columns, row, strict=True):
        try:
            value_of(value)
        except PaperError:
            return PaperError(error.message, f"第{count}行“{column.heading}”")
    return error
