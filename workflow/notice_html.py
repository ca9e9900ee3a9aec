"""The rows of a notice's table as HTML. Plain strings, not a template: a notice may show a thousand cells.

Every text is escaped here; nothing else in the table comes from people.
"""

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from accounts.templatetags.ui import LEVEL_TONES

NO_ROWS = "经查找，没有登记廉政风险点。"


def head_row(columns: list[dict]) -> SafeString:
    """The column heads."""
    cells = "".join(
        f'<th scope="col"{FIT if column["key"] in NARROW else ""}>{escape(column["title"])}</th>' for column in columns
    )
    return mark_safe(f"<tr>{cells}</tr>")  # noqa: S308 escaped above


def body_rows(columns: list[dict], subject: str, head: list[dict], rows: list[dict]) -> SafeString:
    """What the rows are about, then the rows; a line of its own where the origin of compiled rows changes."""
    span = len(columns) or 1
    parts = [_heading(span, subject, head)]
    titles = [(column["key"], escape(column["title"]), FIT if column["key"] in NARROW else "") for column in columns]
    origin = ""
    for row in rows:
        if row["origin"] and row["origin"] != origin:
            parts.append(_heading(span, row["origin"], []))
        origin = row["origin"]
        cells = "".join(f'<td data-h="{title}"{css}>{_cell(row[key])}</td>' for key, title, css in titles)
        parts.append(f"<tr>{cells}</tr>")
    if not rows:
        parts.append(f'<tr><td colspan="{span}">{NO_ROWS}</td></tr>')
    return mark_safe("".join(parts))  # noqa: S308 every text above is escaped


FIT = ' class="fit"'
NARROW = frozenset({"order"})


def _heading(span: int, subject: str, head: list[dict]) -> str:
    said = []
    for one in head:
        line = one["cell"][0]
        text = f"{escape(one['title'])}：{_line(line)}"
        said.append(f" {_line(line)}" if "tone" in line else f"<small>{text}</small>")
    return f'<tr class="of"><th scope="rowgroup" colspan="{span}">{escape(subject)}{"".join(said)}</th></tr>'


def _cell(lines: list[dict]) -> str:
    if len(lines) < 2:
        return _line(lines[0]) if lines else ""
    if "tone" in lines[0]:
        return "<br>".join(_line(line) for line in lines)
    return f'<ol class="pairs">{"".join(f"<li>{_line(line)}</li>" for line in lines)}</ol>'


def _line(line: dict) -> str:
    if "tone" not in line:
        return escape(line["text"])
    css = f"level level-{line['tone']}" if line["tone"] in LEVEL_TONES else "level"
    return f'<span class="{css}">{escape(line["text"])}</span>'
