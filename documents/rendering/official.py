"""An official letter as PDF, laid out as GB/T 9704-2012 asks: 22 lines of 28 characters, 版记 on the last line.

    render(letter) -> bytes             the same letter gives the same bytes

Raises FontsMissing, or MissingGlyph with its place.
"""

import segno
from django.utils.html import escape

from documents.rendering import fonts, glyphs
from documents.rendering.printer import Layout, families_of, lay_out, printing, sheet
from documents.rendering.setting import PrintWriter, blank_around
from paper.measure import width_of
from paper.official import Letter, render_html

_WIDTH = 442.2  # points: 156 mm
_BIGGEST_MARK = 50.0
_MM = 96 / 25.4  # the layout counts in CSS pixels
_POINTS = 72 / 25.4
_FOOT = (297 - 35) * _MM  # where the type area ends
_LEEWAY = 0.2  # pixels: pushed down all the way, the 版记 would not fit its page for a rounding
KEPT = 8
_kept: dict[Letter, bytes] = {}


def render(letter: Letter) -> bytes:
    """One PDF of one letter, its attached tables and its 版记."""
    with printing():
        glyphs.check_texts(letter.texts())
        return laid_out(letter).write_pdf()


def printed(letter: Letter) -> bytes:
    """The same, kept for who asks for it again: a notice is read by many, and printed once when all come at once."""
    if (found := _kept.get(letter)) is not None:
        return found
    with printing():  # who waited here finds what the one before him has printed
        if letter not in _kept:
            _kept[letter] = render(letter)
            while len(_kept) > KEPT:
                del _kept[next(iter(_kept))]
        return _kept[letter]


def laid_out(letter: Letter) -> Layout:
    """The pages. Where the letter has a 版记, laid out twice: the first time shows how far it has to be pushed down."""
    body = _proof(letter) + render_html(letter, heading="h1", write=PrintWriter())
    layout = _layout(letter, body)
    gap = _gap(layout)
    return _layout(letter, body, gap) if gap else layout


def _layout(letter: Letter, body: str, gap: float = 0.0) -> Layout:
    style = _pages(letter) + _mark(letter)
    if gap:
        style += f" .letter-last {{ padding-top: {gap:.3f}px }}"
    said = {"title": letter.title, "issuer": letter.issuer, "level": letter.secrecy}
    return lay_out(body, style=sheet("official.css"), page=style, **said)


def _gap(layout: Layout) -> float:
    """How much room is left under the 版记 on its page, in pixels; none when there is no 版记."""
    last = layout.pages[-1]
    if "imprint-end" not in last.anchors:
        return 0.0
    return max(0.0, _FOOT - _LEEWAY - last.anchors["imprint-end"][1])


def _proof(letter: Letter) -> str:
    """In the margin under the type area, at the side where the first page has no number: nothing that the standard
    places moves."""
    if letter.proof is None:
        return ""
    drawn = segno.make(letter.proof.code, error="m", micro=False)
    code = drawn.svg_inline(border=0, omitsize=True, svgclass=None, lineclass=None)
    return f'<div class="letter-proof">{code}<p>{escape(letter.proof.text)}</p></div>'


def _mark(letter: Letter) -> str:
    """发文机关标志 as large as its line allows. Its ink begins 35 mm below the edge of the type area (7.2.4), in style
    letter 30 mm below that of the paper; there the double rule follows 4 mm below its ink (10.1)."""
    if not letter.shown_mark:
        return ""
    size = min(_BIGGEST_MARK, (_WIDTH - 12) / max(1.0, width_of(letter.shown_mark)))
    above, below = (blank * size for blank in blank_around(letter.shown_mark, fonts.chain().title[0]))
    rule = f".letter-letter .letter-rule {{ margin-top: {4 * _POINTS - below:.2f}pt }}"
    shift = (
        f"padding-top: {35 * _POINTS - above:.2f}pt"
        if letter.style == "file"
        else f"margin-top: {-7 * _POINTS - above:.2f}pt"
    )
    return f".letter-mark {{ font-size: {size:.2f}pt; {shift} }} {rule}"


def _pages(letter: Letter) -> str:
    """Margins 37, 26, 35, 28 mm, the binding margin changing sides; 页码 4号, its dash 7 mm under the text (7.5)."""
    number = (
        f'content: "— " counter(page) " —"; font: 14pt/14pt {families_of("body")}; white-space: nowrap;'
        " vertical-align: top; padding: 3.84mm 14pt 0"
    )
    # On a lying page the number stands where it would on the sheet held upright: turned, at the left (7.5, 9.2).
    turned = (
        f'content: "— " counter(page) " —"; font: 14pt/14pt {families_of("body")}; white-space: nowrap;'
        " vertical-align: top; width: 70pt; height: 70pt; transform: rotate(90deg)"
    )
    none = "{ content: none }"
    return (
        f"@page {{ size: A4; margin: 37mm 26mm 35mm 28mm; @bottom-right {{ {number} }} }}"
        f"@page :left {{ margin: 37mm 28mm 35mm 26mm; @bottom-right {none} @bottom-left {{ {number} }} }}"
        f"@page lying {{ size: A4 landscape; margin: 28mm 37mm 26mm 35mm; @bottom-right {none}"
        f" @left-bottom {{ {turned}; text-align: right; margin: 0 3.84mm 14pt auto }} }}"
        f"@page lying:left {{ margin: 26mm 37mm 28mm 35mm; @bottom-left {none} @left-bottom {none}"
        f" @left-top {{ {turned}; text-align: left; margin: 14pt 3.84mm 0 auto }} }}"
        + (f"@page :first {{ @bottom-right {none} }}" if letter.style == "letter" else "")
        + "@page :first { @bottom-left { content: element(proof); vertical-align: top; padding-top: 6mm } }"
    )
