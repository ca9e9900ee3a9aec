"""An A4 sheet of an A5 plate: below the plate, above it the same upside down, so that it stands folded on the desk."""

from pypdf import PageObject, PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, FloatObject, NameObject

_PT = 72 / 25.4
WIDTH, HEIGHT = 210 * _PT, 297 * _PT
_PLATE = 148 * _PT
_GAP = (HEIGHT / 2 - _PLATE) / 2
_TICK = 6 * _PT  # of the fold's marks at both edges


def fold(writer: PdfWriter) -> None:
    """Put every A5 page of the file twice on an A4 page of its own."""
    for page in writer.pages:
        _fold(writer, page)


def _fold(writer: PdfWriter, page: PageObject) -> None:
    drawn = DecodedStreamObject()
    drawn.set_data(page.get_contents().get_data())
    drawn.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Form"),
            NameObject("/BBox"): _box(WIDTH, _PLATE),
            NameObject("/Resources"): page[NameObject("/Resources")],
        }
    )
    plate = writer._add_object(drawn.flate_encode())
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/XObject"): DictionaryObject({NameObject("/Plate"): plate})}
    )
    sheet = DecodedStreamObject()
    sheet.set_data(_operators().encode())
    page[NameObject("/Contents")] = writer._add_object(sheet)
    for name in ("/MediaBox", "/CropBox", "/TrimBox", "/BleedBox", "/ArtBox"):
        if name == "/MediaBox" or name in page:
            page[NameObject(name)] = _box(WIDTH, HEIGHT)


def _operators() -> str:
    middle = HEIGHT / 2
    ends = ((0, _TICK), (WIDTH - _TICK, WIDTH))
    ticks = " ".join(f"{start:.2f} {middle:.2f} m {end:.2f} {middle:.2f} l" for start, end in ends)
    return (
        f"q 1 0 0 1 0 {_GAP:.2f} cm /Plate Do Q\n"
        f"q -1 0 0 -1 {WIDTH:.2f} {HEIGHT - _GAP:.2f} cm /Plate Do Q\n"
        f"q 0.4 w 0.5 G [2 2] 0 d {ticks} S Q\n"
    )


def _box(width: float, height: float) -> ArrayObject:
    return ArrayObject([FloatObject(0), FloatObject(0), FloatObject(round(width, 2)), FloatObject(round(height, 2))])
