"""Plates as PDF: each on one A5 page, measured; on request two of them on an A4 sheet that folds into a stand."""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from pypdf import PdfWriter

from documents.plates.face import face
from documents.plates.fitting import RUNGS, first_rung, fitted, room_of
from documents.plates.folding import fold
from documents.plates.plate import Plate
from documents.rendering import glyphs
from documents.rendering.printer import Layout, Page, lay_out, printing
from paper import MissingGlyph, PaperError

CHUNK = 30  # plates that are laid out and held in memory at once
_PX = 25.4 / 96
Progress = Callable[[int, int], None]


def render(plates: Sequence[Plate], *, size: str, progress: Progress = lambda done, total: None) -> bytes:
    """One PDF of all plates in their order, one a sheet. The same plates give the same bytes.

    ``progress`` is told after each chunk and may raise. Raises PaperError where there is nothing to print or no
    font, MissingGlyph with its place.
    """
    if not plates:
        raise PaperError("没有可以打印的公示牌")
    check(plates)
    parts = []
    for start in range(0, len(plates), CHUNK):
        parts.append(_chunk(plates[start : start + CHUNK]))
        progress(min(len(plates), start + CHUNK), len(plates))
    return _joined(parts, plates[0], size)


def check(plates: Iterable[Plate]) -> None:
    """Raise MissingGlyph for the first character that no font has."""
    for plate in plates:
        for place, text in plate.texts():
            if sign := glyphs.missing_in(text):
                raise MissingGlyph(sign, place)


def _chunk(plates: Sequence[Plate]) -> bytes:
    """These plates as A5 pages. Who does not fit is laid out again on the next rung, the others are not."""
    rungs = [first_rung(plate) for plate in plates]
    pages: dict[int, Page] = {}
    with printing():
        first = None
        while waiting := [number for number in range(len(plates)) if number not in pages]:
            layout = _laid_out([(number, plates[number], rungs[number]) for number in waiting])
            first = first or layout
            pages |= dict(_fitting(layout, {number: (plates[number], rungs[number]) for number in waiting}))
            for number in waiting:
                rungs[number] += number not in pages
        return first.copy([pages[number] for number in range(len(plates))]).write_pdf()


def _laid_out(plates: Iterable[tuple[int, Plate, int]]) -> Layout:
    rows = list(plates)
    body = "".join(face(fitted(plate, rung), number) for number, plate, rung in rows)
    plate = rows[0][1]
    return lay_out(body, title=plate.title, issuer=plate.bureau, style=_style(), page="")


def _fitting(layout: Layout, waiting: Mapping[int, tuple[Plate, int]]) -> Iterator[tuple[int, Page]]:
    """The plates whose text ends before their foot; on the last rung a plate always does."""
    at = {name: (page, y * _PX) for page in layout.pages for name, (_, y, *_) in page.anchors.items()}
    for number, (plate, rung) in waiting.items():
        page, top = at[f"s{number}"]
        last, end = at.get(f"e{number}", (None, 0.0))  # what runs far over its page loses its end
        if (page is last and end - top <= room_of(fitted(plate, rung))) or rung == len(RUNGS) - 1:
            yield number, page


def _style() -> str:
    return Path(__file__).with_name("plate.css").read_text(encoding="utf-8")


def _joined(parts: Sequence[bytes], plate: Plate, size: str) -> bytes:
    writer = PdfWriter()
    for part in parts:
        writer.append(io.BytesIO(part), import_outline=False)
    if size == "a4":
        fold(writer)
    writer.metadata = {"/Title": plate.title, "/Author": plate.bureau, "/Producer": "lianzheng"}
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()
