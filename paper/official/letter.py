"""A letter and its parts. All frozen, all checked when made; the package docstring shows how."""

import datetime
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from paper.table import Table, clean_texts, require
from paper.text import chinese_date, plain

STYLES = ("file", "letter", "plain")
_LEVELS = (
    re.compile(r"[一二三四五六七八九十]+、"),
    re.compile(r"（[一二三四五六七八九十]+）"),
    re.compile(r"\d+[.．、](?!\d)"),
    re.compile(r"（\d+）"),
)
_FACED = (1, 2)  # levels whose heading has a face of its own: 黑体, 楷体
_YEAR = re.compile(r"[\[［（(【〔]\s*(\d{4})\s*[\]］）)】〕]")
_INDENT = " \u3000"


def official_number(text: str) -> str:
    """A document number with the brackets that the standard asks for: 东建发[2026]5号 → 东建发〔2026〕5号."""
    return _YEAR.sub(r"〔\1〕", text.strip())


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph; `level` 0 is text, 1 to 4 a heading (一、 （一） 1. （1）). -1: find out from its number."""

    text: str
    level: int = -1

    def __post_init__(self) -> None:
        clean_texts(self)
        object.__setattr__(self, "text", self.text.strip(_INDENT + "\n"))
        if self.level == -1:
            found = (level for level, pattern in enumerate(_LEVELS, 1) if pattern.match(self.text))
            object.__setattr__(self, "level", next(found, 0))
        require(0 <= self.level <= len(_LEVELS), f"没有这种层次：{self.level}")

    @classmethod
    def of(cls, value: object) -> "Paragraph":
        return value if isinstance(value, Paragraph) else cls(plain(value))

    @property
    def parts(self) -> tuple[str, str]:
        """What is set in the heading's face, and what follows it as ordinary text."""
        if self.level not in _FACED:
            return "", self.text
        end = self.text.find("。") + 1
        return (self.text[:end], self.text[end:]) if 0 < end < len(self.text) else (self.text, "")


def paragraphs_of(text: str) -> tuple[Paragraph, ...]:
    """What somebody typed, as paragraphs: one for each line that is not empty."""
    lines = (line.strip(_INDENT) for line in plain(text).splitlines())
    return tuple(Paragraph(line) for line in lines if line)


@dataclass(frozen=True, slots=True)
class Attachment:
    """An attachment, named in the list under the text; one with tables is printed on pages of its own."""

    name: str
    tables: tuple[Table, ...] = ()
    note: str = ""  # said under the title: 公示内容已按规定屏蔽……
    landscape: bool | None = None  # None: by the width of the widest table

    def __post_init__(self) -> None:
        clean_texts(self)
        object.__setattr__(self, "name", self.name.strip().removesuffix("。"))
        object.__setattr__(self, "tables", tuple(self.tables))
        require(bool(self.name), "附件必须有名称")

    @classmethod
    def of(cls, value: object) -> "Attachment":
        return value if isinstance(value, Attachment) else cls(plain(value))

    @property
    def lies(self) -> bool:
        if self.landscape is not None:
            return self.landscape
        return any(len(table.columns) > 6 or table.width > 46 for table in self.tables)


@dataclass(frozen=True, slots=True)
class Office:
    """印发机关 and 印发日期, the last line of the 版记."""

    name: str
    date: datetime.date | None = None

    def __post_init__(self) -> None:
        clean_texts(self)

    @property
    def printed(self) -> str:
        return f"{chinese_date(self.date)}印发" if self.date else ""


