"""Filing reports and notices as official papers, for whoever may see their pages."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.downloads import download
from accounts.exceptions import NotNow
from documents.filing_report import filing_report
from documents.notice_paper import notice_paper
from documents.rendering import official
from documents.services import record_letter
from paper import PaperError
from paper.official import Letter, render_html
from workflow import letters, notices
from workflow.models import Notice

_RELATED = ("bureau", "cycle__scheme", "section")


@require_safe
def filing_report_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The report on the screen, before it is printed."""
    filing = get_object_or_404(letters.readable(request.user).select_related("bureau"), pk=pk)
    letter = filing_report(filing)
    context = {
        "filing": filing,
        "title": "备案报告",
        "letter": render_html(letter, heading="h1"),
        "proof": letter.proof,
    }
    return render(request, "documents/filing_report.html", context)


@require_safe
def filing_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The report that handed registers in."""
    filing = get_object_or_404(letters.readable(request.user).select_related("bureau"), pk=pk)
    answer = _pdf(filing_report(filing), f"{filing.number}备案报告")
    if request.method == "GET":
        record_letter(by=request.user, bureau=filing.bureau_id, target=filing)
    return answer


@require_safe
def notice_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """A notice, for its audience."""
    notice = get_object_or_404(notices.for_user(request.user).select_related(*_RELATED), pk=pk)
    answer = _notice(notice)
    if request.method == "GET":
        record_letter(by=request.user, bureau=notice.bureau_id, target=notice)
    return answer


@login_not_required
@require_safe
def public_notice_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """A notice that everybody may see. Who reads public pages is not written down."""
    rows = notices.for_everybody(request.META.get("REMOTE_ADDR", "")).select_related(*_RELATED)
    return _notice(get_object_or_404(rows, pk=pk))


def _notice(notice: Notice) -> HttpResponse:
    return _pdf(notice_paper(notice), notice.title)


def _pdf(letter: Letter, name: str) -> HttpResponse:
    try:
        body = official.printed(letter)
    except PaperError as error:
        raise NotNow(str(error)) from error
    return download(body, f"{name}.pdf")
