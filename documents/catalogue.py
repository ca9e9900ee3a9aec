"""The workbook of a table to import: heads, a row of notes, drop-down lists, and on demand what there is now."""

from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO

from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet.datavalidation import DataValidation

from documents.offline.looks import Looks, height
from documents.rendering.workbook import Book, set_page
from registers.importing.catalogue.catalogue import Catalogue
from registers.importing.catalogue.columns import NO, YES, Column, Table
from registers.importing.catalogue.ground import Ground
from registers.importing.catalogue.lines import ASIDE, NOTE

FIRST = 4  # the row below title, heads and notes
SPARE = 100  # empty rows that are drawn; the lists go on below
REACH = 2000  # rows that the drop-down lists reach beyond what is filled
LISTS = ASIDE[1]
WIDE = 160  # the width of the columns that A4 has room for
FLAGS = f'"{YES},{NO}"'
TELL = "请从下拉列表中选。"


def write(catalogue: Catalogue, ground: Ground, stream: BinaryIO, *, filled: bool = False) -> None:
    """One sheet for each table, and the lists on a hidden one. The same content gives the same bytes."""
    offers = {key: list(words) for key, words in catalogue.offers(ground).items()}
    rows = catalogue.stored(ground) if filled else {}
    with Book(title=f"{catalogue.name}（导入）", issuer=ground.bureau.name) as book:
        used = [column.offers for table in catalogue.tables for column in table.columns if offers.get(column.offers)]
        places = _places(list(dict.fromkeys(used)), offers)
        for table in catalogue.tables:
            _write_table(book.sheet(table.name), table, ground, places, rows.get(table.key, []))
        if places:
            _write_lists(book.sheet(LISTS), list(places), offers)
        book.save(stream)


def _places(keys: Sequence[str], offers: Mapping[str, Sequence[str]]) -> dict[str, str]:
    letters = {key: get_column_letter(index) for index, key in enumerate(keys, 1)}
    return {key: f"'{LISTS}'!${letter}$1:${letter}${len(offers[key])}" for key, letter in letters.items()}


def _write_table(
    sheet: WriteOnlyWorksheet, table: Table, ground: Ground, places: Mapping[str, str], rows: Sequence[dict[str, Any]]
) -> None:
    looks = Looks(sheet)
    last = FIRST + len(rows) + REACH
    for index, column in enumerate(table.columns, 1):
        letter = get_column_letter(index)
        sheet.column_dimensions[letter].width = column.width
        _list(sheet, column, places, f"{letter}{FIRST}:{letter}{last}")
    sheet.freeze_panes = f"A{FIRST}"
    widths = [column.width for column in table.columns]
    set_page(sheet, size="A4" if sum(widths) <= WIDE else "A3", landscape=True, left_foot=ground.bureau.name)
    sheet.print_title_rows = "2:2"
    notes = [column.note for column in table.columns]
    notes[0] = NOTE + notes[0]
    sheet.row_dimensions[1].height = 30
    sheet.row_dimensions[2].height = height(zip((_title(c) for c in table.columns), widths, strict=True))
    sheet.row_dimensions[3].height = height(zip(notes, widths, strict=True))
    sheet.append([looks.cell(f"{ground.unit.name}{table.name}", "title")])
    sheet.append([looks.cell(_title(column), "head") for column in table.columns])
    sheet.append([looks.cell(note, "closed") for note in notes])
    for number, row in enumerate(rows, FIRST):
        texts = [_text(row.get(column.key)) for column in table.columns]
        sheet.row_dimensions[number].height = height(zip(texts, widths, strict=True))
        sheet.append([looks.cell(text, "entry") for text in texts])
    for _ in range(SPARE):
        sheet.append([looks.cell("", "entry") for _ in table.columns])


def _title(column: Column) -> str:
    return f"{column.title}*" if column.required else column.title


def _text(value: Any) -> str:
    """As the import reads it again."""
    if isinstance(value, bool):
        return YES if value else NO
    return "" if value is None else str(value)


def _list(sheet: WriteOnlyWorksheet, column: Column, places: Mapping[str, str], where: str) -> None:
    """The drop-down list of a column, strict where nothing else may stand; and its note when a cell is entered."""
    place = FLAGS if column.kind == "flag" else places.get(column.offers, "")
    if not place and not column.note:
        return
    rule = DataValidation(
        type="list" if place else None,
        formula1=place or None,
        allow_blank=True,
        showErrorMessage=bool(place) and column.kind in ("choice", "flag"),
        errorTitle=column.title[:30],
        error=TELL,
        showInputMessage=bool(column.note),
        promptTitle=column.title[:30],
        prompt=column.note[:250] or None,
    )
    rule.add(where)
    sheet.data_validations.append(rule)


def _write_lists(sheet: WriteOnlyWorksheet, keys: Sequence[str], offers: Mapping[str, Sequence[str]]) -> None:
    sheet.sheet_state = "hidden"
    looks = Looks(sheet)
    for place in range(max(len(offers[key]) for key in keys)):
        sheet.append([looks.cell(offers[key][place] if place < len(offers[key]) else "", "plain") for key in keys])
