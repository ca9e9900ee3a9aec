"""The workbook of an issued offline form. The same form gives the same bytes, whenever it is asked for."""

import json
from typing import BinaryIO

from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet.datavalidation import DataValidation

from documents.offline.looks import Looks, height, heights, protect
from documents.offline.notes import write_notes
from documents.rendering.workbook import Book, set_page
from paper.text import clean
from registers.models import OfflineForm
from registers.offline import sheet as sheets
from registers.offline.columns import CONTROL, IDENTITY, POINT, ROW, Column
from registers.offline.ground import FORMAT, Ground
from registers.offline.head import VALUE
from registers.offline.lines import Line, head_words, lines_of
from registers.offline.words import written
from registers.parts import PART_NAMES

SPARE = 40  # empty lines at the end; more may be inserted
HEADINGS = 5  # the row of headings; the hidden row of keys is the one above
HEAD_ROWS = 4
LIST_HINT = "请从下拉列表中选。"


def write(form: OfflineForm, stream: BinaryIO) -> None:
    """The sheet to fill, the answers about the subject, how to fill, and the hidden lists and token."""
    ground = Ground.of(form)
    subject = ground.data["content"]["subject"]
    with Book(title="离线登记表", issuer=subject["bureau"]) as book:
        lists = _places(ground)
        _write_fill(book.sheet(sheets.FILL), ground, lists)
        if ground.head:
            _write_head(book.sheet(sheets.HEAD), ground, lists)
        write_notes(book.sheet(sheets.NOTES), ground)
        _write_lists(book.sheet(sheets.LISTS), ground)
        _write_mark(book.sheet(sheets.MARK), form, subject["name"])
        told = json.dumps([form.token, form.digest, str(FORMAT)], separators=(",", ":"))
        book.add_property(sheets.PROPERTY, told)
        book.save(stream)


# The sheet to fill ----------------------------------------------------------------------------------------------------


def _write_fill(sheet: WriteOnlyWorksheet, ground: Ground, lists: dict[str, str]) -> None:
    looks, columns, lines = Looks(sheet), ground.columns, lines_of(ground)
    last = HEADINGS + len(lines) + SPARE
    for index, column in enumerate(columns, 1):
        dimension = sheet.column_dimensions[get_column_letter(index)]
        dimension.width, dimension.hidden = column.width, column.key == IDENTITY
        _choices(sheet, column, lists, f"{get_column_letter(index)}{HEADINGS + 1}", last)
    sheet.row_dimensions[HEADINGS - 1].hidden = True
    heights(sheet, {1: 28, 2: 20, 3: 20, HEADINGS: 32})
    sheet.freeze_panes = f"C{HEADINGS + 1}"
    set_page(sheet, size="A3", landscape=True, left_foot=_lead(ground))
    sheet.print_title_rows = f"{HEADINGS}:{HEADINGS}"
    protect(sheet)
    subject = ground.data["content"]["subject"]["name"]
    for text, look in ((f"{subject}登记表（离线填写）", "title"), (_lead(ground), "lead"), (_asked(ground), "lead")):
        sheet.append([None, looks.cell(text, look)])
    sheet.append([looks.cell(column.key, "plain") for column in columns])
    sheet.append([looks.cell(column.title, "head") for column in columns])
    for number, line in enumerate(lines, HEADINGS + 1):
        said = ((line.cells.get(column.key, ""), column.width) for column in columns if column.key != IDENTITY)
        sheet.row_dimensions[number].height = height(said)
        sheet.append([looks.cell(line.cells.get(column.key, ""), _look(column, line)) for column in columns])
    for _ in range(SPARE):
        sheet.append([looks.cell("", "entry" if _free(column) else "closed") for column in columns])


def _free(column: Column) -> bool:
    """Whether the column may be filled in a new line. The identity is hidden and open, so that rows can be deleted."""
    return column.open or column.key == IDENTITY


def _look(column: Column, line: Line) -> str:
    """Open where the line carries the item, or has room for its first one."""
    room = {ROW: ROW in line.holds, POINT: POINT in line.holds or line.holds == {ROW}, CONTROL: True, "": True}
    if not _free(column):
        return "closed"
    return "entry" if room[column.item] else "shade"


