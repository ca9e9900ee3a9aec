"""Worksheets filled from above: text merged over columns, in rows as high as their text, with links between sheets."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.hyperlink import Hyperlink

from documents.rendering.workbook import Styles, set_page, usable_width, value_of
from paper.measure import lines_needed

_LINE, _PADDING, _TALLEST = 14.5, 6.0, 405.0  # points; Excel allows 409


@dataclass
class Sheet:
    """One sheet; ``widths`` are shares of the page's width. Rows are written as they come."""

    sheet: WriteOnlyWorksheet
    widths: Sequence[float]
    landscape: bool = False
    foot: str = ""
    rows: int = 0
    _merges: list[CellRange] = field(default_factory=list)
    _links: list[Hyperlink] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._styles = Styles(self.sheet)
        set_page(self.sheet, size="A4", landscape=self.landscape, left_foot=self.foot)
        self.sheet.sheet_view.showGridLines = False
        room = usable_width("A4", self.landscape)
        self._room = [room * width / sum(self.widths) for width in self.widths]
        for number, width in enumerate(self._room, 1):
            self.sheet.column_dimensions[get_column_letter(number)].width = round(width, 2)

    @property
    def name(self) -> str:
        return self.sheet.title

    def row(
        self,
        *cells: tuple[object, int],
        look: str = "body",
        labels: Sequence[int] = (),
        centred: Sequence[int] = (),
        tones: dict[int, str] | None = None,
        bold: bool = False,
    ) -> int:
        """One row of (value, columns that it covers); its number. ``labels``, ``centred``, ``tones``: by column."""
        made, column, lines = [], 0, 1.0
        for value, span in cells:
            held = value_of(value, self.name)
            room = max(1.0, (sum(self._room[column : column + span]) * 7 - 8) / 14 * 0.95)
            lines = max(lines, lines_needed(str(held or ""), room))
            kind = "head" if column in labels else look
            align = "center" if column in centred or look == "title" else "left"
            made.append(self._styles.cell(held, kind, align=align, bold=bold, tone=(tones or {}).get(column)))
            made += [self._styles.cell(None, kind) for _ in range(span - 1)]
            if span > 1:
                self._merges.append(CellRange(None, column + 1, self.rows + 1, column + span, self.rows + 1))
            column += span
        self.rows += 1
        height = lines * _LINE + _PADDING if look != "title" else 36.0
        self.sheet.row_dimensions[self.rows].height = round(min(height, _TALLEST), 1)
        self.sheet.append(made)
        return self.rows

    def across(self, value: object, look: str = "body", *, bold: bool = False) -> int:
        """A row of one text over the whole width."""
        return self.row((value, len(self.widths)), look=look, bold=bold)

    def table(self, heads: Iterable[str], *, repeated: bool = False) -> int:
        """The heads of a table, on every printed page if it is the only one of the sheet."""
        row = self.row(*((head, 1) for head in heads), look="head", centred=range(len(self.widths)))
        if repeated:
            self.sheet.print_title_rows = f"{row}:{row}"
        return row

    def link(self, row: int, column: int, place: tuple[str, int] | None) -> None:
        """Lead from a cell to a row of a sheet."""
        if place:
            name = place[0].replace("'", "''")
            cell = f"{get_column_letter(column)}{row}"
            self._links.append(Hyperlink(ref=cell, location=f"'{name}'!A{place[1]}", display=""))

    def close(self) -> None:
        """To be called last, before the workbook is saved."""
        self.sheet.merged_cells.ranges.update(self._merges)
        self.sheet._hyperlinks.extend(self._links)
