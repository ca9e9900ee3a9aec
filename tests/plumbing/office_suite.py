"""LibreOffice as the second program that opens our workbooks: one start converts many files.

Whether a row is high enough is asked by a *probe*: each text alone in a row, in the width and the letters that it has
in its workbook but without a height. What LibreOffice then gives the row is what the text needs.
"""

import io
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

XLSX, PDF, ODS = "xlsx:Calc MS Excel 2007 XML", "pdf:calc_pdf_Export", "ods:calc8"
PATIENCE = 300  # seconds for all files of one start
_WIDEST = 255  # letters that a column may be wide
_USUAL_WIDTH, _USUAL_HEIGHT = 8.43, 15.0


def soffice() -> str | None:
    """The program, or None where it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def converted(files: Mapping[str, bytes], kind: str, of: str = "xlsx") -> dict[str, bytes]:
    """Each workbook as LibreOffice writes it, by the same names; one start for all of them."""
    ending = kind.split(":")[0]
    with tempfile.TemporaryDirectory(prefix="lianzheng-office-") as folder:
        place, out = Path(folder), Path(folder) / "out"
        for name, data in files.items():
            (place / f"{name}.{of}").write_bytes(data)
        profile = f"-env:UserInstallation=file://{folder}/profile"
        command = [soffice(), "--headless", "--norestore", profile, "--convert-to", kind, "--outdir", str(out)]
        sources = [str(place / f"{name}.{of}") for name in files]
        subprocess.run([*command, *sources], check=True, capture_output=True, timeout=PATIENCE)
        return {name: (out / f"{name}.{ending}").read_bytes() for name in files}


@dataclass(frozen=True)
class Text:
    """A text of a workbook with its room in letters and points; a row without a height is one line high."""

    place: str
    text: str
    width: float
    height: float
    wrapped: bool
    font: tuple[str, float, bool]


def texts_of(data: bytes) -> list[Text]:
    """Every text that is seen when a workbook is opened."""
    sheets = load_workbook(io.BytesIO(data)).worksheets
    return [text for sheet in sheets if sheet.sheet_state == "visible" for text in _texts(sheet)]


def needed(texts: Mapping[str, list[Text]]) -> dict[str, list[float]]:
    """The height that each text needs, in points: LibreOffice finds it when it opens a file of its own format."""
    book = Workbook()
    book.remove(book.active)
    for number, found in enumerate(texts.values()):
        _probe(book.create_sheet(f"p{number}"), found)
    stream = io.BytesIO()
    book.save(stream)
    asked = converted({"probe": stream.getvalue()}, ODS)
    answered = load_workbook(io.BytesIO(converted(asked, XLSX, of="ods")["probe"])).worksheets
    return {
        name: [sheet.row_dimensions[row].height or _USUAL_HEIGHT for row in range(1, len(found) + 1)]
        for (name, found), sheet in zip(texts.items(), answered, strict=True)
    }


def _probe(sheet: Worksheet, texts: list[Text]) -> None:
    """Each text alone in a row without a height, in a column of its width."""
    columns: dict[float, int] = {}
    for row, text in enumerate(texts, 1):
        column = columns.setdefault(text.width, len(columns) + 1)
        sheet.column_dimensions[get_column_letter(column)].width = min(text.width, _WIDEST)
        cell = sheet.cell(row, column)
        cell.value, cell.data_type = text.text, "s"
        cell.font = Font(name=text.font[0], size=text.font[1], bold=text.font[2])
        cell.alignment = Alignment(wrap_text=text.wrapped, vertical="top")


def widths(sheet: Worksheet) -> dict[int, float]:
    """The width of each column; a hidden one has none. LibreOffice writes equal neighbours as one entry."""
    usual = sheet.sheet_format.defaultColWidth or _USUAL_WIDTH
    found = dict.fromkeys(range(1, sheet.max_column + 1), usual)
    for letter, one in sheet.column_dimensions.items():
        first = one.min or sheet[f"{letter}1"].column
        for column in range(first, min(one.max or first, sheet.max_column) + 1):
            found[column] = 0.0 if one.hidden else one.width
    return found


def _texts(sheet: Worksheet):
    areas = {(area.min_row, area.min_col): area for area in sheet.merged_cells.ranges}
    wide = widths(sheet)
    for row in sheet.iter_rows():
        for cell in row:
            if not isinstance(cell.value, str) or sheet.row_dimensions[cell.row].hidden:
                continue
            area = areas.get((cell.row, cell.column))
            columns = range(area.min_col, area.max_col + 1) if area else [cell.column]
            rows = range(area.min_row, area.max_row + 1) if area else [cell.row]
            width = round(sum(wide[column] for column in columns), 1)
            height = sum(sheet.row_dimensions[number].height or _USUAL_HEIGHT for number in rows)
            if width:
                place, font = f"{sheet.title}!{cell.coordinate}", (cell.font.name, cell.font.size, cell.font.bold)
                yield Text(place, cell.value, width, height, bool(cell.alignment.wrap_text), font)
