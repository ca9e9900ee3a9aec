"""A letter of supervision as PDF."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.downloads import download
from accounts.exceptions import NotNow
from documents.services import record_letter
from documents.supervision import as_pdf
from paper import PaperError
from supervision.access import readable, rule_of


@require_safe
def letter_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Who may read the letter may print it; one event says who took it."""
    letter = get_object_or_404(readable(request.user).told().select_related("scheme"), pk=pk)
    try:
        body = as_pdf(letter, rule_of(letter))
    except PaperError as error:
        raise NotNow(str(error)) from error
    if request.method == "GET":
        record_letter(by=request.user, bureau=letter.bureau_id, target=letter, digest=letter.digest)
    return download(body, f"{letter.name}{letter.number}.pdf")
