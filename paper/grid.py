"""Where the cells of a table lie. A row lists only the cells that begin in it; here spans become places."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


class _Cell(Protocol):
    row_span: int
    col_span: int


class _Row(Protocol):
    cells: tuple


class _Column(Protocol):
    heading: str
    group: str


def positions(rows: Sequence[_Row], width: int, *, name: str = "") -> list[list[tuple[int, _Cell]]]:
    """For each row its cells with their first column.

    Raises ValueError, naming the row, when cells overlap, stick out on the right or below, or leave a hole.
    """
    free_from = [0] * width  # the first row in which this column is free again
    placed: list[list[tuple[int, _Cell]]] = []
    for index, row in enumerate(rows):
        place = name or f"第{index + 1}行"
        line: list[tuple[int, _Cell]] = []
        column = 0
        for cell in row.cells:
            while column < width and free_from[column] > index:
                column += 1
            end = column + cell.col_span
            if end > width:
                raise ValueError(f"{place}的单元格超出表格右边（共 {width} 列）")
            if any(free > index for free in free_from[column:end]):
                raise ValueError(f"{place}的单元格与上面跨行的单元格重叠")
            if index + cell.row_span > len(rows):
                raise ValueError(f"{place}的单元格跨 {cell.row_span} 行，超出表格底边")
            free_from[column:end] = [index + cell.row_span] * cell.col_span
            line.append((column, cell))
            column = end
        if any(free <= index for free in free_from):
            missing = sum(free <= index for free in free_from)
            raise ValueError(f"{place}缺少 {missing} 列的单元格")
        placed.append(line)
    return placed


def groups(rows: Sequence[_Row]) -> list[range]:
    """The rows that hang together by spans, as ranges: a row without spans is a group of its own."""
    found: list[range] = []
    start, end = 0, 0
    for index, row in enumerate(rows):
        end = max(end, index + max((cell.row_span for cell in row.cells), default=1))
        if end == index + 1:
            found.append(range(start, end))
            start = end
    return found


@dataclass(frozen=True, slots=True)
class HeadCell:
    """One heading in the head of a table."""

    text: str
    column: int
    row_span: int = 1
    col_span: int = 1


def head_rows(columns: Sequence[_Column]) -> list[list[HeadCell]]:
    """The one or two rows of headings: neighbouring columns of one group share an upper cell."""
    if not any(column.group for column in columns):
        return [[HeadCell(column.heading, index) for index, column in enumerate(columns)]]
    upper: list[HeadCell] = []
    lower: list[HeadCell] = []
    previous = ""
    for index, column in enumerate(columns):
        if not column.group:
            upper.append(HeadCell(column.heading, index, row_span=2))
        else:
            lower.append(HeadCell(column.heading, index))
            if column.group == previous:
                last = upper.pop()
                upper.append(HeadCell(last.text, last.column, col_span=last.col_span + 1))
            else:
                upper.append(HeadCell(column.group, index))
        previous = column.group
    return [upper, lower]
