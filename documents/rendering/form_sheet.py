"""A form laid out on a worksheet: its columns are those of the widest table, everything else is merged over them."""

from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet.cell_range import CellRange

from documents.rendering.workbook import Styles, Value, set_page, usable_width, value_of
from paper import Cell, Document, OpinionCell, Table
from paper.grid import head_rows, positions
from paper.measure import lines_needed
from paper.text import grouped

_LINE_HEIGHT = 15.0  # points, for 10.5 pt text
_PADDING = 8.0
_TALLEST = 400.0  # Excel allows 409 points; a higher row is continued in further rows
_FEWEST_COLUMNS = 4
_LABEL_SHARE = 0.14


@dataclass(slots=True)
class _Piece:
    """What one merged place of the sheet holds."""

    value: Value
    look: str
    align: str = "left"
    bold: bool = False
    tone: str | None = None


class FormSheet:
    """Collects places and heights, then writes them row by row."""

    def __init__(self, sheet: WriteOnlyWorksheet, document: Document) -> None:
        self._sheet = sheet
        self._document = document
        self._edges = _edges(document)
        self._width = usable_width(document.size, document.landscape)
        self._heights: list[float] = []
        self._pieces: dict[tuple[int, int], _Piece] = {}
        self._covered: dict[tuple[int, int], tuple[int, int]] = {}
        self._merges: list[CellRange] = []

    @property
    def columns(self) -> int:
        return len(self._edges) - 1

    # -- placing -------------------------------------------------------------------------------------------------

    def _rows(self, *heights: float) -> int:
        """New rows at the end; the number of the first."""
        self._heights.extend(heights)
        return len(self._heights) - len(heights)

    def _put(self, piece: _Piece, row: int, column: int, rows: int, columns: int) -> None:
        for below in range(row, row + rows):
            for beside in range(column, column + columns):
                self._covered[below, beside] = (row, column)
        self._pieces[row, column] = piece
        if rows > 1 or columns > 1:
            self._merges.append(CellRange(None, column + 1, row + 1, column + columns, row + rows))

    def _room(self, start: int, end: int) -> float:
        """How many Chinese characters go on a line over these columns."""
        return max(1.0, ((self._edges[end] - self._edges[start]) * self._width * 7 - 8) / 14 * 0.97)

    def _height(self, text: str, start: int, end: int, lines: int = 1) -> float:
        return max(lines, lines_needed(text, self._room(start, end))) * _LINE_HEIGHT + _PADDING

    def _line(self, text: str, look: str, height: float, align: str = "left") -> None:
        if text:
            row = self._rows(max(height, self._height(text, 0, self.columns)))
            self._put(_Piece(value_of(text, look), look, align), row, 0, 1, self.columns)

    def _band(self, row: int, rows: int, parts: Sequence[tuple[float, _Piece]]) -> None:
        """Pieces side by side, each with its share of the width."""
        bounds = self._bounds([share for share, _ in parts])
        for (_, piece), start, end in zip(parts, bounds, bounds[1:], strict=False):
            self._put(piece, row, start, rows, end - start)

    def _bounds(self, shares: Sequence[float]) -> list[int]:
        """The columns at which bands of these shares begin and end: the nearest lines, each at least one column."""
        bounds, reached, total = [0], 0.0, sum(shares)
        for index, share in enumerate(shares[:-1], 1):
            reached += share / total
            least, most = bounds[-1] + 1, self.columns - (len(shares) - index)
            bounds.append(min(range(least, most + 1), key=lambda column: abs(self._edges[column] - reached)))
        return [*bounds, self.columns]

    # -- the parts of a form -------------------------------------------------------------------------------------

    def write(self) -> None:
        document = self._document
        self._line(document.number, "number", 22)
        self._line(document.title, "title", 42, "center")
        self._line(document.subtitle, "subtitle", 24, "center")
        self._head()
        titles = [(len(table.columns), self._table(table)) for table in document.tables]
        self._opinions()
        self._feet()
        self._line(document.footnote, "note", 20)
        self._flush(max(titles, key=lambda item: item[0])[1] if titles else None)

    def _head(self) -> None:
        document = self._document
        for line in document.head_lines():
            parts = []
            rest = document.head_columns - len(line)
            for item in line:
                share = (1 + rest if item is line[-1] else 1) / document.head_columns
                label = min(_LABEL_SHARE, 0.4 / document.head_columns)
                value = _value(item.value, f"表头“{item.label}”")
                parts.append((label, _Piece(item.label, "head", "center")))
                parts.append((share - label, _Piece(value, "body", tone=item.value.tone, bold=item.value.bold)))
            bounds = self._bounds([share for share, _ in parts])
            heights = [
                self._height(str(piece.value or ""), start, end)
                for (_, piece), start, end in zip(parts, bounds, bounds[1:], strict=False)
            ]
            first, count = self._tall_rows(max(24.0, *heights))
            self._band(first, count, parts)

    def _tall_rows(self, height: float) -> tuple[int, int]:
        """Rows that are together as high as asked: the first and how many."""
        count = int(height // _TALLEST) + 1
        return self._rows(*[height / count] * count), count

    def _table(self, table: Table) -> tuple[int, int]:
        """The whole table; the rows of its head, which are repeated on each printed page."""
        self._line(table.caption, "foot", 24)
        bounds = self._bounds([column.weight for column in table.columns])
        heads = head_rows(table.columns)
        first = len(self._heights)
        for line in heads:
            spread = [
                self._height(cell.text, bounds[cell.column], bounds[cell.column + cell.col_span]) for cell in line
            ]
            self._rows(max([26.0, *spread]))
        for index, line in enumerate(heads):
            for cell in line:
                start, end = bounds[cell.column], bounds[cell.column + cell.col_span]
                self._put(_Piece(cell.text, "head", "center"), first + index, start, cell.row_span, end - start)
        self._body(table, bounds)
        return first, first + len(heads) - 1

    def _body(self, table: Table, bounds: list[int]) -> None:
        rows = [*table.rows, *((table.totals,) if table.totals else ())]
        if not table.rows:
            self._line(table.empty_text, "body", 30, "center")
            rows = rows[len(table.rows) :]
        placed = positions(rows, len(table.columns))
        starts = [self._tall_rows(height) for height in self._row_heights(placed, bounds)]
        end_row = len(self._heights)
        for index, line in enumerate(placed):
            is_total = table.totals is not None and index == len(rows) - 1
            for column, cell in line:
                below = index + cell.row_span
                last = starts[below][0] if below < len(starts) else end_row
                start, end = bounds[column], bounds[column + cell.col_span]
                place = f"表格第{index + 1}行“{table.columns[column].heading}”"
                align = cell.align or table.columns[column].align
                piece = _Piece(_value(cell, place), "body", align, cell.bold or is_total, cell.tone)
                self._put(piece, starts[index][0], start, last - starts[index][0], end - start)

    def _row_heights(self, placed: list, bounds: list[int]) -> list[float]:
        """Each row as high as its cells need; what a spanning cell needs more goes to its last row."""
        heights = [24.0] * len(placed)
        spanning = []
        for index, line in enumerate(placed):
            for column, cell in line:
                need = self._height(cell.plain, bounds[column], bounds[column + cell.col_span])
                if cell.row_span == 1:
                    heights[index] = max(heights[index], need)
                else:
                    spanning.append((index, cell.row_span, need))
        for index, span, need in spanning:
            heights[index + span - 1] += max(0.0, need - sum(heights[index : index + span]))
        return heights

    def _opinions(self) -> None:
        wide = self._document.opinion_columns
        boxes = self._document.opinions
        for start in range(0, len(boxes), wide):
            self._opinion_line(boxes[start : start + wide], wide)

    def _opinion_line(self, boxes: Sequence[OpinionCell], wide: int) -> None:
        label = min(_LABEL_SHARE, 0.35 / wide)
        shares = [1 / wide] * len(boxes)
        shares[-1] += (wide - len(boxes)) / wide
        bounds = self._bounds([part for share in shares for part in (label, share - label)])
        texts = [_opinion_texts(box) for box in boxes]
        height = max(
            self._height(said, bounds[2 * index + 1], bounds[2 * index + 2], 2) for index, (said, _) in enumerate(texts)
        )
        first, count = self._tall_rows(height)
        sign = self._rows(22.0)
        for index, (box, (said, signed)) in enumerate(zip(boxes, texts, strict=True)):
            left, middle, right = bounds[2 * index : 2 * index + 3]
            self._put(_Piece(box.label, "head", "center"), first, left, count + 1, middle - left)
            place = f"意见栏“{box.label}”"
            self._put(_Piece(value_of(said, place), "opinion"), first, middle, count, right - middle)
            self._put(_Piece(value_of(signed, place), "sign", "right"), sign, middle, 1, right - middle)

    def _feet(self) -> None:
        feet = self._document.feet[: self.columns]
        if feet:
            bounds = self._bounds([1.0] * len(feet))
            spread = zip(feet, bounds, bounds[1:], strict=False)
            row = self._rows(max(28.0, *(self._height(foot.plain, start, end) for foot, start, end in spread)))
            self._band(row, 1, [(1.0, _Piece(value_of(foot.plain, "表尾"), "foot")) for foot in feet])
            for foot in self._document.feet[self.columns :]:
                self._line(foot.plain, "foot", 22)

    # -- writing -------------------------------------------------------------------------------------------------

    def _flush(self, titles: tuple[int, int] | None) -> None:
        sheet, document = self._sheet, self._document
        foot = f"封存 {grouped(document.digest)}" if document.digest else document.mark
        set_page(sheet, size=document.size, landscape=document.landscape, left_foot=foot)
        sheet.sheet_view.showGridLines = False
        for index in range(self.columns):
            share = self._edges[index + 1] - self._edges[index]
            sheet.column_dimensions[get_column_letter(index + 1)].width = round(share * self._width, 2)
        for row, height in enumerate(self._heights, 1):
            sheet.row_dimensions[row].height = round(min(height, 409.0), 1)
        if titles:
            sheet.print_title_rows = f"{titles[0] + 1}:{titles[1] + 1}"
        styles = Styles(sheet)
        for row in range(len(self._heights)):
            sheet.append([self._cell(styles, row, column) for column in range(self.columns)])
        sheet.merged_cells.ranges.update(self._merges)

    def _cell(self, styles: Styles, row: int, column: int) -> object:
        origin = self._covered.get((row, column))
        if origin is None:
            return None
        piece = self._pieces[origin]
        value = piece.value if origin == (row, column) else None
        return styles.cell(value, piece.look, align=piece.align, bold=piece.bold, tone=piece.tone)


def _value(cell: Cell, place: str) -> Value:
    if not cell.number:
        return value_of(cell.plain, place)
    return int(cell.text) if cell.text.lstrip("-").isdecimal() else float(cell.text)


def _opinion_texts(box: OpinionCell) -> tuple[str, str]:
    """What stands in a box, and the signature at its lower right; earlier opinions are signed in the text."""
    if not box.opinions:
        return box.empty_hint, box.blank_signature
    *earlier, last = box.opinions
    said = [f"{opinion.text}\n    {box.signed(opinion)}" for opinion in earlier]
    return "\n".join([*said, last.text]), box.signed(last)


def _edges(document: Document) -> list[float]:
    """The lines between the sheet's columns, from 0 to 1: those of the table with most columns, halved where the
    head or the boxes need more of them."""
    widths = max(([column.weight for column in table.columns] for table in document.tables), key=len, default=[1.0])
    needed = max(
        _FEWEST_COLUMNS,
        2 * document.head_columns if document.head else 0,
        2 * document.opinion_columns if document.opinions else 0,
    )
    edges = [0.0]
    for width in widths:
        edges.append(edges[-1] + width / sum(widths))
    while len(edges) - 1 < needed:
        widest = max(range(len(edges) - 1), key=lambda index: edges[index + 1] - edges[index])
        edges.insert(widest + 1, (edges[widest] + edges[widest + 1]) / 2)
    return edges
