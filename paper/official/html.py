"""A letter as safe HTML: for the screen, and for the printer with another stylesheet."""

from collections.abc import Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from paper.html import table_html
from paper.official.letter import Attachment, Letter, Paragraph
from paper.official.title import title_lines


class Writer:
    """Turns text into safe HTML; faces are title, body, fangsong, kai, hei. The printer has one of its own."""

    def __call__(self, text: str, face: str) -> str:
        return escape(text)

    def paragraph(self, parts: Sequence[tuple[str, str]], *, indent: bool = True) -> str:
        """What stands in a paragraph of parts, each with its face."""
        return "".join(
            self(text, face) if face == "fangsong" else f'<span class="{face}">{self(text, face)}</span>'
            for text, face in parts
        )


def render_html(letter: Letter, *, heading: str = "h2", write: Writer | None = None) -> SafeString:
    """The whole letter as one <article class="letter">; every text escaped by `write`."""
    write = write or Writer()
    parts = [
        f'<article class="letter letter-{letter.style}">',
        _head(letter, write),
        _title(letter, heading, write),
        _flowing("letter-to", f"{letter.addressee}：" if letter.addressee else "", write, indent=False),
        f'<div class="letter-text">{"".join(_paragraph(part, write) for part in letter.paragraphs)}</div>',
        _listed(letter.attachments, write),
        _signed(letter, write),
        _flowing("letter-note", f"（{letter.note}）" if letter.note else "", write),
        *(_enclosure(number, item, write) for number, item in letter.enclosed),
        _imprint(letter, write),
        "</article>",
    ]
    return mark_safe("".join(parts))  # noqa: S308 - every text above went through escape()


def _marked(element: str, name: str, text: str, write: Writer, face: str = "fangsong") -> str:
    return f'<{element} class="{name}">{write(text, face)}</{element}>' if text else ""


def _flowing(name: str, text: str, write: Writer, *, indent: bool = True) -> str:
    return f'<p class="{name}">{write.paragraph([(text, "fangsong")], indent=indent)}</p>' if text else ""


# -- 版头 ----------------------------------------------------------------------------------------


def _head(letter: Letter, write: Writer) -> str:
    faces = {"copy": "fangsong", "secrecy": "hei", "urgency": "hei"}
    corner = "".join(_marked("p", f"letter-{name}", text, write, faces[name]) for name, text in letter.corner)
    corner = f'<div class="letter-corner">{corner}</div>' if corner else ""
    if letter.style == "plain":
        return corner
    mark = _marked("p", "letter-mark", letter.shown_mark, write, "title")
    rule = '<div class="letter-rule"></div>'
    number = _number(letter, write)
    lower = '<div class="letter-lower"></div>'
    parts = (corner, mark, number, rule) if letter.style == "file" else (mark, rule, lower, corner, number)
    return f'<header class="letter-head">{"".join(parts)}</header>'


def _number(letter: Letter, write: Writer) -> str:
    if not (letter.signers or letter.upward):
        return _marked("p", "letter-number", letter.number, write)
    names = write("\u3000".join(letter.signers) or "\u3000" * 4, "kai")
    return (
        f'<div class="letter-number letter-upward"><span class="letter-signed">{write("签发人：", "fangsong")}'
        f'<span class="kai">{names}</span></span><span>{write(letter.number, "fangsong")}</span></div>'
    )


# -- 主体 ----------------------------------------------------------------------------------------


def _title(letter: Letter, heading: str, write: Writer) -> str:
    lines = "<br>".join(write(line, "title") for line in title_lines(letter.title))
    number = _marked("p", "letter-under", letter.number, write) if letter.style == "plain" else ""
    return f'<{heading} class="letter-title">{lines}</{heading}>{number}'


def _paragraph(part: Paragraph, write: Writer) -> str:
    heading, text = part.parts
    face = "hei" if part.level == 1 else "kai"
    alone = ' class="letter-heading"' if heading and not text else ""
    return f"<p{alone}>{write.paragraph([piece for piece in ((heading, face), (text, 'fangsong')) if piece[0]])}</p>"


def _listed(attachments: Sequence[Attachment], write: Writer) -> str:
    """附件说明: the names one below the other, each broken under its own first character."""
    if not attachments:
        return ""
    many = len(attachments) > 1
    lines = []
    for index, item in enumerate(attachments, 1):
        label = write("附件：", "fangsong") if index == 1 else ""
        number = f'<td class="letter-no">{index}.</td>' if many else ""
        name = f"<td>{write(item.name, 'fangsong')}</td>"
        lines.append(f'<tr><td class="letter-label">{label}</td>{number}{name}</tr>')
    more = " letter-many" if len(attachments) > 9 else ""
    return f'<table class="letter-attachments{more}" role="presentation"><tbody>{"".join(lines)}</tbody></table>'


def _signed(letter: Letter, write: Writer) -> str:
    """署名 and 成文日期. A long name under a seal has the date centred below it instead of standing over the date."""
    kind = "letter-sealed" if letter.seal else "letter-unsealed"
    if letter.seal and len(letter.organ) > 14:
        kind += " letter-long"
    organ = f'<p class="letter-organ">{write(letter.organ, "fangsong")}</p>'
    day = f'<p class="letter-date">{write(letter.shown_date, "fangsong")}</p>'
    return f'<div class="letter-sign {kind}"><div class="letter-names">{organ}{day}</div></div>'


# -- 附件 and 版记 --------------------------------------------------------------------------------


def _enclosure(number: str, item: Attachment, write: Writer) -> str:
    lying = " letter-lying" if item.lies else ""
    title = "<br>".join(write(line, "title") for line in title_lines(item.name, 30 if item.lies else 20))
    tables = "".join(table_html(table, index, item.name) for index, table in enumerate(item.tables))
    return (
        f'<section class="letter-enclosure paper{lying}"><p class="letter-which">{write(number, "hei")}</p>'
        f'<h3 class="letter-name">{title}</h3>{_marked("p", "letter-said", item.note, write)}{tables}</section>'
    )


def _imprint(letter: Letter, write: Writer) -> str:
    """版记: 抄送, 印发机关 and 印发日期, between rules."""
    lines = []
    if letter.copies_to:
        names = write(f"{'，'.join(letter.copies_to)}。", "fangsong")
        lines.append(f'<p class="letter-copies"><span>{write("抄送：", "fangsong")}</span><span>{names}</span></p>')
    if letter.printing and letter.style != "letter":  # 信函格式 has neither 印发机关 nor 印发日期
        name, day = write(letter.printing.name, "fangsong"), write(letter.printing.printed, "fangsong")
        lines.append(f'<p class="letter-office"><span>{name}</span><span>{day}</span></p>')
    if not lines:
        return ""
    after = " letter-after-lying" if letter.enclosed and letter.enclosed[-1][1].lies else ""
    return (
        f'<div class="letter-last{after}"><footer class="letter-imprint">{"".join(lines)}</footer>'
        '<div id="imprint-end"></div></div>'
    )
