"""A workbook as plain text cells: merged cells filled, formulas and error values refused by cell."""

import datetime
import io
import re
import zipfile
from dataclasses import dataclass, field
from typing import Any

from defusedxml.ElementTree import iterparse
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter, range_boundaries

from registers.importing.guards import UNSAFE, Unreadable, check_file

MOST_ROWS = 20_000
MOST_COLUMNS = 60
MOST_MERGES = 50_000
LARGEST_MERGE = 200_000  # cells; a merge over whole columns is clipped to the rows in use anyway
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@dataclass(frozen=True)
class Cell:
    """One cell. ``merge`` numbers the merged range it belongs to (0 = none); ``fault`` is why it cannot be taken."""

    text: str = ""
    merge: int = 0
    fault: str = ""


BLANK = Cell()


@dataclass
class Sheet:
    """The rows that hold anything, by their number in the workbook (from 1), in order."""

    name: str
    hidden: bool = False
    rows: dict[int, list[Cell]] = field(default_factory=dict)
    hidden_columns: list[int] = field(default_factory=list)

    def cell(self, row: int, column: int) -> Cell:
        """The cell at a row number and a column index from 0; blank outside."""
        cells = self.rows.get(row, ())
        return cells[column] if column < len(cells) else BLANK


def read_workbook(data: bytes) -> list[Sheet]:
    """All sheets that hold anything. Raises Unreadable with a sentence for what cannot be taken."""
    check_file(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                sheets = [_sheet(ws, archive) for ws in book.worksheets]
        finally:
            book.close()
    except Unreadable:
        raise
    except Exception as fault:  # openpyxl answers damaged files with any kind of exception
        raise Unreadable(_what_broke(fault)) from fault
    sheets = [sheet for sheet in sheets if sheet.rows]
    if not sheets:
        raise Unreadable("工作簿里没有内容。")
    return sheets


def _what_broke(fault: BaseException | None) -> str:
    """The sentence for an exception of the reader; entity definitions are named as what they are."""
    while fault is not None:
        if isinstance(fault, UNSAFE):
            return "工作簿内部含有不安全的定义，已拒绝读取；请把表格复制到新工作簿再导入。"
        fault = fault.__cause__
    return "工作簿的内容读不出来；请在 Excel 中重新保存为 .xlsx 后再导入。"


def _sheet(ws: Any, archive: zipfile.ZipFile) -> Sheet:
    sheet = Sheet(name=ws.title, hidden=ws.sheet_state != "visible")
    ws.reset_dimensions()  # the written size may be missing or wrong
    for number, cells in enumerate(ws.iter_rows(), start=1):
        row = [_cell(cell) for cell in cells]
        while row and row[-1] is BLANK:
            row.pop()
        if not row:
            continue
        if len(row) > MOST_COLUMNS:
            where = get_column_letter(len(row))
            raise Unreadable(f"工作表“{ws.title}”第{number}行用到了{where}列，最多 {MOST_COLUMNS} 列；请删去多余的列。")
        sheet.rows[number] = row
        if len(sheet.rows) > MOST_ROWS:
            raise Unreadable(f"工作表“{ws.title}”超过 {MOST_ROWS} 行，请分成几个文件导入。")
    if sheet.rows:
        merges, sheet.hidden_columns = _layout(ws, archive)
        _fill(sheet, merges)
    return sheet


def _layout(ws: Any, archive: zipfile.ZipFile) -> tuple[list[str], list[int]]:
    """Merged ranges and hidden columns, which openpyxl's read-only mode leaves out: read from the sheet's own XML."""
    merges: list[str] = []
    hidden: list[int] = []
    with archive.open(ws._worksheet_path) as stream:
        for _, element in iterparse(stream, forbid_dtd=True):
            if element.tag == f"{SHEET}mergeCell":
                merges.append(element.get("ref", ""))
            elif element.tag == f"{SHEET}col" and element.get("hidden") in {"1", "true"}:
                first, last = int(element.get("min", 1)), int(element.get("max", 1))
                hidden += range(first - 1, min(last, MOST_COLUMNS))
            elif element.tag == f"{SHEET}row":
                element.clear()
    if len(merges) > MOST_MERGES:
        raise Unreadable(f"工作表“{ws.title}”的合并单元格超过 {MOST_MERGES} 处，请取消多余的合并。")
    return merges, hidden


def _fill(sheet: Sheet, merges: list[str]) -> None:
    """Give every cell of a merged range the text of its first cell."""
    last_row = max(sheet.rows)
    for mark, ref in enumerate(merges, start=1):
        left, top, right, bottom = range_boundaries(ref)
        right, bottom = min(right, MOST_COLUMNS), min(bottom, last_row)
        if (right - left + 1) * (bottom - top + 1) > LARGEST_MERGE:
            raise Unreadable(f"工作表“{sheet.name}”的合并单元格 {ref} 过大，请取消合并。")
        first = sheet.cell(top, left - 1)
        if first is BLANK:
            continue
        filled = Cell(first.text, mark, first.fault)
        for number in range(top, bottom + 1):
            if number not in sheet.rows:
                if first.fault or number == top:
                    continue
                sheet.rows[number] = []
            row = sheet.rows[number]
            row += [BLANK] * (right - len(row))
            row[left - 1 : right] = [filled] * (right - left + 1)
    sheet.rows = dict(sorted(sheet.rows.items()))


def _cell(cell: Any) -> Cell:
    value = cell.value
    if value is None:
        return BLANK
    kind = getattr(cell, "data_type", "")
    if kind == "f":
        return Cell(str(value), fault="这一格是公式，不能导入。请复制后“选择性粘贴→数值”，再导入。")
    if kind == "e":
        return Cell(str(value), fault=f"这一格是错误值“{value}”，请改正后再导入。")
    text = clean(value)
    return Cell(text) if text else BLANK


def clean(value: Any) -> str:
    """A cell's value as text: 3.0 → 3, a date → 2012-03-01; control characters and outer blanks go."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    text = ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), str(value))
    text = CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ").replace("\u200b", ""))
    return "\n".join(line.strip(" \t\u3000") for line in text.split("\n")).strip()


def place(column: int) -> str:
    """The letter of a column index from 0."""
    return get_column_letter(column + 1)
