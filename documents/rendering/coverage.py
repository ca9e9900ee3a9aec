"""What the fonts can print: which file stands for which face of the standard, and the characters nobody has."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from fontTools.ttLib import TTFont

from documents.rendering import fonts
from documents.rendering.glyphs import characters, missing_in
from documents.rendering.installed import Face

# Face → what GB/T 9704 calls it, and where our papers use it.
USES = {
    "title": ("小标宋体", "标题、发文机关标志"),
    "fangsong": ("仿宋体", "公文正文、版记"),
    "hei": ("黑体", "一级标题、密级和紧急程度、表头"),
    "kai": ("楷体", "二级标题、签发人姓名"),
    "body": ("宋体", "表格正文、页码"),
}
SOURCES = {"own": "本单位自备", "packaged": "随程序附带", "system": "系统自带"}


@dataclass(frozen=True)
class InUse:
    """One face of the standard and the font that is used for it."""

    key: str
    wanted: str
    use: str
    face: Face
    family: str
    source: str
    gb2312: float  # per cent of the characters of the standard set
    gbk: float
    after: tuple[str, ...]  # what is asked for characters that it lacks

    @property
    def own(self) -> bool:
        return self.face.own


@dataclass(frozen=True)
class Found:
    """A character in a text and where it stands."""

    sign: str
    code: str
    line: int
    column: int
    lender: str = ""  # the font that lends it; none has it when empty


def in_use() -> list[InUse]:
    """Every face with the font that is used for it. Raises FontsMissing, PaperError for a wrong setting."""
    chain = fonts.chain()
    rows = []
    for key, (wanted, use) in USES.items():
        first, *others = chain.of(key)
        known = characters(first)
        rows.append(
            InUse(
                key=key,
                wanted=wanted,
                use=use,
                face=first,
                family=family_of(first),
                source=SOURCES[first.source],
                gb2312=_share(known, _hanzi("gb2312")),
                gbk=_share(known, _hanzi("gbk")),
                after=tuple(family_of(face) for face in others),
            )
        )
    return rows


def stands_in(row: InUse) -> bool:
    """Whether an open font stands in for the one that the standard asks for."""
    return not row.own and row.key != "body"


def without_glyph(text: str) -> list[Found]:
    """The characters that no font has, each once, with the place where it first stands."""
    return [found for found in _first_places(text) if missing_in(found.sign)]


def lent(text: str, role: str = "fangsong") -> list[Found]:
    """The characters that the first font of a face lacks and another one lends."""
    first, *others = fonts.chain().of(role)
    known = characters(first)
    rows = []
    for found in _first_places(text):
        code = ord(found.sign)
        lender = None if code in known else next((face for face in others if code in characters(face)), None)
        if lender:
            rows.append(replace(found, lender=family_of(lender)))
    return rows


def _first_places(text: str) -> Iterator[Found]:
    seen: set[str] = set()
    for number, line in enumerate(text.splitlines(), 1):
        for column, sign in enumerate(line, 1):
            if sign not in seen and not sign.isspace() and unicodedata.category(sign) not in ("Cc", "Cf"):
                seen.add(sign)
                yield Found(sign, f"U+{ord(sign):04X}", number, column)


@lru_cache(maxsize=32)
def family_of(face: Face) -> str:
    """The name of a font as it says itself, in Chinese where it has one."""
    if not face.by_file:
        return face.family
    with TTFont(face.path, fontNumber=face.index, lazy=True) as font:
        names = font["name"]
        chinese = names.getName(1, 3, 1, 0x804)
        return str(chinese or names.getBestFamilyName() or face.family)


@lru_cache(maxsize=2)
def _hanzi(encoding: str) -> frozenset[int]:
    """The Chinese characters of a national standard, read from Python's own table of it."""
    found = set()
    for high in range(0x81, 0xFF):
        for low in range(0x40, 0xFF):
            try:
                sign = bytes((high, low)).decode(encoding)
            except UnicodeDecodeError:
                continue
            if len(sign) == 1 and "\u4e00" <= sign <= "\u9fff":
                found.add(ord(sign))
    return frozenset(found)


def _share(known: frozenset[int], wanted: frozenset[int]) -> float:
    return round(100 * len(known & wanted) / len(wanted), 1)