def _lead(ground: Ground) -> str:
    content = ground.data["content"]
    told = content["register"]
    return f"{content['subject']['bureau']}　{told['cycle']}　第{told['version']}版第{ground.data['step']['round']}轮"


def _asked(ground: Ground) -> str:
    parts = "、".join(name for part, name in PART_NAMES.items() if part in ground.data["step"]["parts"])
    return f"{ground.data['step']['name']}：填写{parts}。白色的格可以填写；怎样填，见“{sheets.NOTES}”。"


def _choices(sheet: WriteOnlyWorksheet, column: Column, lists: dict[str, str], first: str, last: int) -> None:
    """The drop-down list or the hint of a column, over all its lines."""
    place = lists.get(column.choices)
    if not column.open or not (place or column.hint or column.limit):
        return
    strict = bool(place) and not column.loose
    rule = DataValidation(
        type="list" if place else None,
        formula1=place or None,
        allow_blank=True,
        showErrorMessage=strict,
        errorTitle=clean(column.title)[:30],
        error=LIST_HINT,
        showInputMessage=bool(column.hint),
        promptTitle=clean(column.title)[:30] if column.hint else None,
        prompt=clean(column.hint)[:250] or None,
    )
    rule.add(f"{first}:{''.join(letter for letter in first if letter.isalpha())}{last}")
    sheet.data_validations.append(rule)


# The other sheets -----------------------------------------------------------------------------------------------------


def _write_head(sheet: WriteOnlyWorksheet, ground: Ground, lists: dict[str, str]) -> None:
    looks = Looks(sheet)
    for letter, width in zip("ABCD", (4, 30, 40, 60), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.column_dimensions["A"].hidden = True
    sheet.row_dimensions[HEAD_ROWS - 1].hidden = True
    heights(sheet, {1: 28, 2: 20, HEAD_ROWS: 24})
    for number, column in enumerate(ground.head, HEAD_ROWS + 1):
        _choices(sheet, column, lists, f"C{number}", number)
    set_page(sheet, size="A4", landscape=True, left_foot=_lead(ground))
    protect(sheet)
    words = head_words(ground.whole.head, ground)
    sheet.append([None, looks.cell(f"{ground.data['content']['subject']['name']}：整表事项", "title")])
    sheet.append([None, looks.cell(_lead(ground), "lead")])
    sheet.append([looks.cell(key, "plain") for key in (IDENTITY, "title", VALUE, "hint")])
    sheet.append([looks.cell(text, "head") for text in ("", "事项", "填写", "说明")])
    for number, column in enumerate(ground.head, HEAD_ROWS + 1):
        sheet.row_dimensions[number].height = height(((column.title, 30), (words[column.key], 40), (column.hint, 60)))
        cells = ((column.key, "plain"), (column.title, "closed"), (words[column.key], "entry"), (column.hint, "closed"))
        sheet.append([looks.cell(text, look) for text, look in cells])


def _places(ground: Ground) -> dict[str, str]:
    """Where each list stands on the hidden sheet; the empty ones nowhere."""
    found = {}
    for index, (name, pairs) in enumerate(ground.words.lists.items(), 1):
        letter = get_column_letter(index)
        if pairs:
            found[name] = f"'{sheets.LISTS}'!${letter}$2:${letter}${len(pairs) + 1}"
    return found


def _write_lists(sheet: WriteOnlyWorksheet, ground: Ground) -> None:
    looks, lists = Looks(sheet), ground.words.lists
    sheet.sheet_state = "hidden"
    protect(sheet)
    sheet.append([looks.cell(f"列表：{name}", "plain") for name in lists])
    for at in range(max((len(pairs) for pairs in lists.values()), default=0)):
        words = (pairs[at][0] if at < len(pairs) else "" for pairs in lists.values())
        sheet.append([looks.cell(word, "plain") for word in words])


def _write_mark(sheet: WriteOnlyWorksheet, form: OfflineForm, subject: str) -> None:
    looks = Looks(sheet)
    sheet.sheet_state = "hidden"
    protect(sheet)
    told = (
        (sheets.MARK_TOKEN, form.token),
        (sheets.MARK_DIGEST, form.digest),
        (sheets.MARK_FORMAT, str(FORMAT)),
        ("对象", written(subject)),
    )
    for pair in told:
        sheet.append([looks.cell(text, "plain") for text in pair])
