"""The answers about the subject as a whole, from their own sheet."""

from typing import Any

from registers.forms.offers import Offers
from registers.importing.cells import Sheet
from registers.offline.columns import IDENTITY
from registers.offline.ground import Ground
from registers.offline.lines import head_words
from registers.offline.reading import Message, Reader
from registers.offline.shape import FACTOR, Cells, answers_of
from registers.offline.sheet import Grid, grid_of
from registers.schemes.rating import suggest_subject

VALUE = "value"


def read_head(sheets: list[Sheet], ground: Ground, offers: Offers, kinds: list[str]) -> tuple[Cells, list[Message]]:
    """The answers, and what is wrong with them; those that were issued where the sheet has none or is gone."""
    issued = ground.whole.head
    grid = grid_of(sheets, {IDENTITY, VALUE})
    if not ground.head or grid is None:
        return issued, []
    place = grid.columns[VALUE]
    reader = Reader(ground, offers, Grid(grid.name, dict.fromkeys([column.key for column in ground.head], place)))
    words, cells, touched = head_words(issued, ground), dict(issued), set()
    for column, number, cell in _answers(ground, grid):
        if reader.touched(number, column, cell, words[column.key]):
            touched.add(column.key)
            value = reader.value(number, column, cell.text)
            cells[column.key] = "" if value is None and column.key != "declared_rank" else value
    if any(key.startswith(FACTOR) for key in touched) and "declared_rank" not in touched:
        cells["declared_rank"] = _followed(offers, issued, cells, kinds)
    return cells, reader.messages


def _answers(ground: Ground, grid: Grid):
    columns = {column.key: column for column in ground.head}
    for number, row in grid.rows.items():
        key = row[IDENTITY].text
        if key in columns:
            yield columns.pop(key), number, row[VALUE]


def _followed(offers: Offers, issued: Cells, now: Cells, kinds: list[str]) -> Any:
    """The level that nobody chose follows the answers, as on the page."""

    def suggested(cells: Cells) -> int | None:
        ranks = [0] * len(kinds)
        return suggest_subject(offers.spec, offers.register.scope, answers_of(cells), ranks, kinds).rank

    was, before, after = issued.get("declared_rank"), suggested(issued), suggested(now)
    return after if after is not None and was in (None, before) else was
