"""Whether the fonts have every character of a document: asked before rendering, the renderer's log comes too late."""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from fontTools.ttLib import TTFont

from documents.rendering.fonts import Face, chain
from paper import Document, MissingGlyph

# Latin text, digits and the punctuation of every form: a quick answer for most characters.
_ORDINARY = frozenset(map(chr, range(0x20, 0x7F))) | {"\n"}


@lru_cache(maxsize=32)
def characters(face: Face) -> frozenset[int]:
    """The code points that a font has signs for."""
    with TTFont(face.path, fontNumber=face.index, lazy=True) as font:
        return frozenset(font.getBestCmap() or ())


def _needs_no_glyph(sign: str) -> bool:
    """Joiners, variation selectors and soft hyphens are instructions to the shaper, not signs."""
    return unicodedata.category(sign) == "Cf" or 0xFE00 <= ord(sign) <= 0xFE0F or 0xE0100 <= ord(sign) <= 0xE01EF


def missing_in(text: str) -> str:
    """The first character of `text` that no font has; empty when all can be printed. Raises FontsMissing."""
    for sign in sorted(set(text) - _ORDINARY):
        if not any(ord(sign) in characters(face) for face in chain().body) and not _needs_no_glyph(sign):
            return sign
    return ""


def check(documents: Iterable[Document]) -> None:
    """Raise MissingGlyph, with its place, for the first character that cannot be printed; FontsMissing without any."""
    for document in documents:
        check_texts(document.texts())


def check_texts(texts: Iterable[tuple[str, str]]) -> None:
    """The same for (place, text) of any paper."""
    seen: set[str] = set(_ORDINARY)
    for place, text in texts:
        new = set(text) - seen
        if new and (sign := missing_in("".join(new))):
            raise MissingGlyph(sign, place)
        seen |= new
