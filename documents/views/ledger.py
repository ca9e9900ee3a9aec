"""The export of the ledger."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header

from documents.ledger import pieces, spool
from documents.ledger_export import KIND, export_for, write
from jobs import services as jobs

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def ledger_export(request: HttpRequest) -> HttpResponse:
    """The filtered ledger as xlsx; one event says who took how many rows by which filter. A long one becomes a job."""
    export = export_for(request.user, request.GET)
    if export.is_long:
        params = {"query": request.GET.urlencode()}
        bureau = export.bureau.pk if export.bureau else 0
        return redirect(
            "job_detail", jobs.ask(kind=KIND, title=export.title, params=params, by=request.user, bureau=bureau).pk
        )
    stream = spool()
    write(export, stream)
    response = StreamingHttpResponse(pieces(stream), content_type=TYPE)
    response.headers["Content-Disposition"] = content_disposition_header(True, export.file_name)
    return response
