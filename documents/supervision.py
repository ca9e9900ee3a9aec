"""Letters of supervision on paper: an official letter, or a card of one A5 page in its colour."""

from html import escape

from documents.rendering import glyphs, official
from documents.rendering.printer import lay_out, printing, sheet
from paper import MissingGlyph
from paper.official import Letter as OfficialLetter
from paper.official import Office
from paper.text import chinese_date, grouped
from registers.schemes.letter_model import LetterRule
from supervision.enums import StepKind
from supervision.models import Letter

REVOKED = "本文书已撤销"
TONE_NAMES = {"grave": "红牌", "middle": "黄牌", "light": "蓝牌"}
_CARD_LIMITS = ((240, "card-text"), (440, "card-text small"), (620, "card-text smaller"))  # characters that fit


def as_pdf(letter: Letter, rule: LetterRule | None) -> bytes:
    """The letter as it went out. Raises PaperError: no font, a character without glyph."""
    if rule is not None and rule.layout == "card":
        return _card(letter, rule.tone)
    return official.render(as_official(letter))


def as_official(letter: Letter) -> OfficialLetter:
    """The letter in the parts of GB/T 9704: 信函格式, without copies."""
    return OfficialLetter(
        style="letter",
        issuer=letter.organ,
        number=letter.number,
        title=letter.name,
        addressee=letter.addressee,
        paragraphs=letter.paragraphs,
        date=letter.issued_on,
        note=REVOKED if _revoked(letter) else "",
        printing=Office(letter.organ, letter.issued_on),
        digest=letter.digest,
    )


def _revoked(letter: Letter) -> bool:
    """Whether it was taken back; a letter that was not read with `told()` was just written."""
    return getattr(letter, "last", None) == StepKind.REVOKE


def _card(letter: Letter, tone: str) -> bytes:
    """One A5 page, lying; the text gets smaller before it runs on to a second page."""
    for place, text in (
        ("卡片正文", "\n".join(letter.paragraphs)),
        ("卡片对象", letter.addressee),
        ("落款", letter.organ),
    ):
        if sign := glyphs.missing_in(text):
            raise MissingGlyph(sign, place)
    with printing():
        layout = lay_out(
            card_html(letter, tone),
            title=letter.name,
            issuer=letter.organ,
            style=sheet("card.css"),
            page=f"@page {{ @bottom-left {{ content: '摘要 {grouped(letter.digest)[:19]}' }} }}",
        )
        return layout.write_pdf()


def card_html(letter: Letter, tone: str) -> str:
    """The card as HTML; every text escaped."""
    length = sum(map(len, letter.paragraphs))
    size = next((name for most, name in _CARD_LIMITS if length <= most), "card-text smallest")
    said = "".join(f"<p>{escape(line)}</p>" for line in letter.paragraphs)
    due = f"请于{chinese_date(letter.due_on)}前回复" if letter.due_on else ""
    due = f"<span>{REVOKED if _revoked(letter) else due}</span>"
    return (
        f'<section class="card {escape(tone)}"><header><b>{escape(TONE_NAMES.get(tone, ""))}</b>'
        f"<h1>{escape(letter.name)}</h1><span>{escape(letter.number)}</span></header>"
        f'<p class="to">{escape(letter.addressee)}：</p><div class="{size}">{said}</div>'
        f'<footer>{due}<span class="sign">{escape(letter.organ)}（盖章）<br>'
        f"{chinese_date(letter.issued_on)}</span></footer>"
        "</section>"
    )
