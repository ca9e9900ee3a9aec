"""Finding the sheets of an offline form in a workbook that came back, whatever program saved it."""

import io
import json
import re
import zipfile
from dataclasses import dataclass, field

from defusedxml.ElementTree import ParseError, fromstring

from registers.importing.cells import BLANK, Cell, Sheet
from registers.offline.columns import IDENTITY

FILL, HEAD, NOTES, LISTS, MARK = "填写", "整表事项", "填表说明", "选项", "编号"
MARK_TOKEN, MARK_DIGEST, MARK_FORMAT = "离线登记表", "内容摘要", "格式"
PROPERTY = "offline-form"
TOKEN = re.compile(r"[0-9a-f]{32}")
KEY_ROWS = 40  # the row of keys is looked for in these first rows
PROPERTIES = "docProps/custom.xml"
MOST_PROPERTIES = 100_000  # bytes
BOUNDED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # of others `read` unpacks all, however little it is asked for


@dataclass(frozen=True)
class Mark:
    """By what a workbook is recognised."""

    token: str
    digest: str = ""
    format: str = ""


@dataclass
class Grid:
    """One sheet by its keys: the rows below the row of keys, each a dict of key → cell."""

    name: str
    columns: dict[str, int] = field(default_factory=dict)  # key → index from 0
    rows: dict[int, dict[str, Cell]] = field(default_factory=dict)  # by row number


def mark_of(sheets: list[Sheet], data: bytes = b"") -> Mark | None:
    """The token in the hidden sheet, else in the document's properties; None when the workbook is none of ours."""
    for sheet in sheets:
        told = {row[0].text: row[1].text for row in sheet.rows.values() if len(row) > 1}
        if TOKEN.fullmatch(told.get(MARK_TOKEN, "")):
            return Mark(told[MARK_TOKEN], told.get(MARK_DIGEST, ""), told.get(MARK_FORMAT, ""))
    return _in_properties(data)


def _in_properties(data: bytes) -> Mark | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if archive.getinfo(PROPERTIES).compress_type not in BOUNDED:
                return None
            with archive.open(PROPERTIES) as stream:
                root = fromstring(stream.read(MOST_PROPERTIES).decode("utf-8"))
    except (zipfile.BadZipFile, KeyError, ParseError, ValueError, OSError, NotImplementedError, RuntimeError):
        return None
    for node in root:
        if node.get("name") == PROPERTY:
            return _mark_from("".join(node.itertext()))
    return None


def _mark_from(told: str) -> Mark | None:
    """Whoever writes a workbook can write anything there."""
    try:
        token, digest, form = map(_text, json.loads(told))
    except (ValueError, TypeError, RecursionError):
        return None
    return Mark(token, digest, form) if TOKEN.fullmatch(token) else None


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def grid_of(sheets: list[Sheet], keys: set[str]) -> Grid | None:
    """The sheet whose row of keys has all these; None when there is none (columns were taken out)."""
    for sheet in sheets:
        for number, row in sheet.rows.items():
            if number > KEY_ROWS:
                break
            found = {cell.text: index for index, cell in enumerate(row) if cell.text in keys}
            if row[0].text == IDENTITY and keys <= found.keys():
                return Grid(sheet.name, found, _rows(sheet, number + 1, found))
    return None


def _rows(sheet: Sheet, above: int, columns: dict[str, int]) -> dict[int, dict[str, Cell]]:
    """The rows below the headings. A merged cell says its word once, in its first row."""
    found, merged = {}, set()
    for number, row in sheet.rows.items():
        if number <= above:
            continue
        cells = {}
        for key, index in columns.items():
            cell = row[index] if index < len(row) else BLANK
            if cell.merge and (key, cell.merge) in merged:
                cell = BLANK
            elif cell.merge:
                merged.add((key, cell.merge))
            cells[key] = cell
        found[number] = cells
    return found
