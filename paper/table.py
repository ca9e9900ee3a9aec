"""A table and its parts. All frozen, all checked when made."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from paper import grid
from paper.text import clean, plain

if TYPE_CHECKING:
    from paper.flow import Flow

TONES = ("grave", "middle", "light")
ALIGNS = ("left", "center", "right")


def require(condition: bool, message: str) -> None:
    if not condition:
        raise ValueError(message)


def clean_texts(part: object) -> None:
    """Replace every text field of a frozen part by its clean form."""
    for item in fields(part):
        value = getattr(part, item.name)
        if isinstance(value, str):
            object.__setattr__(part, item.name, clean(value))


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. `lines` is printed as 1. 2. 3.; `tone` colours a level, always together with its word."""

    text: str = ""
    lines: tuple[str, ...] = ()
    row_span: int = 1
    col_span: int = 1
    tone: str | None = None
    align: str = ""  # empty: as the column says
    bold: bool = False
    number: bool = False  # the text is a number, and a workbook may count with it

    def __post_init__(self) -> None:
        clean_texts(self)
        object.__setattr__(self, "lines", tuple(clean(line) for line in self.lines))
        require(not (self.text and self.lines), "单元格不能同时有文字和分条内容")
        require(self.row_span >= 1 and self.col_span >= 1, "单元格跨行、跨列数至少为 1")
        require(self.tone is None or self.tone in TONES, f"没有这种等级色调：{self.tone}")
        require(not self.tone or bool(self.text), "等级色调必须同时写出等级名称")
        require(self.align in ("", *ALIGNS), f"没有这种对齐方式：{self.align}")
        require(not self.number or _is_number(self.text), f"不是数字：{self.text}")

    @classmethod
    def of(cls, value: object) -> "Cell":
        """A cell from what a caller has: a cell, text, None, a date, a number, or a list of lines."""
        if isinstance(value, Cell):
            return value
        if isinstance(value, list | tuple):
            lines = tuple(plain(line) for line in value)
            return cls(lines=lines) if len(lines) > 1 else cls("".join(lines))
        is_number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
        return cls(plain(value), number=is_number)

    @property
    def plain(self) -> str:
        """The content as one text, numbered lines included."""
        if not self.lines:
            return self.text
        return "\n".join(f"{index}. {line}" for index, line in enumerate(self.lines, 1))


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


@dataclass(frozen=True, slots=True)
class Column:
    """`weight` is the width in Chinese characters, more or less; neighbours with one `group` share an upper heading."""

    key: str
    heading: str
    weight: float = 6
    align: str = "left"
    group: str = ""
    row_head: bool = False  # its cells are headings of their rows (岗位名称, 股室)

    def __post_init__(self) -> None:
        clean_texts(self)
        require(self.weight > 0, f"列“{self.heading}”的宽度必须大于 0")
        require(self.align in ALIGNS, f"列“{self.heading}”没有这种对齐方式：{self.align}")


@dataclass(frozen=True, slots=True)
class Row:
    """The cells that begin in this row, left to right; a place covered by a span from above is left out."""

    cells: tuple[Cell, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "cells", tuple(Cell.of(value) for value in self.cells))


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and rows; `totals` is a last row set apart (合计).

    `flow` is drawn between caption and rows on the screen and in the PDF; a workbook leaves it out, so the rows must
    say all that it says.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...] = ()
    caption: str = ""
    totals: Row | None = None
    empty_text: str = "（无）"  # said in the place of rows when there are none
    flow: "Flow | None" = None
    page_starts: frozenset[int] = frozenset()  # rows that begin a page, set by the printer; no span runs over them

    def __post_init__(self) -> None:
        clean_texts(self)
        object.__setattr__(self, "columns", tuple(self.columns))
        object.__setattr__(self, "rows", tuple(row if isinstance(row, Row) else Row(row) for row in self.rows))
        if self.totals is not None and not isinstance(self.totals, Row):
            object.__setattr__(self, "totals", Row(self.totals))
        require(bool(self.columns), "表格至少要有一列")
        keys = [column.key for column in self.columns]
        require(len(set(keys)) == len(keys), "表格的列标识重复")
        grid.positions(self.rows, len(self.columns))
        if self.totals is not None:
            grid.positions((self.totals,), len(self.columns), name="合计行")

    @property
    def width(self) -> float:
        return sum(column.weight for column in self.columns)

    def texts(self, name: str) -> Iterator[tuple[str, str]]:
        """(place, text) of everything in the table, which is called `name`."""
        yield f"{name}标题", self.caption
        for column in self.columns:
            yield f"{name}列头", column.heading
            yield f"{name}列头", column.group
        yield name, self.empty_text if not self.rows else ""
        for index, placed in enumerate(grid.positions(self.rows, len(self.columns)), 1):
            for start, cell in placed:
                yield f"{name}第{index}行“{self.columns[start].heading}”", cell.plain
        if self.totals is not None:
            yield from ((f"{name}合计行", cell.plain) for cell in self.totals.cells)
