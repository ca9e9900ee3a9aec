"""Where a long table is cut into pages: each page is laid out by itself, with its spans cut and their labels repeated.

A cut makes rows taller (the label of a span is said again), so that cutting where a first layout happened to break
moves every break below it. Here a page is settled before the next begins; the breaks are then forced.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from documents.rendering.printer import Layout, Page
from paper import Document, Table, split_at
from paper.html import row_anchor
from paper.spans import part

Lay = Callable[..., Layout]
_MORE = 3  # rows that are tried beyond those of the page before; a page that holds them all is tried with twice as many


def paged(paper: Document, lay: Lay, first_page: int) -> Document:
    """The paper with its one table cut at the ends of pages.

    ``lay`` makes the pages of a document; ``first_page`` rows went on the first page when nothing was cut.
    """
    (table,) = paper.tables
    bare = replace(paper, opinions=(), feet=(), footnote="")
    end = _with_labels(bare, table, 0, first_page, lay)
    before, starts = first_page, []
    while end < len(table.rows):
        starts.append(end)
        start, end = end, _filled(bare, table, end, before + _MORE, lay)
        before = end - start
    return replace(paper, tables=(replace(split_at(table, starts), page_starts=frozenset(starts)),))


def _filled(paper: Document, table: Table, start: int, guess: int, lay: Lay) -> int:
    """Up to which row a page goes that begins with ``start``."""
    while True:
        tried = min(len(table.rows), start + guess)
        end = _holds(paper, table, start, tried, lay)
        if end < tried or end == len(table.rows):
            return _with_labels(paper, table, start, end, lay)
        guess *= 2


def _with_labels(paper: Document, table: Table, start: int, end: int, lay: Lay) -> int:
    """The same once the spans end with the page, which may make its rows taller."""
    while start < end < len(table.rows) and split_at(table, {end}) != table:
        shorter = _holds(paper, table, start, end, lay)
        if shorter == end:
            break
        end = shorter
    return end


def _holds(paper: Document, table: Table, start: int, end: int, lay: Lay) -> int:
    """The first of these rows that does not go on the page any more; ``end`` where all do.

    A row that is higher than a page begins on it all the same and is torn: there is no better place.
    """
    piece = part(table, start, end)
    layout = lay(replace(paper, tables=(piece,)), bare=start > 0)
    pages = pages_of_rows(piece, 0, layout.pages)
    return start + next((index for index, page in enumerate(pages) if page), len(pages))


def pages_of_rows(table: Table, number: int, pages: Sequence[Page]) -> list[int]:
    """On which page each row begins."""
    found: dict[str, int] = {}
    for index, page in enumerate(pages):
        for anchor in page.anchors:
            found.setdefault(anchor, index)
    return [found[row_anchor(number, row)] for row in range(len(table.rows))]
