"""A letter of supervision as PDF."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.exceptions import NotNow
from audit import services as audit
from documents.supervision import as_pdf
from documents.views.papers import disposition
from paper import PaperError
from supervision.access import readable, rule_of


@require_safe
def letter_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Who may read the letter may print it; one event says who took it."""
    letter = get_object_or_404(readable(request.user).select_related("scheme"), pk=pk)
    try:
        body = as_pdf(letter, rule_of(letter))
    except PaperError as error:
        raise NotNow(str(error)) from error
    if request.method == "GET":
        audit.record(verb="paper.print", by=request.user, bureau=letter.bureau_id, target=letter, digest=letter.digest)
    response = HttpResponse(body, content_type="application/pdf")
    response["Content-Disposition"] = disposition(f"{letter.name}{letter.number}.pdf")
    response["X-Content-Type-Options"] = "nosniff"
    return response
