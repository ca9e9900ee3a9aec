"""Which characters a PDF really draws: not what reads back, but whether the embedded font has an outline for them."""

import io
import re

from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

_PAIR = re.compile(rb"<([0-9a-fA-F]+)> <([0-9a-fA-F]+)>")


def drawn(data: bytes) -> set[str]:
    """The characters for which a font of the file holds a glyph with an outline."""
    fonts: dict[str, DictionaryObject] = {}
    for page in PdfReader(io.BytesIO(data)).pages:
        for font in page["/Resources"].get("/Font", {}).values():
            fonts[f"{font.idnum}"] = font.get_object()
    return {sign for font in fonts.values() for sign in _outlined(font)}


def _outlined(font: DictionaryObject) -> set[str]:
    descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
    file = next(descriptor[key] for key in ("/FontFile3", "/FontFile2") if key in descriptor)
    with TTFont(io.BytesIO(file.get_object().get_data())) as embedded:
        glyphs, order = embedded.getGlyphSet(), embedded.getGlyphOrder()
        return {sign for code, sign in _codes(font) if 0 < code < len(order) and _has_ink(glyphs, order[code])}


def _codes(font: DictionaryObject) -> list[tuple[int, str]]:
    """Number of the glyph and its character, as the file says for who copies its text."""
    said = font["/ToUnicode"].get_object().get_data()
    return [(int(code, 16), bytes.fromhex(sign.decode()).decode("utf-16-be")) for code, sign in _PAIR.findall(said)]


def _has_ink(glyphs, name: str) -> bool:
    pen = BoundsPen(glyphs)
    glyphs[name].draw(pen)
    return pen.bounds is not None
