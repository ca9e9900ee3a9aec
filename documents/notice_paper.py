"""公示 as an official paper: its text, period, contact and channels, and the masked tables exactly as they are seen."""

from typing import Any

from accounts.exceptions import NotNow
from paper import Cell, Column, Row, Table
from paper.official import Attachment, Letter, Paragraph, paragraphs_of
from paper.text import chinese_date
from registers.schemes.store import spec_of
from workflow import notices
from workflow.models import Notice
from workflow.notice_html import NO_ROWS

MOST_ROWS = 1500  # some 100 pages: what a page may take to print while somebody waits
_WEIGHTS = {"order": 2.8, "level": 3.6, "kind": 4.4, "power": 9, "point": 10, "manifestation": 12, "controls": 14}
_TONES = ("grave", "middle", "light")


def notice_paper(notice: Notice) -> Letter:
    """The notice as it is printed. Raises NotNow where it is too long to be printed while somebody waits."""
    tables = _tables(notice)
    rule = spec_of(notice.cycle.scheme).notice(notice.rule)
    said = [
        *paragraphs_of(notice.body),
        Paragraph(
            f"公示期：{chinese_date(notice.starts_on)}至{chinese_date(notice.ends_on)}（{notice.days}个工作日）。",
            level=0,
        ),
        Paragraph(f"联系方式：{notice.contact}", level=0),
    ]
    if rule.channels:
        said.append(Paragraph(f"公示渠道：{'、'.join(rule.channels)}。", level=0))
    if out := notices.taken_out(notice):
        said.append(Paragraph(f"另有{out}张登记表已退出本次公示。", level=0))
    return Letter(
        style="plain",
        issuer=notice.bureau.name,
        number=notice.number,
        title=notice.title,
        paragraphs=said,
        attachments=[Attachment("公示内容", tables)] if tables else [],
        date=notice.starts_on,
        digest=notices.digest_of(notice),
    )


def _tables(notice: Notice) -> list[Table]:
    """Neighbours with equal columns share one table, each register under a line that names it."""
    found: list[tuple[list[dict], list[Row]]] = []
    count = 0
    for item in notices.visible_items(notice):
        item.notice = notice
        shown = notices.table_of(item)
        rows = _rows(shown)
        count += len(rows)
        if count > MOST_ROWS:
            raise NotNow(f"这份公示超过{MOST_ROWS}行，不能在这里下载，请在公示页逐张查看。")
        if found and found[-1][0] == shown["columns"]:
            found[-1][1].extend(rows)
        else:
            found.append((shown["columns"], rows))
    return [Table(_columns(columns), rows) for columns, rows in found]


def _columns(columns: list[dict]) -> tuple[Column, ...]:
    if not columns:
        return (Column("text", "公示内容", 20),)
    return tuple(
        Column(
            column["key"],
            column["title"],
            max(_WEIGHTS.get(column["key"], 6), len(column["title"]) / 2),
            align="center" if column["key"] in ("order", "level") else "left",
        )
        for column in columns
    )


def _rows(shown: dict[str, Any]) -> list[Row]:
    """What the rows are about, then the rows; a line of its own where the origin of compiled rows changes."""
    keys = [column["key"] for column in shown["columns"]]
    span = max(1, len(keys))
    about = "；".join(f"{one['title']}：{one['cell'][0]['text'].rstrip('。')}" for one in shown["head"])
    rows = [_line(f"{shown['subject']}（{about}）" if about else shown["subject"], span)]
    origin = ""
    for row in shown["rows"]:
        if row["origin"] and row["origin"] != origin:
            rows.append(_line(row["origin"], span))
        origin = row["origin"]
        if keys:
            rows.append(Row([_cell(row[key]) for key in keys]))
    if not shown["rows"]:
        rows.append(Row([Cell(NO_ROWS, col_span=span)]))
    return rows


def _line(text: str, span: int) -> Row:
    return Row([Cell(text, col_span=span, bold=True, align="left")])


def _cell(lines: list[dict]) -> Cell:
    if len(lines) == 1 and lines[0].get("tone") in _TONES:
        return Cell(lines[0]["text"], tone=lines[0]["tone"])
    if any("tone" in line for line in lines):
        return Cell("\n".join(line["text"] for line in lines))
    return Cell.of([line["text"] for line in lines])
