"""Letters to print in tests, and a PDF taken apart: its characters line by line, its rules, all in millimetres."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont
from pdfminer.high_level import extract_pages
from pdfminer.layout import LTChar, LTComponent, LTRect

from documents.rendering import fonts
from documents.rendering.installed import Face
from paper import Column, Table
from paper.official import Attachment, Letter, Office

MM = 25.4 / 72
RARE = "㛃䶮𬱖〇①Ⅲ〔〕"
SENTENCE = (
    "根据《廉政风险防控管理办法》的规定，现将我局2026年度廉政风险点查找、评定和防控措施登记情况报告如下：全局共有12个股室、"
    "“45个”岗位，查找风险点128个，其中一级12个；已经审定——并于2月15日公示，公示期为5个工作日，期间没有收到意见。"
)
WHOLE_LINES = "严格按照规定程序办理并接受监督" * 60  # fills line after line with 28 full-width characters


def table(rows: int = 6, columns: int = 5) -> Table:
    heads = tuple(Column(f"c{index}", f"第{index}栏", 8) for index in range(1, columns + 1))
    return Table(heads, [[f"内容{row}"] * columns for row in range(1, rows + 1)])


def report(**given) -> Letter:
    """An upward letter with everything that the standard knows, on four pages."""
    parts = {
        "issuer": "东源县建设局",
        "number": "东建发[2026]5号",
        "signers": ["甲"],
        "title": "东源县建设局关于2026年度廉政风险防控登记表备案的报告",
        "addressee": "县纪委监委派驻第三纪检监察组",
        "paragraphs": ["一、登记情况", f"（一）股室。{SENTENCE}", WHOLE_LINES, RARE * 8, WHOLE_LINES, "特此报告。"],
        "attachments": ["会议纪要", Attachment("备案登记表目录", [table()])],
        "date": date(2026, 2, 15),
        "note": "联系人：办公室主任，电话：8330000",
        "copies_to": ["县监察局", "县财政局"],
        "printing": Office("东源县建设局办公室", date(2026, 2, 16)),
        "copy_number": "12",
        "secrecy": "秘密★1年",
        "urgency": "特急",
    }
    return Letter(**{**parts, **given})


@dataclass
class Line:
    """The characters on one baseline, left to right; all measures from the left and the top edge of the paper."""

    y: float  # the baseline
    chars: list[LTChar] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(char.get_text() for char in self.chars)

    @property
    def left(self) -> float:
        return self.chars[0].x0 * MM

    @property
    def right(self) -> float:
        """The end of the last character, without what was put after it to stretch the line."""
        return (self.chars[-1].x0 + self.width_of(-1)) * MM

    @property
    def size(self) -> float:
        """In points."""
        return self.chars[0].size

    @property
    def font(self) -> str:
        return self.chars[0].fontname

    def width_of(self, index: int) -> float:
        return self.chars[index].adv * self.chars[index].matrix[0]

    def at(self, text: str) -> float:
        """Where a piece of the line begins."""
        return self.chars[self.text.index(text)].x0 * MM

    def end_of(self, text: str) -> float:
        index = self.text.index(text) + len(text) - 1
        return (self.chars[index].x0 + self.width_of(index)) * MM


@dataclass
class Rule:
    left: float
    right: float
    top: float
    bottom: float
    colour: tuple


@dataclass
class Sheet:
    width: float
    height: float
    lines: list[Line]
    rules: list[Rule]

    def line(self, text: str) -> Line:
        """The one line that has this in it."""
        [found] = [line for line in self.lines if text in line.text]
        return found


def sheets(data: bytes) -> list[Sheet]:
    """Every page of a PDF."""
    return [_sheet(page) for page in extract_pages(io.BytesIO(data), laparams=None)]


def _sheet(page: LTComponent) -> Sheet:
    height = page.height * MM
    lines: dict[float, Line] = {}
    rules = []
    for part in _parts(page):
        if isinstance(part, LTChar):
            y = round(height - part.matrix[5] * MM, 2)
            lines.setdefault(y, Line(y)).chars.append(part)
        elif isinstance(part, LTRect):
            colour = tuple(round(value, 2) for value in part.non_stroking_color or ())
            top, bottom = height - part.y1 * MM, height - part.y0 * MM
            rules.append(Rule(part.x0 * MM, part.x1 * MM, top, bottom, colour))
    for line in lines.values():
        line.chars.sort(key=lambda char: char.x0)
    return Sheet(page.width * MM, height, [lines[y] for y in sorted(lines)], rules)


def _parts(page: LTComponent) -> Iterator[LTComponent]:
    for part in page:
        yield part
        if hasattr(part, "__iter__"):
            yield from _parts(part)


def baseline(role: str = "fangsong") -> float:
    """Where the baseline lies in a line as high as its characters, in ems from its upper edge."""
    face = fonts.chain().of(role)[0]
    with TTFont(face.path, fontNumber=face.index, lazy=True) as font:
        return (1 + (font["hhea"].ascent + font["hhea"].descent) / font["head"].unitsPerEm) / 2


def ink(text: str, role: str) -> tuple[float, float]:
    """How far the ink of these characters reaches above and below the baseline, in ems."""
    names, glyphs, em = _shapes(fonts.chain().of(role)[0])
    bounds = []
    for sign in text:
        pen = BoundsPen(glyphs)
        glyphs[names[ord(sign)]].draw(pen)
        bounds.append(pen.bounds)
    return max(box[3] for box in bounds) / em, min(box[1] for box in bounds) / em


@cache
def _shapes(face: Face) -> tuple:
    """The names and shapes of the font's characters and its em: to find them takes longer than to measure them."""
    font = TTFont(face.path, fontNumber=face.index, lazy=True)
    return font.getBestCmap(), font.getGlyphSet(), font["head"].unitsPerEm
