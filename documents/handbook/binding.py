"""The pieces bound to one PDF: page numbers, links, outline, and nothing about who made it when."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import BinaryIO

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    NullObject,
    StreamObject,
)

from documents.handbook.cache import Printed, Shelved
from documents.handbook.entries import Entry
from documents.handbook.markup import LINK
from documents.handbook.places import Places
from documents.rendering import fonts
from documents.rendering.printer import lay_out, printing

_SIGNS = "0123456789—"
_SIZE, _DIGIT, _DASH, _GAP, _CELL = 10.5, 5.8, 10.5, 3.0, 16.0  # points: type, digit, dash, space, little page
_FROM_EDGE, _SIDE = 42.0, 71.0  # of the number from the lower edge and from the side of the paper


@dataclass(frozen=True)
class Bound:
    """What a handbook is bound of. Pages of ``front`` carry no number of ours."""

    title: str
    author: str
    front: Sequence[Printed | Shelved]
    body: Sequence[Printed | Shelved]
    places: Places
    outline: Sequence[Entry]


def bind(bound: Bound, stream: BinaryIO) -> int:
    """Write the PDF; returns the number of its pages."""
    writer = PdfWriter()
    writer.metadata = None
    writer.add_metadata({"/Title": bound.title, "/Author": bound.author, "/Producer": "lianzheng"})
    front = [page for piece in bound.front for page in _added(writer, piece)]
    signs = _signs(writer)
    body: list[PageObject] = []
    for piece in bound.body:
        for page in _added(writer, piece):
            body.append(page)
            _number(writer, page, len(body), signs)
    for page in (*front, *body):
        _lead_links(page, body, bound.places)
    _outline(writer, bound, len(front))
    if front:
        writer.set_page_label(0, len(front) - 1, style="/R")
    writer.set_page_label(len(front), len(front) + len(body) - 1, style="/D", start=1)
    writer.page_mode = "/UseOutlines"
    writer.write(stream)
    return len(front) + len(body)


def _added(writer: PdfWriter, piece: Printed | Shelved) -> Iterator[PageObject]:
    for page in PdfReader(BytesIO(piece.pdf)).pages:
        yield writer.add_page(page)


# -- page numbers ------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=2)
def _sign_sheet(chain: fonts.Chain) -> bytes:
    """A little page for each digit and for the dash, in the type of the handbook."""
    body = "".join(f"<p>{sign}</p>" for sign in _SIGNS)
    style = (
        f"html {{ font: {_SIZE}pt/{_CELL}pt var(--body) }} body, p {{ margin: 0 }}"
        " p { text-align: center; break-after: page }"
        " p:last-child { break-after: auto }"
    )
    with printing():
        layout = lay_out(body, title="", issuer="", style=style, page=f"@page {{ size: {_CELL}pt; margin: 0 }}")
        return layout.write_pdf()


def _signs(writer: PdfWriter) -> dict[str, IndirectObject]:
    """Each sign as a form that any page can show."""
    found = {}
    for sign, page in zip(_SIGNS, PdfReader(BytesIO(_sign_sheet(fonts.chain()))).pages, strict=True):
        form = DecodedStreamObject()
        form.set_data(page.get_contents().get_data())
        form.update(
            {
                NameObject("/Type"): NameObject("/XObject"),
                NameObject("/Subtype"): NameObject("/Form"),
                NameObject("/BBox"): ArrayObject(FloatObject(edge) for edge in (0, 0, _CELL, _CELL)),
                NameObject("/Resources"): page["/Resources"].clone(writer),
            }
        )
        found[sign] = writer._add_object(form.flate_encode())
    return found


def _number(writer: PdfWriter, page: PageObject, number: int, signs: dict[str, IndirectObject]) -> None:
    """— 12 — at the outer edge: right on odd pages, left on even ones, as in a printed book."""
    words = f"—{number}—"
    centres = [_DASH / 2, *(_DASH + _GAP + _DIGIT * (at + 0.5) for at in range(len(words) - 2))]
    width = 2 * _DASH + 2 * _GAP + _DIGIT * (len(words) - 2)
    centres.append(width - _DASH / 2)
    left = float(page.mediabox.right) - _SIDE - width if number % 2 else float(page.mediabox.left) + _SIDE
    shown = page["/Resources"].setdefault(NameObject("/XObject"), DictionaryObject()).get_object()
    drawn = ["Q"]
    for sign, centre in zip(words, centres, strict=True):
        name = f"/LzSign{_SIGNS.index(sign)}"
        shown[NameObject(name)] = signs[sign]
        drawn.append(f"q 1 0 0 1 {left + centre - _CELL / 2:.2f} {_FROM_EDGE:.2f} cm {name} Do Q")
    content = [_stream(writer, "q"), page.raw_get("/Contents"), _stream(writer, "\n".join(drawn))]
    page[NameObject("/Contents")] = ArrayObject(content)


def _stream(writer: PdfWriter, text: str) -> IndirectObject:
    stream = StreamObject()
    stream.set_data(text.encode())
    return writer._add_object(stream)


# -- links and outline -------------------------------------------------------------------------------------------------


def _lead_links(page: PageObject, body: Sequence[PageObject], places: Places) -> None:
    """Turn our own addresses into jumps to the page."""
    for note in page.get("/Annots", ()):
        action = note.get_object().get("/A")
        address = action.get("/URI", "") if action else ""
        if not address.startswith(LINK):
            continue
        note = note.get_object()
        del note["/A"]
        if found := places.of(address.removeprefix(LINK)):
            number, top = found
            note[NameObject("/Dest")] = _jump(body[number], top)


def _jump(page: PageObject, top: float) -> ArrayObject:
    height = float(page.mediabox.top)
    return ArrayObject(
        [
            page.indirect_reference,
            NameObject("/XYZ"),
            NullObject(),
            FloatObject(round(height - top + 8, 1)),
            NullObject(),
        ]
    )


def _outline(writer: PdfWriter, bound: Bound, offset: int) -> None:
    """Bookmarks: the contents, as deep as these."""
    parents: list[IndirectObject] = []
    for entry in bound.outline:
        found = bound.places.of(entry.anchor)
        if found is None:
            continue
        del parents[entry.depth :]
        parent = parents[-1] if parents else None
        item = writer.add_outline_item(title=entry.words, page_number=offset + found[0], parent=parent, is_open=False)
        parents += [item] * (entry.depth + 1 - len(parents))