@dataclass(frozen=True, slots=True)
class Proof:
    """What is printed small in the lower margin of the first page, outside the 版心, and what its two-dimensional code
    says: by it a reader finds out later whether the records are still those of that day."""

    text: str
    code: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A whole letter; raises ValueError with the place where its parts do not fit."""

    title: str
    issuer: str  # 发文机关: the red mark, and the only author named in a file's properties
    style: str = "file"
    mark: str = ""  # 发文机关标志; empty: issuer, with 文件 in style file
    copy_number: str = ""  # 份号
    secrecy: str = ""  # 密级和保密期限: 秘密★1年
    urgency: str = ""  # 紧急程度: 特急, 加急
    number: str = ""  # 发文字号
    signers: tuple[str, ...] = ()  # 签发人
    upward: bool = False  # 上行文: asks for a 签发人 also where the name is still to be written in
    addressee: str = ""  # 主送机关
    paragraphs: tuple[Paragraph, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    organ: str = ""  # 署名; empty: issuer
    date: datetime.date | None = None  # 成文日期; None leaves a blank date
    seal: bool = True  # a seal goes over organ and date: the organ is centred over the date
    note: str = ""  # 附注, printed in brackets
    copies_to: tuple[str, ...] = ()  # 抄送
    printing: Office | None = None
    digest: str = ""  # of the data it was made from, for the file's properties
    proof: Proof | None = None

    def __post_init__(self) -> None:
        clean_texts(self)
        self._set("signers", (name.strip() for name in self.signers))
        self._set("copies_to", (name.strip(_INDENT + "。") for name in self.copies_to))
        self._set("paragraphs", (Paragraph.of(value) for value in self.paragraphs))
        self._set("attachments", (Attachment.of(value) for value in self.attachments))
        self._put(
            number=official_number(self.number),
            addressee=self.addressee.strip(_INDENT).rstrip("：:"),
            note=self.note.strip("（）() "),
            organ=self.organ or self.issuer,
        )
        self._check()

    def _set(self, name: str, values: Iterable) -> None:
        self._put(**{name: tuple(value for value in values if value)})

    def _put(self, **values: object) -> None:
        for name, value in values.items():
            object.__setattr__(self, name, value)

    def _check(self) -> None:
        require(self.style in STYLES, f"没有这种公文格式：{self.style}")
        require(bool(self.title.strip()), "公文必须有标题")
        require(bool(self.issuer.strip()), "公文必须有发文机关")
        require(all(part.text for part in self.paragraphs), "正文不能有空段")
        require(not self.copy_number or self.copy_number.isdigit(), "份号只能是数字")
        require(not (self.signers or self.upward) or self.style == "file", "只有文件格式的上行文标注签发人")

    @property
    def shown_mark(self) -> str:
        """发文机关标志 as printed in red; none in plain style."""
        if self.style == "plain":
            return ""
        return self.mark or (f"{self.issuer}文件" if self.style == "file" else self.issuer)

    @property
    def shown_date(self) -> str:
        return chinese_date(self.date) or "\u3000\u3000\u3000\u3000年\u3000\u3000月\u3000\u3000日"

    @property
    def corner(self) -> tuple[tuple[str, str], ...]:
        """份号, 密级, 紧急程度, as far as there are: (name, text), each on a line of its own."""
        number = self.copy_number.zfill(6) if self.copy_number else ""
        return tuple(
            (name, text)
            for name, text in (("copy", number), ("secrecy", self.secrecy), ("urgency", self.urgency))
            if text
        )

    @property
    def enclosed(self) -> tuple[tuple[str, Attachment], ...]:
        """The attachments that are printed with the letter, each with its number: 附件, or 附件1, 附件2."""
        many = len(self.attachments) > 1
        return tuple(
            (f"附件{index}" if many else "附件", item) for index, item in enumerate(self.attachments, 1) if item.tables
        )

    def texts(self) -> Iterator[tuple[str, str]]:
        """(place, text) of everything printed, in reading order; places are named as a clerk would."""
        yield from (("版头", text) for _, text in self.corner)
        yield from (("发文机关标志", self.shown_mark), ("发文字号", self.number))
        yield from (("签发人", name) for name in self.signers)
        yield from (("标题", self.title), ("主送机关", self.addressee))
        yield from ((f"正文第{index}段", part.text) for index, part in enumerate(self.paragraphs, 1))
        yield from (("附件说明", item.name) for item in self.attachments)
        yield from (("署名", self.organ), ("附注", self.note))
        for number, item in self.enclosed:
            yield f"{number}说明", item.note
            for index, table in enumerate(item.tables, 1):
                yield from table.texts(f"{number}表{index}" if len(item.tables) > 1 else f"{number}表格")
        yield from (("抄送机关", name) for name in self.copies_to)
        if self.printing:
            yield "印发机关", self.printing.name
        if self.proof:
            yield "页脚", self.proof.text
