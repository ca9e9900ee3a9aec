"""An xlsx file whose bytes depend on its content only, and cells that hold text and never a formula."""

import datetime
import re
import shutil
from copy import copy
from decimal import Decimal
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.packaging.core import DocumentProperties
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.writer.excel import ExcelWriter

from documents.rendering import secrecy
from paper import Document, PaperError
from paper.text import clean, plain

LONGEST_TEXT = 32767  # Excel's limit for one cell; openpyxl cuts there without a word
_LONGEST_NAME = 31
_NO_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
# The same data must give the same bytes: no moment of writing in the file.
_WRITTEN = datetime.datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed mark, not a moment
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_ROWS_END = b"</sheetData>"
# What a spreadsheet takes for the beginning of a formula when somebody edits the cell.
RISKY = ("=", "+", "-", "@")
_PAPER_CODES = {"A4": 9, "A3": 8}
_TONES = {"grave": "9C1C1C", "middle": "7D4B00", "light": "2A584B"}
_SONG, _HEI, _TITLE = "宋体", "黑体", "方正小标宋简体"
_LINE = Side(style="thin", color="000000")

Value = str | int | float | Decimal | None


class _TimelessZip(ZipFile):
    """Writes every member under one date, and puts the rows that were written by hand into their sheets."""

    rows: dict[str, BinaryIO] = {}  # by name of the member

    def _member(self, name: str) -> ZipInfo:
        info = ZipInfo(name, _ZIP_DATE)
        info.compress_type = ZIP_DEFLATED
        info.external_attr = 0o600 << 16
        return info

    def write(self, filename: str, arcname: str | None = None, *args: object, **kwargs: object) -> None:
        with open(filename, "rb") as source, self.open(self._member(arcname or filename), "w") as target:
            if rows := self.rows.get(arcname or ""):
                head, mark, tail = source.read().partition(_ROWS_END)
                if not mark:
                    raise RuntimeError("no place for the rows in the sheet")
                target.write(head)
                rows.seek(0)
                shutil.copyfileobj(rows, target, 1 << 20)
                target.write(mark + tail)
            else:
                shutil.copyfileobj(source, target, 1 << 16)

    def writestr(self, name: str, data: str | bytes, *args: object, **kwargs: object) -> None:
        super().writestr(self._member(name), data)


class Book:
    """A workbook being written, sheet by sheet and row by row."""

    def __init__(self, *, title: str, issuer: str) -> None:
        self._book = Workbook(write_only=True)
        self._book.properties = DocumentProperties(
            creator=clean(issuer), title=clean(title), created=_WRITTEN, modified=_WRITTEN
        )
        self._names: set[str] = set()
        self._rows: dict[WriteOnlyWorksheet, BinaryIO] = {}

    def __enter__(self) -> "Book":
        return self

    def __exit__(self, kind: type | None, *details: object) -> None:
        """Leave no temporary file behind when the content was refused half-way."""
        if kind is None:
            return
        for sheet in self._book.worksheets:
            if not sheet.closed:
                sheet.close()
            sheet._writer.cleanup()

    def sheet(self, name: str) -> WriteOnlyWorksheet:
        return self._book.create_sheet(self._free_name(name))

    def add_property(self, name: str, value: str) -> None:
        """A word of ours in the document's properties, by which the program knows its workbook again."""
        self._book.custom_doc_props.append(StringProperty(name=name, value=value))

    def fill(self, sheet: WriteOnlyWorksheet, rows: BinaryIO) -> None:
        """Put these rows, in XML, behind those that the sheet has (see `raw_rows`)."""
        self._rows[sheet] = rows

    def save(self, stream: BinaryIO) -> None:
        with _TimelessZip(stream, "w", ZIP_DEFLATED, allowZip64=True, compresslevel=4) as archive:
            archive.rows = {f"xl/worksheets/sheet{self._place(sheet)}.xml": rows for sheet, rows in self._rows.items()}
            ExcelWriter(self._book, archive).save()

    def _place(self, sheet: WriteOnlyWorksheet) -> int:
        return self._book.worksheets.index(sheet) + 1

    def _free_name(self, wanted: str) -> str:
        """A legal sheet name that this workbook does not have yet."""
        base = _NO_NAME.sub(" ", clean(wanted)).strip(" '")[:_LONGEST_NAME].strip(" '") or "表"
        if base.lower() == "history":  # Excel keeps this one to itself
            base = "History1"
        name, count = base, 1
        while name.lower() in self._names:
            count += 1
            ending = f"({count})"
            name = base[: _LONGEST_NAME - len(ending)] + ending
        self._names.add(name.lower())
        return name


