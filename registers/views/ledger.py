"""台账: the risk points in force that the user may see."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.exceptions import NotAllowed
from registers.access import standing
from registers.forms.ledger import chosen_from, options, unit_options
from registers.ledger import ledger_of
from registers.ledger_rows import lines_of
from registers.paging import page_of

SHORT = 60  # characters of a manifestation on the page; the export has all of it


def ledger(request: HttpRequest) -> HttpResponse:
    """台账: the points in force that he may see, filtered, gravest first."""
    if standing(request.user).is_administrator:
        raise NotAllowed("管理员不查看业务内容。")
    chosen = chosen_from(request.GET, request.user)
    found = ledger_of(request.user, chosen)
    page = page_of(request, found)
    query = request.GET.copy()
    query.pop("page", None)
    levels = query.copy()
    levels.pop("level", None)
    context = {
        "ledger": found,
        "chosen": chosen,
        "page": page,
        "lines": lines_of(found, list(page)),
        "short": SHORT,
        "units": unit_options(found.reach, chosen.unit),
        "options": [
            (name, label, rows, getattr(chosen, field))
            for (name, rows), (label, field) in zip(options(found.bands).items(), LABELS, strict=True)
            if len(rows) > 1
        ],
        "query": query.urlencode(),
        "level_query": levels.urlencode(),
    }
    return render(request, "registers/ledger/ledger.html", context)


LABELS = (("风险类别", "kind"), ("业务类别", "klass"), ("职权类别", "power_kind"), ("重点领域", "area"))
