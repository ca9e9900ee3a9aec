"""The parts of a paper. All frozen, all checked when made; see the package docstring for how they fit together."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from decimal import Decimal, InvalidOperation

from paper import grid
from paper.text import chinese_date, clean, plain

TONES = ("grave", "middle", "light")
ALIGNS = ("left", "center", "right")
ORIENTATIONS = ("auto", "portrait", "landscape")
SIZES = ("A4", "A3")
# An A4 page upright has room for about this many characters of body text, and for this many columns.
_PORTRAIT_CHARACTERS = 48
_PORTRAIT_COLUMNS = 6
_BLANK = "\u3000" * 6


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise ValueError(message)


def _clean_texts(part: object) -> None:
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
        _clean_texts(self)
        object.__setattr__(self, "lines", tuple(clean(line) for line in self.lines))
        _require(not (self.text and self.lines), "单元格不能同时有文字和分条内容")
        _require(self.row_span >= 1 and self.col_span >= 1, "单元格跨行、跨列数至少为 1")
        _require(self.tone is None or self.tone in TONES, f"没有这种等级色调：{self.tone}")
        _require(not self.tone or bool(self.text), "等级色调必须同时写出等级名称")
        _require(self.align in ("", *ALIGNS), f"没有这种对齐方式：{self.align}")
        _require(not self.number or _is_number(self.text), f"不是数字：{self.text}")

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
        _clean_texts(self)
        _require(self.weight > 0, f"列“{self.heading}”的宽度必须大于 0")
        _require(self.align in ALIGNS, f"列“{self.heading}”没有这种对齐方式：{self.align}")


@dataclass(frozen=True, slots=True)
class Row:
    """The cells that begin in this row, left to right; a place covered by a span from above is left out."""

    cells: tuple[Cell, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "cells", tuple(Cell.of(value) for value in self.cells))


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and rows; `totals` is a last row set apart (合计)."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...] = ()
    caption: str = ""
    totals: Row | None = None
    empty_text: str = "（无）"  # said in the place of rows when there are none

    def __post_init__(self) -> None:
        _clean_texts(self)
        object.__setattr__(self, "columns", tuple(self.columns))
        object.__setattr__(self, "rows", tuple(row if isinstance(row, Row) else Row(row) for row in self.rows))
        if self.totals is not None and not isinstance(self.totals, Row):
            object.__setattr__(self, "totals", Row(self.totals))
        _require(bool(self.columns), "表格至少要有一列")
        keys = [column.key for column in self.columns]
        _require(len(set(keys)) == len(keys), "表格的列标识重复")
        grid.positions(self.rows, len(self.columns))
        if self.totals is not None:
            grid.positions((self.totals,), len(self.columns), name="合计行")

    @property
    def width(self) -> float:
        return sum(column.weight for column in self.columns)


@dataclass(frozen=True, slots=True)
class Field:
    """A label and its value above the table (岗位名称:规划股股长); `wide` takes a whole line (岗位职责)."""

    label: str
    value: Cell = field(default_factory=Cell)
    wide: bool = False

    def __post_init__(self) -> None:
        _clean_texts(self)
        object.__setattr__(self, "value", Cell.of(self.value))
        _require(self.value.row_span == self.value.col_span == 1, f"表头“{self.label}”不能跨行或跨列")

    @classmethod
    def of(cls, value: object) -> "Field":
        return value if isinstance(value, Field) else cls(*value)


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signed: post and display name; `acting_for` names the post for which a delegate signed (代)."""

    post: str
    name: str = ""
    acting_for: str = ""

    def __post_init__(self) -> None:
        _clean_texts(self)

    def __str__(self) -> str:
        signed = " ".join(part for part in (self.post, self.name) if part)
        return f"{signed}（代{self.acting_for}）" if self.acting_for else signed


@dataclass(frozen=True, slots=True)
class Opinion:
    """One decision as it is printed: its words, who signed and when."""

    text: str
    signer: Signer | None = None
    date: datetime.date | None = None

    def __post_init__(self) -> None:
        _clean_texts(self)

    @property
    def signature(self) -> str:
        return " ".join(part for part in (str(self.signer or ""), chinese_date(self.date)) if part)


@dataclass(frozen=True, slots=True)
class OpinionCell:
    """A box such as 科室负责人意见. Without opinions it is left to be signed by hand, under `empty_hint`."""

    label: str
    opinions: tuple[Opinion, ...] = ()
    empty_hint: str = ""
    seal: bool = False  # the box takes a seal: (盖章) instead of a signature

    def __post_init__(self) -> None:
        _clean_texts(self)
        object.__setattr__(self, "opinions", tuple(self.opinions))
        _require(bool(self.label), "意见栏必须有名称")

    @property
    def blank_signature(self) -> str:
        return ("（盖章）" if self.seal else "签字：\u3000\u3000\u3000") + "\u3000\u3000年\u3000月\u3000日"


