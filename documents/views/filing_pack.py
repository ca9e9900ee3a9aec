"""The filing pack of a cycle: what is missing, and the button that has it made."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from documents.filing_pack import services
from documents.filing_pack.checking import Result, check, is_complete
from documents.filing_pack.facts import facts_of
from documents.filing_pack.gaps import Gap

SHOWN = 8  # gaps of one check on the page; the contents of the pack list all


def filing_pack(request: HttpRequest, pk: int) -> HttpResponse:
    """The check; POST puts the pack into the queue."""
    cycle = services.cycle_for(request.user, pk)
    if request.method == "POST":
        return redirect("job_detail", services.ask(cycle=cycle, by=request.user).pk)
    results = check(facts_of(cycle))
    context = {
        "cycle": cycle,
        "complete": is_complete(results),
        "missing": sum(len(result.missing) for result in results),
        "lines": [_line(result) for result in results],
    }
    return render(request, "documents/filing_pack/pack.html", context)


def _line(result: Result) -> dict:
    gaps = [*result.missing, *result.notes]
    return {
        "name": result.check.name,
        "said": result.said,
        "missing": bool(result.missing),
        "gaps": [_gap(gap) for gap in gaps[:SHOWN]],
        "more": max(0, len(gaps) - SHOWN),
    }


def _gap(gap: Gap) -> dict:
    link = gap.link
    return {
        "said": gap.said,
        "note": gap.note,
        "url": reverse(link.name, args=link.args) if link else "",
        "label": link.label if link else "",
    }
