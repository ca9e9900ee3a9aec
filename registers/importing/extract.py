"""A workbook as plain values: texts, merged ranges, what is hidden; formulas and error values are told by cell.

Runs in the child process (`child`); `cells.sheet_of` makes sheets of what comes out.
"""

import datetime
import io
import re
from collections.abc import Iterator
from typing import Any

import openpyxl
from defusedxml import DefusedXmlException
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet._reader import WorkSheetParser

from registers.importing import guards
from registers.importing.guards import Unreadable, check_file

ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
FORMULA = "这一格是公式，不能导入。请复制后“选择性粘贴→数值”，再导入。"
LINKED = "这一格的公式引用了别的工作簿，不能导入。请复制后“选择性粘贴→数值”，再导入。"

if not openpyxl.DEFUSEDXML:
    raise ImportError("openpyxl does not see defusedxml: uploaded workbooks could carry entity bombs")


def extract(data: bytes) -> list[dict]:
    """The sheets that hold anything. Raises Unreadable with a sentence for what cannot be taken."""
    check_file(data)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        try:
            counted = Counted()
            sheets = [_sheet(sheet, counted) for sheet in book.worksheets]
        finally:
            book.close()
    except (Unreadable, MemoryError):
        raise
    except Exception as fault:  # openpyxl answers damaged files with any kind of exception
        raise Unreadable(what_broke(fault)) from fault
    sheets = [sheet for sheet in sheets if sheet["rows"]]
    if not sheets:
        raise Unreadable("工作簿里没有内容，请检查是否选错了文件。")
    return sheets


def what_broke(fault: BaseException | None) -> str:
    """The sentence for an exception of the reader; entity definitions are named as what they are."""
    while fault is not None:
        if isinstance(fault, DefusedXmlException):
            return "工作簿内部含有不安全的定义，已拒绝读取；请把表格复制到新工作簿再上传。"
        fault = fault.__cause__
    return f"工作簿的内容读不出来；请在 Excel 中重新保存为{guards.XLSX}后再上传。"


class Counted:
    """What has been read of the whole workbook, against the limits."""

    rows = cells = letters = area = 0

    def row(self, values: list, sheet: str) -> None:
        self.rows += 1
        if self.rows > guards.MOST_ROWS:
            raise Unreadable(f"表格超过 {guards.MOST_ROWS} 行（到工作表“{sheet}”为止），请分成几个文件上传。")
        self.cells += len(values)
        if self.cells > guards.MOST_CELLS:
            raise Unreadable(f"表格超过 {guards.MOST_CELLS} 格（行数×列数），请分成几个文件上传。")
        self.letters += sum(len(value) if isinstance(value, str) else len(value[0]) for value in values)
        if self.letters > guards.MOST_TEXT:
            raise Unreadable("表格的文字太多，请分成几个文件上传。")

    def merge(self, cells: int, sheet: str, ref: str) -> None:
        self.area += cells
        if self.area > guards.MOST_CELLS:
            raise Unreadable(f"工作表“{sheet}”的合并单元格太大（到 {ref} 为止），请取消合并后再上传。")


def _sheet(ws: Any, counted: Counted) -> dict:
    rows = []
    with ws._get_source() as source:
        parser = _parser(ws, source)
        for number, cells in parser.parse():
            values = _values(cells, ws.title)
            if values:
                counted.row(values, ws.title)
                rows.append([number, values])
    last = max((number for number, _ in rows), default=0)
    return {
        "name": ws.title,
        "hidden": ws.sheet_state != "visible",
        "rows": rows,
        "merges": _merges(parser, ws.title, last, counted) if rows else [],
        "hidden_columns": list(_hidden_columns(parser)),
        "hidden_rows": [int(n) for n, row in parser.row_dimensions.items() if row.get("hidden") in {"1", "true"}],
    }


def _parser(ws: Any, source: Any) -> WorkSheetParser:
    """openpyxl's own reader of a sheet: cells as they stand, gaps not filled, and its merged ranges in one pass."""
    book = ws.parent
    return WorkSheetParser(
        source,
        ws._shared_strings,
        data_only=False,
        epoch=book.epoch,
        date_formats=book._date_formats,
        timedelta_formats=book._timedelta_formats,
    )


def _values(cells: list[dict], sheet: str) -> list:
    """The row's texts by column, "" for nothing; a text with its fault as a pair."""
    values: list = []
    for cell in cells:
        value = _value(cell)
        if not value:
            continue
        column = cell["column"]
        if column > guards.MOST_COLUMNS:
            where = f"工作表“{sheet}”第{cell['row']}行用到了{get_column_letter(column)}列"
            raise Unreadable(f"{where}，最多 {guards.MOST_COLUMNS} 列；请删去多余的列后再上传。")
        if len(value if isinstance(value, str) else value[0]) > guards.LONGEST_CELL:
            where = f"工作表“{sheet}”的{get_column_letter(column)}{cell['row']}格"
            raise Unreadable(f"{where}文字超过 {guards.LONGEST_CELL} 字，请缩短后再上传。")
        values += [""] * (column - len(values))
        values[column - 1] = value
    return values


def _value(cell: dict) -> str | list[str]:
    value, kind = cell["value"], cell["data_type"]
    if value is None:
        return ""
    if kind == "f":
        text = clean(getattr(value, "text", value))
        return [text[: guards.LONGEST_CELL], LINKED if "[" in text else FORMULA]
    if kind == "e":
        return [str(value), f"这一格是错误值“{value}”。请改正后再导入。"]
    return clean(value)


def _merges(parser: WorkSheetParser, sheet: str, last: int, counted: Counted) -> list[tuple]:
    """Merged ranges as left, top, right, bottom, cut to the rows and columns in use."""
    merged = parser.merged_cells.mergeCell if parser.merged_cells else []
    if len(merged) > guards.MOST_MERGES:
        raise Unreadable(f"工作表“{sheet}”的合并单元格超过 {guards.MOST_MERGES} 处，请取消多余的合并后再上传。")
    boxes = []
    for each in merged:
        left, top, right, bottom = range_boundaries(each.ref)
        right, bottom = min(right, guards.MOST_COLUMNS), min(bottom, last)
        if left > right or top > bottom:
            continue
        counted.merge((right - left + 1) * (bottom - top + 1), sheet, each.ref)
        boxes.append((left, top, right, bottom))
    return boxes


def _hidden_columns(parser: WorkSheetParser) -> Iterator[int]:
    for column in parser.column_dimensions.values():
        if column.get("hidden") in {"1", "true"}:
            first, last = int(column.get("min", 1)), int(column.get("max", 1))
            yield from range(first - 1, min(last, guards.MOST_COLUMNS))


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
    text = str(value)
    if "_x" in text:
        text = ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), text)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ").replace("\u200b", "")
    text = CONTROL.sub("", text)
    return "\n".join(line.strip(" \t\u3000") for line in text.split("\n")).strip()
