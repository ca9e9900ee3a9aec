"""Workbooks for import tests: real published tables put back into their sheets, and plain ones."""

import io
import json
from pathlib import Path

from openpyxl import Workbook

from registers.importing.cells import Sheet, sheet_of
from registers.importing.extract import extract

TABLES = Path(__file__).resolve().parent.parent / "data" / "tables"


def table(number: str) -> dict:
    """A real table by its number."""
    return json.loads(next(TABLES.glob(f"{number}_*.json")).read_text(encoding="utf-8"))


def saved(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def workbook(rows: list[list], *, merges: tuple[str, ...] = (), title: str = "Sheet") -> bytes:
    """One sheet with these rows and merged ranges."""
    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    for ref in merges:
        book.active.merge_cells(ref)
    return saved(book)


def part_of(source: dict, part: int) -> dict:
    """The table itself, or one of those that were published with it."""
    return source["extra_tables"][part - 1] if part else source


def real_workbook(
    number: str, *, merged: tuple[str, ...] = (), lead: int = 1, part: int = 0, continued: int = 0
) -> bytes:
    """A real table as a workbook: ``lead`` title rows above (the first merged over all columns), and the columns
    named in ``merged`` joined downwards over the blanks below a filled cell, as in the original. ``part``: a further
    table of the same source. ``continued``: after so many rows the rest follows on a second sheet without a head."""
    source = part_of(table(number), part)
    heads, rows = source["headings"], source["rows"]
    book = Workbook()
    sheet = book.active
    for n in range(lead):
        sheet.append([source.get("source_title") or source["title"] if n == 0 else ""])
    if lead:
        sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(heads))
    sheet.append(heads)
    for place, row in enumerate(rows):
        if continued and place == continued:
            sheet = book.create_sheet("续页")
        sheet.append([row[head] or None for head in heads])
    first = lead + 2
    for head in merged:
        column = heads.index(head) + 1
        filled = [i for i, row in enumerate(rows) if row[head]]
        for start, end in zip(filled, [*filled[1:], len(rows)], strict=True):
            if end - start > 1:
                sheet.merge_cells(
                    start_row=first + start, end_row=first + end - 1, start_column=column, end_column=column
                )
    return saved(book)


def sheets_of(data: bytes) -> list[Sheet]:
    """What the child process would make of a workbook, made here."""
    return [sheet_of(told) for told in extract(data)]
