"""One piece of a handbook as PDF: laid out once, without page numbers of its own, and kept for the next time."""

import gc
import hashlib
from importlib.metadata import version
from pathlib import Path

from documents.handbook import cache
from documents.handbook.cache import Anchors, Printed
from documents.rendering import fonts, glyphs
from documents.rendering.printer import Layout, families_of, lay_out, printing, quoted
from paper import MissingGlyph

_STYLE = Path(__file__).with_name("handbook.css")
_POINTS = 0.75  # of a CSS pixel


def print_piece(html: str, *, head: tuple[str, str], place: str, keep: bool = True, more: str = "") -> Printed:
    """The piece, from the cache where it was printed before. ``head``: what stands above each page, left and right.

    Raises MissingGlyph with its place.
    """
    rule = page_rule(*head) + more
    key = _key(html, rule)
    if keep and (found := cache.get(key)):
        return found
    if sign := glyphs.missing_in(html):
        raise MissingGlyph(sign, place)
    printed = _printed(html, rule)
    if keep:
        cache.put(key, printed)
    return printed


def _printed(html: str, rule: str) -> Printed:
    with printing():
        layout = lay_out(html, title="", issuer="", style=style(), page=rule)
        printed = Printed(layout.write_pdf(), len(layout.pages), _anchors(layout))
        del layout
        gc.collect()
    return printed


def style() -> str:
    """The stylesheet of handbooks."""
    return _STYLE.read_text(encoding="utf-8")


def _anchors(layout: Layout) -> Anchors:
    found: Anchors = {}
    for number, page in enumerate(layout.pages):
        for name, place in page.anchors.items():
            found.setdefault(name, (number, round(place[1] * _POINTS, 1)))
    return found


def _key(html: str, rule: str) -> str:
    said = hashlib.sha256()
    for part in (version("weasyprint"), repr(fonts.chain()), style(), rule, html):
        said.update(part.encode())
        said.update(b"\0")
    return said.hexdigest()


def page_rule(left: str, right: str) -> str:
    """The page, with what stands above it on the left and on the right; without it a bare page."""
    if not left:
        return "@page { size: A4; margin: 24mm 25mm }"
    family = families_of("body")
    line = (
        f"font: 9pt {family}; color: #333; vertical-align: bottom; padding-bottom: 1.2mm; margin-bottom: 4mm;"
        " border-bottom: .5pt solid #333"
    )
    return (
        "@page { size: A4; margin: 28mm 25mm 24mm;"
        f" @top-left {{ content: {quoted(left)}; width: 50%; {line} }}"
        f" @top-right {{ content: {quoted(right)} string(post); width: 50%; text-align: right; {line} }} }}"
        ' h2 { string-set: post " · " content() }'
    )
