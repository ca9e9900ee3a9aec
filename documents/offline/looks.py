"""How the cells of an offline form look: what may be filled is white, everything else is grey.

Grey cells that the step does not open are locked. The grey cells of a second line of a point are not: a row that is
inserted below takes its looks from the one above, and must take a new point.
"""

from collections.abc import Iterable
from copy import copy
from math import ceil

from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from documents.rendering.workbook import RISKY, value_of

TEXT = "@"  # nothing that is typed becomes a date or a number
_SONG, _HEI, _TITLE = "宋体", "黑体", "方正小标宋简体"
_LINE = Side(style="thin", color="8A8A8A")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_FONTS = {
    "title": Font(name=_TITLE, size=16),
    "lead": Font(name=_SONG, size=10.5),
    "head": Font(name=_HEI, size=10.5),
    "entry": Font(name=_SONG, size=10.5),
    "shade": Font(name=_SONG, size=10.5),
    "closed": Font(name=_SONG, size=10.5, color="404040"),
    "plain": Font(name=_SONG, size=11),
    "strong": Font(name=_HEI, size=11),
}
_FILLS = {"head": "DCE6EE", "closed": "E6E6E6", "shade": "F4F4F4"}
_BOXED = frozenset({"head", "entry", "shade", "closed"})
_OPEN = frozenset({"entry", "shade"})


class Looks:
    """Cells of one sheet; each look is made once."""

    def __init__(self, sheet: WriteOnlyWorksheet) -> None:
        self.sheet = sheet
        self._made: dict[tuple[str, bool], object] = {}

    def cell(self, text: str, look: str) -> WriteOnlyCell:
        """A cell of text, which never becomes a formula."""
        cell = WriteOnlyCell(self.sheet)
        value = value_of(text)
        cell._value = value  # the public setter would guess a type from the content
        cell.data_type = "s" if value is not None else "n"
        cell._style = self._style(look, isinstance(value, str) and value.startswith(RISKY))
        return cell

    def _style(self, look: str, quoted: bool):
        if (look, quoted) not in self._made:
            sample = WriteOnlyCell(self.sheet)
            sample.font = _FONTS[look]
            centred = look == "head"
            sample.alignment = Alignment(
                horizontal="center" if centred else "left",
                vertical="center" if look in ("head", "title") else "top",
                wrap_text=look not in ("title", "lead"),
            )
            sample.number_format = TEXT
            sample.protection = Protection(locked=look not in _OPEN)
            sample.quotePrefix = quoted
            if look in _BOXED:
                sample.border = _BOX
            if look in _FILLS:
                sample.fill = PatternFill("solid", fgColor=_FILLS[look])
            self._made[look, quoted] = copy(sample._style)
        return self._made[look, quoted]


_LINE_HEIGHT, _LOWEST, _TALLEST = 14.5, 20.0, 400.0


def height(texts: Iterable[tuple[str, float]]) -> float:
    """A row high enough for its texts, each with the width of its column: not every program finds that out itself."""
    most = max((_lines(text, width) for text, width in texts), default=1)
    return min(_TALLEST, max(_LOWEST, most * _LINE_HEIGHT + 4))


def heights(sheet: WriteOnlyWorksheet, points: dict[int, float]) -> None:
    """Give rows their heights: LibreOffice shows a row without one as high as 15 points, whatever its letters are."""
    for row, height in points.items():
        sheet.row_dimensions[row].height = height


def _lines(text: str, width: float) -> int:
    """How many lines a text takes, a Chinese character being as wide as two digits."""
    room = max(2.0, width - 1.5)
    return sum(max(1, ceil(sum(1 if sign.isascii() else 2 for sign in line) / room)) for line in text.split("\n"))


def protect(sheet: WriteOnlyWorksheet) -> None:
    """Locked without a password: heads and identities are safe from slips, widths, heights and new rows are free."""
    protection = sheet.protection
    protection.sheet = True
    for free in ("formatCells", "formatColumns", "formatRows", "insertRows", "deleteRows"):
        setattr(protection, free, False)  # False: not forbidden
    protection.objects = protection.scenarios = False