def value_of(value: object, place: str = "") -> Value:
    """What a workbook holds for a value: numbers as numbers, all else as text. Raises PaperError if it is too long, and
    for a mark of a state secret."""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return value
    text = plain(value)
    secrecy.refuse(text, place)
    # Excel counts in UTF-16: a rare character outside the basic plane takes two.
    if len(text) > LONGEST_TEXT // 2 and len(text.encode("utf-16-le")) // 2 > LONGEST_TEXT:
        raise PaperError(f"文字超过 {LONGEST_TEXT} 字，电子表格的一个单元格放不下，请分成几条", place)
    return text or None


class Styles:
    """The looks of one sheet's cells: each made once and shared by all cells that have it."""

    def __init__(self, sheet: WriteOnlyWorksheet) -> None:
        self._sheet = sheet
        self._made: dict[tuple, object] = {}

    def cell(
        self, value: Value, look: str = "body", *, align: str = "left", bold: bool = False, tone: str | None = None
    ):
        """A cell of this look. Text is always text: no content becomes a formula."""
        cell = WriteOnlyCell(self._sheet)
        is_text = isinstance(value, str)
        cell._value = value  # the public setter would guess a type from the content
        cell.data_type = "s" if is_text else "n"
        cell._style = self.style(look, align, bold, tone, quoted=is_text and value.startswith(RISKY))
        return cell

    def style(self, look: str, align: str, bold: bool = False, tone: str | None = None, *, quoted: bool = False):
        key = (look, align, bold, tone, quoted)
        if key not in self._made:
            self._made[key] = self._make(*key)
        return self._made[key]

    def number(self, look: str, align: str, *, quoted: bool = False) -> int:
        """The style's number in the workbook, for rows that are written by hand."""
        return self._sheet.parent._cell_styles.add(self.style(look, align, quoted=quoted))

    def _make(self, look: str, align: str, bold: bool, tone: str | None, quoted: bool):
        sample = WriteOnlyCell(self._sheet)
        sample.font = _font(look, bold or bool(tone), tone)
        sample.alignment = Alignment(
            horizontal=align, vertical="top" if look == "opinion" else "center", wrap_text=look != "ledger-title"
        )
        sample.border = _border(look)
        if look == "ledger-head":
            sample.fill = PatternFill("solid", fgColor="EDF1F5")
        sample.quotePrefix = quoted
        return copy(sample._style)


def _font(look: str, bold: bool, tone: str | None) -> Font:
    if look in ("title", "ledger-title"):
        return Font(name=_TITLE, size=18 if look == "title" else 16)
    if look == "subtitle":
        return Font(name=_SONG, size=12)
    if look == "number":
        return Font(name=_HEI, size=12)
    if look in ("head", "ledger-head"):
        return Font(name=_HEI, size=10.5)
    return Font(name=_SONG, size=9 if look == "note" else 10.5, bold=bold, color=_TONES.get(tone or ""))


def _border(look: str) -> Border:
    if look in ("title", "subtitle", "number", "note", "foot", "ledger-title"):
        return Border()
    if look == "opinion":
        return Border(left=_LINE, right=_LINE, top=_LINE)
    if look == "sign":
        return Border(left=_LINE, right=_LINE, bottom=_LINE)
    return Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)


def set_page(sheet: WriteOnlyWorksheet, *, size: str, landscape: bool, left_foot: str) -> None:
    """One page wide, as many high as it takes, centred; page numbers and the seal in the foot."""
    sheet.page_setup.paperSize = _PAPER_CODES[size]
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_options.horizontalCentered = True
    margins = sheet.page_margins
    margins.left = margins.right = 0.7
    margins.top, margins.bottom, margins.header, margins.footer = 0.8, 0.8, 0.3, 0.4
    sheet.oddFooter.left.text = clean(left_foot).replace("&", "&&")[:200] or None
    sheet.oddFooter.left.size = 7
    sheet.oddFooter.right.text = "第 &P 页 共 &N 页"
    sheet.oddFooter.right.size = 9


def usable_width(size: str, landscape: bool) -> float:
    """The width between the margins in Excel's units (one digit of the default font)."""
    width = 140 if landscape else 93
    return width * 1.43 if size == "A3" else width


def sheet_name(document: Document) -> str:
    return f"{document.number} {document.title}".strip()
