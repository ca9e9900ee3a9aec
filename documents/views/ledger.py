"""The export of the ledger."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect

from accounts.downloads import disposition, type_of
from documents.ledger import pieces, spool
from documents.ledger_export import KIND, export_for, write
from jobs import services as jobs


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
    headers = {"Content-Disposition": disposition(export.file_name)}
    return StreamingHttpResponse(pieces(stream), content_type=type_of(export.file_name), headers=headers)
