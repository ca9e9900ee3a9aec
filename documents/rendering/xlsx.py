"""A paper as a workbook, and a ledger of any length as a workbook. See the docstring of `paper` for what goes in."""

import tempfile
from collections.abc import Iterable, Sequence
from typing import BinaryIO

from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet.cell_range import CellRange

from documents.rendering.form_sheet import FormSheet
from documents.rendering.raw_rows import write_rows
from documents.rendering.workbook import Book, Styles, set_page, sheet_name, usable_width, value_of
from paper import Column, Document, PaperError
from paper.measure import lines_needed


def write(documents: Document | Iterable[Document], stream: BinaryIO) -> None:
    """One sheet for each paper. The same papers give the same bytes. Raises PaperError with the place."""
    papers = [documents] if isinstance(documents, Document) else list(documents)
    if not papers:
        raise PaperError("没有可以导出的表格")
    with Book(title=papers[0].title, issuer=papers[0].issuer) as book:
        for paper in papers:
            FormSheet(book.sheet(sheet_name(paper)), paper).write()
        book.save(stream)


def write_table(
    columns: Sequence[Column],
    rows: Iterable[Sequence],
    stream: BinaryIO,
    *,
    title: str,
    issuer: str = "",
    landscape: bool = True,
    size: str = "A4",
) -> int:
    """A long list as one sheet, row by row in bounded memory; returns how many rows were written.

    A row has a value for each column: text, number, date or None (a level is its word). The head is frozen, filtered
    and repeated in print. Raises PaperError, with row and column, for a text or a list that is too long.
    """
    with Book(title=title, issuer=issuer) as book:
        sheet = book.sheet(title)
        styles = Styles(sheet)
        set_page(sheet, size=size, landscape=landscape, left_foot=issuer)
        widths = _ledger_head(sheet, columns, title, styles, usable_width(size, landscape))
        letters = [get_column_letter(index) for index in range(1, len(columns) + 1)]
        looks = [
            (styles.number("body", column.align), styles.number("body", column.align, quoted=True))
            for column in columns
        ]
        with tempfile.TemporaryFile() as held:
            written = write_rows(
                held, columns, rows, first=3, styles=looks, letters=letters, rooms=[*map(room_of, widths)]
            )
            book.fill(sheet, held)
            sheet.auto_filter.ref = f"A2:{letters[-1]}{written + 2}"
            book.save(stream)
    return written


def _ledger_head(
    sheet: WriteOnlyWorksheet, columns: Sequence[Column], title: str, styles: Styles, room: float
) -> list[float]:
    """The title over all columns and the row of headings, which stays in sight and on each printed page.

    Returns the widths of the columns.
    """
    sheet.print_title_rows = "2:2"
    sheet.freeze_panes = "A3"
    total = sum(column.weight for column in columns)
    widths = [round(max(5, room * column.weight / total), 2) for column in columns]
    for index, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    lines = max(lines_needed(column.heading, room_of(width)) for column, width in zip(columns, widths, strict=True))
    sheet.row_dimensions[1].height, sheet.row_dimensions[2].height = 32, max(26, lines * 15 + 8)
    sheet.append([styles.cell(value_of(title, "标题"), "ledger-title")])
    sheet.append([styles.cell(value_of(column.heading), "ledger-head", align="center") for column in columns])
    if len(columns) > 1:
        sheet.merged_cells.ranges.add(CellRange(f"A1:{get_column_letter(len(columns))}1"))
    return widths


def room_of(width: float) -> float:
    """How many Chinese characters go on one line of a cell of that width."""
    return max(1.0, (width * 7 - 8) / 14 * 0.97)
