"""What stands before the units: cover, contents and the summary."""

from documents.handbook.entries import Entries, Entry
from documents.handbook.markup import level_word, linked, text
from documents.handbook.model import Cover, Line
from documents.handbook.places import Places
from paper.text import grouped

Shares = list[tuple[str, str, str]]
SUMMARY = "summary"
# Text that is cut off at the page number: a dotted border costs ten times as much to draw.
_DOTS = f'<span class="leader">　{"·" * 180}</span>'


def cover(told: Cover, digest: str) -> str:
    """The cover: one page."""
    about = f'<p class="about">{text(told.about)}</p>' if told.about else ""
    about += f'<p class="detail">{text(told.detail)}</p>' if told.detail else ""
    lines = [
        ("周期", "、".join(told.cycles)),
        ("有效日期", f"{told.day}有效的内容"),
        ("内容摘要", grouped(digest[:32])),
    ]
    rows = "".join(f"<tr><th>{label}</th><td>{text(value)}</td></tr>" for label, value in lines if value)
    note = '<p class="note">本册只载制册人可以查看的内容。</p>' if told.partial else ""
    return (
        f'<div class="cover"><p class="secret">内部资料　注意保管</p><p class="bureau">{text(told.bureau)}</p>'
        f"<h1>{text(told.title)}</h1>{about}"
        f'<table class="facts-plain"><col class="w24"><col class="w76">{rows}</table>{note}'
        f'<p class="foot">{text(told.bureau)}<br>{text(told.day)}</p></div>'
    )


def contents(entries: list[Entry], places: Places) -> str:
    """The contents with page numbers that lead to the pages."""
    lines = "".join(_line(entry, places) for entry in entries)
    return f'<h1 class="toc-title">目　录</h1><table class="toc"><col class="w92"><col class="w8">{lines}</table>'


def _line(entry: Entry, places: Places) -> str:
    page = places.number(entry.anchor)
    name = linked(entry.anchor, text(entry.words))
    return (
        f'<tr class="d{entry.depth}"><td><p class="dots">{name}{_DOTS}</p></td>'
        f"<td>{linked(entry.anchor, str(page))}</td></tr>"
    )


def summary(entries: Entries, shares: Shares) -> str:
    """The totals by level and by unit."""
    used = [(key, name, tone) for key, name, tone in shares if key != "none" or entries.count()["none"]]
    heads = "".join(f"<th>{level_word(name, tone)}</th>" for _, name, tone in used)
    lines = "".join(_counted(line, used, anchor) for line, anchor in zip(entries.lines, entries.anchors, strict=True))
    total = _counted(entries.totals, used, "", "total")
    width = 100 - 10 * (3 + len(used))
    cols = f'<col class="w{width}">' + '<col class="w10">' * (3 + len(used))
    return (
        f'<div class="unit" id="{SUMMARY}"><h1>总体情况</h1></div>'
        f'<table class="sums">{cols}<thead><tr><th>机构</th><th>岗位</th><th>职权</th><th>风险点</th>{heads}</tr>'
        "</thead>"
        f"<tbody>{lines}{total}</tbody></table>"
        '<p class="source">各机构的数字不含其下级机构；合计为全册。风险点为生效登记表中的风险点，每个只计一次。</p>'
    )


def _counted(line: Line, used: Shares, anchor: str, name: str = "") -> str:
    numbers = [line.posts, line.powers, sum(line.counts.values()), *(line.counts[key] for key, _, _ in used)]
    cells = "".join(f"<td>{number or '—'}</td>" for number in numbers)
    words = linked(anchor, text(line.name)) if anchor else text(line.name)
    named = f' class="{name}"' if name else ""
    indent = len(line.name) - len(line.name.lstrip("　"))
    return f'<tr{named}><th class="i{indent}">{words}</th>{cells}</tr>'
