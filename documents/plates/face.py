"""The face of a plate as HTML for the printer; every text is escaped."""

from collections.abc import Mapping

import segno
from django.utils.html import escape

from documents.plates.fitting import CONTACT, Fitted, listed, number_share, widths
from documents.plates.plate import Plate, Word
from paper.text import chinese_date
from workflow.notice_html import NO_ROWS

_LONG_TITLE, _LONG_BODY = 20, 40  # characters of one line in the large letters
_BLANK = "＿" * 16  # to be written in by hand
_TONES = ("grave", "middle", "light")


def face(printed: Fitted, number: int) -> str:
    """One <section> with the marks ``s<number>`` and ``e<number>`` at its begin and at the end of its text."""
    plate = printed.plate
    return (
        f'<section class="plate f{printed.size}" id="s{number}">'
        f'<p class="of{_long(plate.bureau, _LONG_BODY)}">{escape(plate.bureau)}</p>'
        f"<h1{_class(_long(plate.title, _LONG_TITLE))}>{escape(plate.title)}</h1>"
        f"{_who(printed)}{_points(printed)}"
        f'<div class="end" id="e{number}"></div>{_foot(printed)}</section>'
    )


def _long(text: str, most: int) -> str:
    return " long" if len(text) > most else ""


def _class(name: str) -> str:
    return f' class="{name.strip()}"' if name else ""


def _who(printed: Fitted) -> str:
    """Unit, post, level, duties and powers: the head of the table."""
    plate, boxes = printed.plate, _boxes(printed.plate.levels)
    pairs = [("科室", escape(plate.unit)), ("岗位", f'<span class="name">{escape(plate.name)}</span>')]
    pairs.append(("风险等级", boxes if printed.level_beside else ""))
    pairs.append(("在岗人员", escape(plate.holder)))
    pairs = [(term, html) for term, html in pairs if html]
    rows = ["".join(f"<th>{term}</th><td>{html}</td>" for term, html in pairs)]
    said = {
        "风险等级": "" if printed.level_beside else boxes,
        "岗位职责": _text(plate.duties),
        "职权": _text(listed(plate.powers, printed.dense)),
    }
    span = 2 * len(pairs) - 1
    rows += [f'<th>{term}</th><td colspan="{span}">{html}</td>' for term, html in said.items() if html]
    return f'<table class="who">{"".join(f"<tr>{row}</tr>" for row in rows)}</table>'


def _boxes(levels: tuple[Word, ...]) -> str:
    return "".join(f'<span class="box {_tone(word)}">{escape(word.text)}</span>' for word in levels)


def _tone(word: Word) -> str:
    return word.tone if word.tone in _TONES else "none"


def _text(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _points(printed: Fitted) -> str:
    plate = printed.plate
    keys = tuple(key for key, _ in plate.columns)
    if not printed.plate.rows and not printed.left_out:
        return f'<table class="points"><tr><td class="more">{NO_ROWS}</td></tr></table>'
    if not keys:
        return ""
    shares = widths(plate)
    first = number_share(printed)
    columns = "".join(f'<col class="w{int(shares[key] * (100 - first))}">' for key in keys)
    heads = "".join(f"<th>{escape(title)}</th>" for _, title in plate.columns)
    rows = "".join(_row(n, row, keys, printed.dense) for n, row in enumerate(plate.rows, 1))
    if printed.left_out:
        said = f"其余 {printed.left_out} 个风险点" if plate.rows else f"共 {printed.left_out} 个风险点"
        rows += f'<tr><td class="more" colspan="{len(keys) + 1}">（{said}{_where(plate)}）</td></tr>'
    return (
        f'<table class="points"><colgroup><col class="w{first}">{columns}</colgroup>'
        f'<thead><tr><th class="n">序</th>{heads}</tr></thead><tbody>{rows}</tbody></table>'
    )


def _row(number: int, row: Mapping[str, tuple[Word, ...]], keys: tuple[str, ...], dense: bool) -> str:
    cells = "".join(_cell(row.get(key, ()), dense) for key in keys)
    return f'<tr><td class="n">{number}</td>{cells}</tr>'


def _cell(words: tuple[Word, ...], dense: bool) -> str:
    if words and words[0].tone:
        said = "<br>".join(f'<span class="level {_tone(one)}">{escape(one.short or one.text)}</span>' for one in words)
        return f'<td class="c">{said}</td>'
    return f"<td>{_text(listed(tuple(word.text for word in words), dense))}</td>"


def _where(plate: Plate) -> str:
    return "详见二维码" if plate.url else "详见本单位公示"


def _foot(printed: Fitted) -> str:
    plate, origin = printed.plate, printed.plate.origin
    since = f"{chinese_date(origin.since)}起施行" if origin.since else ""
    facts = " · ".join(part for part in (f"第{origin.version}版", escape(origin.number), since) if part)
    note = f"<p>内容有节略，{_where(plate)}。</p>" if printed.shortened else ""
    contact = f"监督联系方式：{_text(plate.contact) or _BLANK}"
    return (
        f'<div class="foot"><div class="said{"" if plate.url else " wide"}">{note}'
        f'<p class="contact{_long(plate.contact, CONTACT)}">{contact}</p>'
        f"<p>{facts}　对岗不对人</p></div>{_code(plate.url)}</div>"
    )


def _code(url: str) -> str:
    if not url:
        return ""
    drawn = segno.make(url, error="m", micro=False).svg_inline(border=2, omitsize=True, svgclass=None, lineclass=None)
    return f'<div class="code">{drawn}扫码查看、监督</div>'
