"""What stands behind the units: the regulations, and the index by power, by post and by level."""

from documents.handbook.entries import Entries
from documents.handbook.markup import level_word, linked, text
from documents.handbook.model import RuleText
from documents.handbook.places import Places

RULES, INDEX = "rules", "index"


def regulations(rules: list[RuleText]) -> str:
    """附录: every rule that a power or a control in the handbook rests on."""
    lines = "".join(
        f'<tr><td class="c">{number}</td><td>{text(rule.title)}</td><td>{text(rule.number)}</td>'
        f'<td class="c">{text(rule.issued)}</td><td class="c">{text(rule.change)}</td>'
        f'<td class="c">{rule.used}</td></tr>'
        for number, rule in enumerate(rules, 1)
    )
    if not lines:
        lines = '<tr><td class="c quiet" colspan="6">本册的职权和措施没有登记所依据的制度。</td></tr>'
    cols = "".join(f'<col class="w{width}">' for width in (7, 40, 19, 16, 10, 8))
    return (
        f'<div class="unit" id="{RULES}"><p class="path">附录</p><h1>制度汇总</h1></div>'
        f'<table class="risks">{cols}<thead><tr><th>序号</th><th>制度名称</th><th>文号</th><th>印发日期</th>'
        f"<th>建设情况</th><th>引用</th></tr></thead><tbody>{lines}</tbody></table>"
        '<p class="source">引用：本册中以它为依据的职权和措施的数目。</p>'
    )


def index(entries: Entries, places: Places) -> list[str]:
    """索引, in pieces of bounded length: a volume of a whole district has thousands of lines."""
    powers = [_line(entry.words, entry.place, entry.anchor, places) for entry in entries.sorted_powers()]
    posts = [_line(entry.words, entry.place, entry.anchor, places) for entry in entries.sorted_posts()]
    found = [
        *_tables("<h3>一、按职权（音序）</h3>", ("职权", "行使单位或岗位"), powers),
        *_tables("<h3>二、按岗位（音序）</h3>", ("岗位", "所在机构"), posts),
    ]
    title = "<h3>三、按风险等级</h3>"
    for name, tone, points in entries.by_level():
        lines = [_line(point.words, point.place, point.anchor, places) for point in points]
        head = f'{title}<p class="index-level">{level_word(name, tone)}　{len(points)}个</p>'
        found += _tables(head, ("风险点", "岗位或单位"), lines)
        title = ""
    pieces, held = [f'<div class="unit" id="{INDEX}"><h1>索　引</h1></div>'], 0
    for html, lines in found:
        if held and held + lines > _MOST:
            pieces.append("")
            held = 0
        pieces[-1] += html
        held += lines
    return pieces


_COLS = '<col class="w56"><col class="w36"><col class="w8">'
_MOST = 600  # lines of one piece


def _tables(head: str, heads: tuple[str, str], lines: list[str]) -> list[tuple[str, int]]:
    """The lines as tables of bounded length, each with how many lines it has."""
    found = []
    for start in range(0, len(lines), _MOST):
        some = lines[start : start + _MOST]
        table = (
            f'<table class="index">{_COLS}<thead><tr><th>{heads[0]}</th><th>{heads[1]}</th><th>页码</th></tr></thead>'
            f"<tbody>{''.join(some)}</tbody></table>"
        )
        found.append((head + table if start == 0 else table, len(some)))
    return found


def _line(words: str, place: str, anchor: str, places: Places) -> str:
    page = linked(anchor, str(places.number(anchor)))
    return f"<tr><td>{text(words)}</td><td>{text(place)}</td><td>{page}</td></tr>"
