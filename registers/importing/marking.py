"""The user's own workbook with remarks: marked cells with a comment, and a last column 「问题」. In the child process.

Formatting stays as far as openpyxl keeps it. What we write is text and never a formula.
"""

import io
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill

from registers.importing.extract import what_broke
from registers.importing.guards import Unreadable, check_file

HEAD = "问题"
WRONG = PatternFill("solid", start_color="FFF4B8B0")
DOUBTFUL = PatternFill("solid", start_color="FFFBE7A1")
WIDTH = 48
LINE, HIGHEST = 16, 400  # points
LONGEST = 1000


def mark(data: bytes, notes: list[dict]) -> bytes:
    """The workbook with the notes (`reading.Note` as values) in it. Raises Unreadable."""
    check_file(data)
    try:
        book = load_workbook(io.BytesIO(data), keep_links=False)
        for sheet in book.worksheets:
            own = [note for note in notes if note["sheet"] == sheet.title]
            if own:
                _mark_sheet(sheet, own)
        stream = io.BytesIO()
        book.save(stream)
    except (Unreadable, MemoryError):
        raise
    except Exception as fault:  # openpyxl answers damaged files with any kind of exception
        raise Unreadable(what_broke(fault)) from fault
    return stream.getvalue()


def _mark_sheet(sheet: Any, notes: list[dict]) -> None:
    filled = [cell.column for row in sheet.iter_rows() for cell in row if cell.value is not None]
    last = max(filled, default=0) + 1
    by_row: dict[int, list[str]] = {}
    by_cell: dict[tuple[int, int], list[dict]] = {}
    for note in notes:
        by_row.setdefault(note["row"] or 1, []).append(note["text"])
        if note["row"] and note["column"]:
            by_cell.setdefault((note["row"], note["column"]), []).append(note)
    for row, texts in by_row.items():
        cell = _write(sheet, row, last, "\n".join(dict.fromkeys(texts)))
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        _make_room(sheet, row, str(cell.value))
    top = min(by_row)
    if top > 1:
        _write(sheet, top - 1, last, HEAD).font = Font(bold=True)
    sheet.column_dimensions[sheet.cell(1, last).column_letter].width = WIDTH
    for (row, column), found in by_cell.items():
        _mark_cell(_first_of(sheet, row, column), found)


def _make_room(sheet: Any, row: int, text: str) -> None:
    """Height for all lines of the remark: programs do not always find it by themselves."""
    lines = sum(1 + len(line) * 2 // WIDTH for line in text.split("\n"))
    known = sheet.row_dimensions[row].height or LINE
    sheet.row_dimensions[row].height = min(max(known, lines * LINE), HIGHEST)


def _write(sheet: Any, row: int, column: int, text: str) -> Cell:
    cell = sheet.cell(row, column)
    cell.value = text[:LONGEST]
    cell.data_type = "s"  # a text that begins with “=” stays a text
    return cell


def _first_of(sheet: Any, row: int, column: int) -> Cell:
    """The cell, or the first one of the merged range that it lies in."""
    cell = sheet.cell(row, column)
    if isinstance(cell, MergedCell):
        for box in sheet.merged_cells.ranges:
            if cell.coordinate in box:
                return sheet.cell(box.min_row, box.min_col)
    return cell


def _mark_cell(cell: Cell, notes: list[dict]) -> None:
    cell.fill = WRONG if any(note["error"] for note in notes) else DOUBTFUL
    text = "\n".join(dict.fromkeys(note["text"] for note in notes))[:LONGEST]
    cell.comment = Comment(text, HEAD, height=90, width=320)
