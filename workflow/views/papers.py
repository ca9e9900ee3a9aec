"""What every page that shows a notice has in common: the paper itself and the taking of comments."""

from dataclasses import dataclass

from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.exceptions import NotNow, TooOften
from registers.paging import page_of
from registers.schemes.store import spec_of
from workflow import notices
from workflow.forms.notices import CommentForm
from workflow.models import Notice, NoticeItem
from workflow.services import comments

ITEMS, ROWS = 20, 50


@dataclass(frozen=True)
class Urls:
    """Where the links of a paper lead: the public pages and the signed-in ones have their own."""

    item: str
    notice: str
    comment: str = ""
    pdf: str = ""


PUBLIC = Urls("public_item", "public_notice", "public_comment", "public_notice_pdf")
INNER = Urls("notice_read_item", "notice_read", "notice_comment", "notice_pdf")


def paper_context(request: HttpRequest, notice: Notice, urls: Urls) -> dict:
    """Context of ``public/_paper.html``, for the public page, the page of the audience and the preview alike."""
    page = page_of(request, notices.visible_items(notice), ITEMS)
    if page.paginator.count == 1:
        tables, page = _one(request, notice, page.object_list[0])
    else:
        tables = notices.tables_of(notice, list(page.object_list))
    rule = spec_of(notice.cycle.scheme).notice(notice.rule)
    return _common(notice, urls) | {
        "tables": tables,
        "page": page,
        "out": notices.taken_out(notice),
        "total": comments.total_of(notice),
        "channels": rule.channels,
    }


def item_context(request: HttpRequest, notice: Notice, pk: int, urls: Urls) -> dict:
    """Context of one register's own page. Raises Http404 for an item that is not shown."""
    item = get_object_or_404(notices.visible_items(notice), pk=pk)
    tables, page = _one(request, notice, item)
    return _common(notice, urls) | {"tables": tables, "page": page, "entry": tables[0].entries[0]}


def _common(notice: Notice, urls: Urls) -> dict:
    return {
        "notice": notice,
        "urls": urls,
        "left": notices.days_left(notice),
        "open": comments.takes_comments(notice) if notice.starts_on else False,
        "digest_text": notices.digest_of(notice),
        "recipient": notices.recipient_name(notice),
        "bureau_name": notice.bureau.name,
    }


def _one(request: HttpRequest, notice: Notice, item: NoticeItem) -> tuple[list[notices.Table], Page]:
    """All rows of one register, page by page."""
    item.notice = notice
    table = notices.table_of(item)
    page = page_of(request, range(len(table["rows"])), ROWS)
    first = max(0, page.start_index() - 1)
    entry = notices.entry_of(item, table | {"rows": table["rows"][: first + ROWS]}, first, ROWS)
    return [notices.Table(table["columns"], [entry])], page


def take_comment(
    request: HttpRequest, notice: Notice, form: CommentForm, urls: Urls, template: str, done: str
) -> HttpResponse:
    """Show the comment form, or take the comment in and show its receipt code once.

    A refusal is shown on the form: what was typed stays, and no event with the writer's address is made of it.
    """
    refusal = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        address = request.META.get("REMOTE_ADDR", "")
        try:
            receipt = comments.add_comment(
                notice=notice,
                item=form.about(),
                text=data["text"],
                contact=data["contact"],
                address=address,
                key=data["key"],
            )
        except NotNow as told:
            form.add_error(None, str(told))
            if isinstance(told, comments.TakenAlready):
                form.renew()
            refusal = told
        else:
            return render(request, done, _common(notice, urls) | {"receipt": receipt})
    return refused(render(request, template, _common(notice, urls) | {"form": form}), refusal)


def refused(answer: HttpResponse, refusal: NotNow | None) -> HttpResponse:
    """A page that shows the form again says to programs why: 409, or 429 with the seconds after which to try again."""
    if refusal is not None:
        answer.status_code = refusal.status
    if isinstance(refusal, TooOften):
        answer.headers["Retry-After"] = str(refusal.seconds)
    return answer
