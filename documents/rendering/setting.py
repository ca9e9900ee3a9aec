"""Lines of an official letter, set by ourselves: 28 characters, no sign of punctuation where it must not stand, and
each full line stretched to the margin by as little between all its characters as is missing.

The layout library breaks Chinese lines well but leaves them ragged: it stretches only blanks, and Chinese has none.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from django.utils.html import escape
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont

from documents.rendering import fonts
from paper.official.html import Writer

PER_LINE = 28.0
INDENT = 2.0
_MOST_SLACK = 3.0  # a line that lacks more than this is left as it is (a long word follows)
_NOT_FIRST = frozenset("、，。；：！？）》”’〕】〉」』％%℃…—·,.;:!?)]}")
_NOT_LAST = frozenset("（《“‘〔【〈「『([{￥$")
_PAIRS = ("——", "……")
_WHOLE = frozenset("—…")  # whatever the font's own table says: set in Chinese they are as wide as a character

Sign = tuple[str, str]  # a character and its face


class PrintWriter(Writer):
    """Escaped text for the printer. What the first font of a face lacks is marked: its stand-in must not move lines."""

    def __call__(self, text: str, face: str) -> str:
        return "".join(_marked(text, face))

    def paragraph(self, parts: Sequence[Sign], *, indent: bool = True) -> str:
        signs = [(sign, face) for text, face in parts for sign in text]
        lines = list(_lines(signs, PER_LINE - INDENT if indent else PER_LINE))
        return "<br>".join(self._line(line, slack) for line, slack in lines)

    def _line(self, line: Sequence[Sign], slack: float) -> str:
        html = "".join(self._run(text, face) for text, face in _runs(line))
        if slack < 0.001 or len(line) < 2:
            return html
        return f'<span style="letter-spacing:{slack / (len(line) - 1):.5f}em">{html}</span>'

    def _run(self, text: str, face: str) -> str:
        html = self(text, face)
        return html if face == "fangsong" else f'<span class="{face}">{html}</span>'


def _lines(signs: Sequence[Sign], room: float) -> Iterator[tuple[Sequence[Sign], float]]:
    """Each line and how much it lacks to be full; the last line of a paragraph lacks nothing."""
    start, width, end = 0, 0.0, 0
    index = 0
    while index < len(signs):
        width += advance(*signs[index])
        if width > room + 0.001 and index > start:
            end = end if end > start else index
            line = _trimmed(signs[start:end])
            slack = room - sum(advance(*sign) for sign in line)
            yield line, slack if slack <= _MOST_SLACK else 0.0
            start = index = end
            width, room = 0.0, PER_LINE
            continue
        index += 1
        if index < len(signs) and _may_break(signs[index - 1][0], signs[index][0]):
            end = index
    yield signs[start:], 0.0


def _trimmed(line: Sequence[Sign]) -> Sequence[Sign]:
    while line and line[-1][0] == " ":
        line = line[:-1]
    return line


def _may_break(before: str, after: str) -> bool:
    if after in _NOT_FIRST or before in _NOT_LAST or before + after in _PAIRS:
        return False
    if unicodedata.category(after) in ("Mn", "Me", "Cf"):
        return False
    if after == "号" and before.isdigit() or before == "〕" and after.isdigit():  # the number of a document
        return False
    return not (_in_word(before) and _in_word(after))


def _in_word(sign: str) -> bool:
    return sign.isascii() and not sign.isspace()


def _runs(line: Sequence[Sign]) -> Iterator[tuple[str, str]]:
    """Neighbours with one face together."""
    text, current = "", ""
    for sign, face in line:
        if face != current and text:
            yield text, current
            text = ""
        text, current = text + sign, face
    if text:
        yield text, current


def _marked(text: str, face: str) -> Iterator[str]:
    known = _advances(fonts.chain().of(face)[0])
    if all(ord(sign) in known for sign in text):
        yield escape(text)
        return
    for part, kind in _runs([(sign, "" if ord(sign) in known else "rare") for sign in text]):
        yield f'<span class="rare">{escape(part)}</span>' if kind else escape(part)


def advance(sign: str, face: str) -> float:
    """The width of a character in that face, in ems."""
    if sign in _WHOLE:
        return 1.0
    known = _advances(fonts.chain().of(face)[0]).get(ord(sign))
    if known is not None:
        return known
    if unicodedata.category(sign) in ("Mn", "Me", "Cf"):
        return 0.0
    return 1.0 if unicodedata.east_asian_width(sign) in "WFA" else _of_stand_in(sign, face)


def _of_stand_in(sign: str, face: str) -> float:
    found = (_advances(other).get(ord(sign)) for other in fonts.chain().of(face)[1:])
    return next((width for width in found if width is not None), 1.0)


@lru_cache(maxsize=32)
def _advances(face: fonts.Face) -> dict[int, float]:
    """The width of every character that a font has, in ems."""
    with TTFont(face.path, fontNumber=face.index, lazy=True) as font:
        widths, em = font["hmtx"].metrics, font["head"].unitsPerEm
        return {code: widths[name][0] / em for code, name in (font.getBestCmap() or {}).items()}


@lru_cache(maxsize=64)
def blank_around(text: str, face: fonts.Face) -> tuple[float, float]:
    """In a line as high as its characters: how much is blank above their ink, and how much below it, in ems."""
    with TTFont(face.path, fontNumber=face.index, lazy=True) as font:
        names, glyphs, em = font.getBestCmap(), font.getGlyphSet(), font["head"].unitsPerEm
        baseline = (1 + (font["hhea"].ascent + font["hhea"].descent) / em) / 2
        tops, bottoms = [0.0], [1.0]
        for sign in set(text):
            pen = BoundsPen(glyphs)
            glyphs[names.get(ord(sign), ".notdef")].draw(pen)
            if pen.bounds:
                tops.append(pen.bounds[3] / em)
                bottoms.append(pen.bounds[1] / em)
    return baseline - max(tops), 1 - baseline + min(bottoms)