@dataclass(frozen=True, slots=True)
class Foot:
    """A place under the form: 填报单位(盖章):…, 填表日期:…. Without value a blank is left to write in."""

    label: str
    value: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", plain(self.value))
        _clean_texts(self)

    @classmethod
    def of(cls, value: object) -> "Foot":
        return value if isinstance(value, Foot) else cls(*value)

    @property
    def plain(self) -> str:
        return f"{self.label}：{self.value or _BLANK}"


@dataclass(frozen=True, slots=True)
class Document:
    """A whole paper; raises ValueError with the place where its parts do not fit."""

    title: str
    number: str = ""  # 附件1
    subtitle: str = ""
    head: tuple[Field, ...] = ()
    head_columns: int = 2
    tables: tuple[Table, ...] = ()
    opinions: tuple[OpinionCell, ...] = ()
    opinion_columns: int = 1
    feet: tuple[Foot, ...] = ()
    footnote: str = ""
    digest: str = ""  # of the seal; printed in groups of four in the foot of every page
    mark: str = ""  # said in the foot when there is no seal: 草稿,尚未提交
    issuer: str = ""  # the bureau: the only author named in a file's properties
    orientation: str = "auto"
    size: str = "A4"

    def __post_init__(self) -> None:
        _clean_texts(self)
        self._set("head", (Field.of(value) for value in self.head))
        self._set("feet", (Foot.of(value) for value in self.feet))
        self._set("tables", self.tables)
        self._set("opinions", self.opinions)
        _require(bool(self.title.strip()), "表格必须有标题")
        _require(self.orientation in ORIENTATIONS, f"没有这种纸张方向：{self.orientation}")
        _require(self.size in SIZES, f"没有这种纸张大小：{self.size}")
        _require(1 <= self.head_columns <= 4, "表头栏数只能是 1 至 4")
        _require(1 <= self.opinion_columns <= 3, "意见栏列数只能是 1 至 3")

    def _set(self, name: str, values: Iterable) -> None:
        object.__setattr__(self, name, tuple(values))

    @property
    def landscape(self) -> bool:
        """Whether the page lies; `auto` looks at how much the widest table asks for."""
        if self.orientation != "auto":
            return self.orientation == "landscape"
        return any(
            len(table.columns) > _PORTRAIT_COLUMNS or table.width > _PORTRAIT_CHARACTERS for table in self.tables
        )

    def head_lines(self) -> list[tuple[Field, ...]]:
        """The head fields line by line: `head_columns` in a line, a wide one alone."""
        lines: list[list[Field]] = []
        for item in self.head:
            full = not lines or lines[-1][-1].wide or len(lines[-1]) == self.head_columns
            if item.wide or full:
                lines.append([item])
            else:
                lines[-1].append(item)
        return [tuple(line) for line in lines]

    def texts(self) -> Iterator[tuple[str, str]]:
        """(place, text) of everything printed, in reading order; places are named as a clerk would."""
        yield from (("表号", self.number), ("标题", self.title), ("副标题", self.subtitle))
        for item in self.head:
            yield from ((f"表头“{item.label}”", item.label), (f"表头“{item.label}”", item.value.plain))
        for index, table in enumerate(self.tables, 1):
            yield from _table_texts(table, f"表{index}" if len(self.tables) > 1 else "表格")
        for box in self.opinions:
            place = f"意见栏“{box.label}”"
            yield from ((place, box.label), (place, box.empty_hint))
            for opinion in box.opinions:
                yield from ((place, opinion.text), (place, opinion.signature))
        yield from (("表尾", foot.plain) for foot in self.feet)
        yield from (("脚注", self.footnote), ("页脚", self.mark), ("页脚", self.digest))


def _table_texts(table: Table, name: str) -> Iterator[tuple[str, str]]:
    yield f"{name}标题", table.caption
    for column in table.columns:
        yield f"{name}列头", column.heading
        yield f"{name}列头", column.group
    yield name, table.empty_text if not table.rows else ""
    for index, placed in enumerate(grid.positions(table.rows, len(table.columns)), 1):
        for start, cell in placed:
            yield f"{name}第{index}行“{table.columns[start].heading}”", cell.plain
    if table.totals is not None:
        yield from ((f"{name}合计行", cell.plain) for cell in table.totals.cells)
