"""Spans: made from equal neighbours, and cut again where a page ends.

A printer leaves the rest of a row-spanning cell blank after a page break, so a span is cut there in the model and its
label is said again with (续).
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from paper import grid
from paper.table import Cell, Row, Table

CONTINUED = "（续）"


def merge_equal(rows: Iterable, columns: Sequence[int]) -> tuple[Row, ...]:
    """Rows with equal neighbours above each other made one cell, in the named columns.

    `rows` have a cell for every column. `columns` go from the outside in (unit, post, power): a cell is merged only
    within the merged cell before it, so the same power named under two posts stays two. Empty cells stay apart, and a
    row with spans of its own (a subtotal) ends every span.
    """
    dense = [row if isinstance(row, Row) else Row(row) for row in rows]
    width = max((len(row.cells) for row in dense), default=0)
    starts = [_starts(dense, width, columns[: depth + 1]) for depth in range(len(columns))]
    merged = []
    for index, row in enumerate(dense):
        cells = []
        for column, cell in enumerate(row.cells):
            if column in columns and _is_plain(row, width):
                start = starts[columns.index(column)]
                if start[index] != index:
                    continue
                cell = replace(cell, row_span=_run(start, index))
            cells.append(cell)
        merged.append(Row(tuple(cells)))
    return tuple(merged)


def _is_plain(row: Row, width: int) -> bool:
    return len(row.cells) == width and all(cell.row_span == cell.col_span == 1 for cell in row.cells)


def _starts(rows: list[Row], width: int, columns: Sequence[int]) -> list[int]:
    """For each row the first row of its run of equal values in all these columns."""
    starts: list[int] = []
    for index, row in enumerate(rows):
        above = rows[index - 1] if index else None
        joins = (
            above is not None
            and _is_plain(row, width)
            and _is_plain(above, width)
            and all(row.cells[column] == above.cells[column] and row.cells[column].plain for column in columns)
        )
        starts.append(starts[-1] if joins else index)
    return starts


def _run(starts: list[int], index: int) -> int:
    end = index + 1
    while end < len(starts) and starts[end] == index:
        end += 1
    return end - index


def split_at(table: Table, breaks: Iterable[int]) -> Table:
    """The table with every span cut above the rows `breaks` (counted from 0), the label repeated with (续)."""
    cuts = sorted(set(breaks))
    placed = grid.positions(table.rows, len(table.columns))
    lines: list[list[tuple[int, Cell]]] = [[] for _ in placed]
    for index, row in enumerate(placed):
        for column, cell in row:
            _put_pieces(lines, index, column, cell, cuts)
    rows = tuple(Row(tuple(cell for _, cell in sorted(line, key=lambda item: item[0]))) for line in lines)
    return replace(table, rows=rows)


def part(table: Table, start: int, end: int) -> Table:
    """The rows from ``start`` to before ``end`` as a table of their own; the totals go with the last row."""
    cut = split_at(table, {start, end})
    whole = end == len(table.rows)
    return replace(cut, rows=cut.rows[start:end], totals=table.totals if whole else None)


def _put_pieces(lines: list, index: int, column: int, cell: Cell, cuts: list[int]) -> None:
    inside = [cut for cut in cuts if index < cut < index + cell.row_span]
    ends = [*inside, index + cell.row_span]
    for start, end in zip([index, *inside], ends, strict=True):
        piece = cell if start == index else _continued(cell)
        lines[start].append((column, replace(piece, row_span=end - start)))


def _continued(cell: Cell) -> Cell:
    if not cell.plain or cell.number or cell.plain.endswith(CONTINUED):
        return cell
    if cell.lines:
        return replace(cell, lines=(*cell.lines[:-1], cell.lines[-1] + CONTINUED))
    return replace(cell, text=cell.text + CONTINUED)


def crossed(table: Table, page_of: Sequence[int]) -> set[int]:
    """The rows above which a span must be cut, given the page on which each row came to lie."""
    cuts: set[int] = set()
    for index, row in enumerate(table.rows):
        for cell in row.cells:
            for below in range(index + 1, index + cell.row_span):
                if page_of[below] != page_of[below - 1]:
                    cuts.add(below)
    return cuts
