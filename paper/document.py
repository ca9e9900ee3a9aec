"""A paper and what stands around its tables. All frozen, all checked when made; the package docstring shows how."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from paper.table import Cell, Table, clean_texts, require
from paper.text import chinese_date, plain

ORIENTATIONS = ("auto", "portrait", "landscape")
SIZES = ("A4", "A3")
# An A4 page upright has room for about this many characters of body text, and for this many columns.
_PORTRAIT_CHARACTERS = 48
_PORTRAIT_COLUMNS = 6
_BLANK = "\u3000" * 6


@dataclass(frozen=True, slots=True)
class Field:
    """A label and its value above the table (岗位名称:规划股股长); `wide` takes a whole line (岗位职责)."""

    label: str
    value: Cell = field(default_factory=Cell)
    wide: bool = False

    def __post_init__(self) -> None:
        clean_texts(self)
        object.__setattr__(self, "value", Cell.of(self.value))
        require(self.value.row_span == self.value.col_span == 1, f"表头“{self.label}”不能跨行或跨列")

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
        clean_texts(self)

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
        clean_texts(self)

    @property
    def signature(self) -> str:
        return "\u3000".join(part for part in (str(self.signer or ""), chinese_date(self.date)) if part)


@dataclass(frozen=True, slots=True)
class OpinionCell:
    """A box such as 科室负责人意见. Without opinions it is left to be signed by hand, under `empty_hint`."""

    label: str
    opinions: tuple[Opinion, ...] = ()
    empty_hint: str = ""
    seal: bool = False  # the box takes a seal: (盖章) instead of a signature

    def __post_init__(self) -> None:
        clean_texts(self)
        object.__setattr__(self, "opinions", tuple(self.opinions))
        require(bool(self.label), "意见栏必须有名称")

    @property
    def blank_signature(self) -> str:
        return ("（盖章）" if self.seal else "签字：\u3000\u3000\u3000") + "\u3000\u3000年\u3000月\u3000日"

    def signed(self, opinion: Opinion) -> str:
        """The line under an opinion; below it a body puts its seal."""
        return f"（盖章）\u3000{opinion.signature}" if self.seal else opinion.signature


@dataclass(frozen=True, slots=True)
class Foot:
    """A place under the form: 填报单位(盖章):…, 填表日期:…. Without value a blank is left to write in."""

    label: str
    value: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", plain(self.value))
        clean_texts(self)

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
        clean_texts(self)
        self._set("head", (Field.of(value) for value in self.head))
        self._set("feet", (Foot.of(value) for value in self.feet))
        self._set("tables", self.tables)
        self._set("opinions", self.opinions)
        require(bool(self.title.strip()), "表格必须有标题")
        require(self.orientation in ORIENTATIONS, f"没有这种纸张方向：{self.orientation}")
        require(self.size in SIZES, f"没有这种纸张大小：{self.size}")
        require(1 <= self.head_columns <= 4, "表头栏数只能是 1 至 4")
        require(1 <= self.opinion_columns <= 3, "意见栏列数只能是 1 至 3")

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
            yield from table.texts(f"表{index}" if len(self.tables) > 1 else "表格")
        for box in self.opinions:
            place = f"意见栏“{box.label}”"
            yield from ((place, box.label), (place, box.empty_hint))
            for opinion in box.opinions:
                yield from ((place, opinion.text), (place, box.signed(opinion)))
        yield from (("表尾", foot.plain) for foot in self.feet)
        yield from (("脚注", self.footnote), ("页脚", self.mark), ("页脚", self.digest))
