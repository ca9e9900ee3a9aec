"""The lines of a workbook by the columns of its tables: which sheet is which table, which row is its head."""

from collections.abc import Mapping, Sequence
from typing import Any

from registers.importing.catalogue.columns import Column, Table, Unclear, value_of
from registers.importing.catalogue.planned import Line, Talk
from registers.importing.cells import Sheet, place
from registers.importing.words import plain

NOTE = "【说明】"  # the row of notes in a template begins with it
NUMBER = "序号"  # a column that says nothing
ASIDE = ("填表说明", "选项")
HEAD_WITHIN = 15  # rows in which the head is looked for


def read(
    sheets: Sequence[Sheet], tables: Sequence[Table], offered: Mapping[str, Mapping[str, Any]], talk: Talk
) -> dict[str, list[Line]]:
    """The lines of each table, values read; what cannot be read is told by cell."""
    found: dict[str, list[Line]] = {table.key: [] for table in tables}
    known = 0
    for sheet in sheets:
        if sheet.hidden or sheet.name in ASIDE:
            continue
        head = _head(sheet, tables)
        if head is None:
            talk.about("没有认出表头，没有导入。", "请用模板的表头。", sheet.name, error=False)
            continue
        table, row = head
        known += 1
        columns = _columns(sheet, row, table, talk)
        if columns is not None:
            found[table.key] += _lines(sheet, row, table, columns, offered, talk)
    if not known:
        names = "、".join(f"“{column.title}”" for column in tables[0].columns if column.required)
        talk.about("没有认出任何一张表的表头。", f"请下载模板填写，表头中要有{names}。")
    elif not any(found.values()) and not any(message.error for message in talk.messages):
        talk.about("表里没有可以导入的行。", "请在表头和说明下面填写。")
    return found


def _head(sheet: Sheet, tables: Sequence[Table]) -> tuple[Table, int] | None:
    """The table and the row of its head: the row that has most of one table's titles, at least two of them."""
    best: tuple[int, int, Table, int] | None = None
    for number in list(sheet.rows)[:HEAD_WITHIN]:
        titles = {plain(cell.text) for cell in sheet.rows[number] if cell.text}
        for order, table in enumerate(tables):
            hits = sum(bool(column.titles & titles) for column in table.columns)
            enough = min(2, len(table.columns))
            if hits >= enough and (best is None or (hits, -order) > best[:2]):
                best = (hits, -order, table, number)
    return (best[2], best[3]) if best else None


def _columns(sheet: Sheet, row: int, table: Table, talk: Talk) -> dict[int, Column] | None:
    """Columns by index; None where one is missing that must be there."""
    found: dict[int, Column] = {}
    for index, cell in enumerate(sheet.rows[row]):
        title = plain(cell.text)
        column = next((one for one in table.columns if title in one.titles), None)
        if column is None:
            if title and title != NUMBER:
                said = f"{place(index)}列“{cell.text[:20]}”不是{table.name}的栏目，没有导入。"
                talk.about(said, sheet=sheet.name, row=row, error=False)
        elif column in found.values():
            talk.about(f"“{column.title}”有两列。", "请只留一列。", sheet.name, row)
        else:
            found[index] = column
    missing = [column.title for column in table.columns if column.required and column not in found.values()]
    for title in missing:
        talk.about(f"表头缺少“{title}”这一列。", "请加上，或改用模板。", sheet.name, row)
    return None if missing else found


def _lines(
    sheet: Sheet,
    head: int,
    table: Table,
    columns: Mapping[int, Column],
    offered: Mapping[str, Mapping[str, Any]],
    talk: Talk,
) -> list[Line]:
    titles = [plain(cell.text) for cell in sheet.rows[head]]
    places = {column.key: place(index) for index, column in columns.items()}
    found = []
    for number, cells in sheet.rows.items():
        texts = {column.key: sheet.cell(number, index).text.strip() for index, column in columns.items()}
        if number <= head or not any(texts.values()) or any(text.startswith(NOTE) for text in texts.values()):
            continue
        if [plain(cell.text) for cell in cells] == titles:
            continue  # the head again, on a further page
        line = Line(table, sheet.name, number, places, texts)
        for index, column in columns.items():
            if fault := sheet.cell(number, index).fault:
                talk.error(line, column.key, fault)
            elif texts[column.key]:
                _read(line, column, offered, talk)
            elif column.required:
                talk.error(line, column.key, f"没有写{column.title}。", "这一栏必须填写。")
        found.append(line)
    return found


def _read(line: Line, column: Column, offered: Mapping[str, Mapping[str, Any]], talk: Talk) -> None:
    try:
        line.values[column.key] = value_of(column, line.texts[column.key], offered.get(column.offers, {}))
    except Unclear as fault:
        talk.error(line, column.key, fault.said, fault.todo)
