"""What of a notice must not be published as it stands: personal data, marks of state secrets, and what is lacking."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import reverse

from registers.personal_data import Placed, placed, secrecy_mark
from workflow import notices
from workflow.models import Notice, NoticeItem

WIDE = frozenset({"intranet", "society"})  # wider than the bureau: personal data stop it; within they warn
MARKED = "{place}有“{mark}”标志。本系统是非涉密系统，涉密内容不得录入、公示和导出；请删去并按保密规定处理。"


Tables = Iterable[tuple[NoticeItem, dict[str, Any]]]


def tables_of(notice: Notice) -> Iterator[tuple[NoticeItem, dict[str, Any]]]:
    """Each item with its table, one at a time: 500 tables need not lie in memory together."""
    for item in notices.visible_items(notice).order_by("pk").iterator(50):
        item.notice = notice
        yield item, notices.table_of(item)


def found_in(notice: Notice, tables: Tables | None = None) -> list[Placed]:
    """Personal data in the text and in these tables (all of them), each with the place to mend it."""
    edit = reverse("notice_edit", args=[notice.pk])
    found = placed("标题", notice.title, link=edit) + placed("正文", notice.body, link=edit)
    found += placed("联系方式", notice.contact, link=edit, contact=True)
    for item, table in tables_of(notice) if tables is None else tables:
        link = reverse("register", args=[item.register_id])
        for place, text in lines_of(table):
            found += placed(place, text, link=link)
    return found


def lines_of(table: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(place, text) of everything that a frozen table shows."""
    subject = table["subject"]
    yield f"“{subject}”", subject
    for one in table["head"]:
        yield f"“{subject}”的“{one['title']}”", _text(one["cell"])
    for number, row in enumerate(table["rows"], start=1):
        yield f"“{subject}”第{number}行", row["origin"]
        for column in table["columns"]:
            yield f"“{subject}”第{number}行“{column['title']}”", _text(row[column["key"]])


def _text(cell: list[dict]) -> str:
    return "\n".join(line["text"] for line in cell)


def marked(texts: Iterable[tuple[str, str]]) -> str:
    """The sentence about the first mark of a state secret in these (place, text); empty for none."""
    for place, text in texts:
        if mark := secrecy_mark(text):
            return MARKED.format(place=place, mark=mark)
    return ""


def stops(notice: Notice, found: list[Placed]) -> list[Placed]:
    """What of the findings stops this notice: all where it goes beyond the bureau, nothing within it."""
    return found if notice.audience in WIDE else []
