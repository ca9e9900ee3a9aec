"""清单: papers that are made of a whole bureau or section."""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.downloads import download
from accounts.exceptions import NotAllowed, NotNow
from documents.lists import making
from documents.lists.asked import Asked
from documents.lists.offered import offers
from documents.lists.papers import PARTIAL, compose
from documents.services import record_list
from paper import PaperError
from paper import render as as_html
from registers.access import business_units, standing
from registers.models import Unit
from registers.paging import page_of
from registers.schemes import explain_papers
from registers.views.powers import chosen_unit, units_under

ON_A_PAGE = {"bureau": 60, "powers": 60, "procedures": 5}


@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    """All lists of a unit, by scheme."""
    if standing(request.user).is_administrator:
        raise NotAllowed("管理员不查看业务内容。")
    unit = chosen_unit(request)
    found = offers(unit) if unit else []
    context = {
        "unit": unit,
        "bureau": unit and (unit.bureau or unit),
        "units": units_under(unit.bureau or unit) if unit else [],
        "bureaus": business_units(request.user).filter(parent__isnull=True).order_by("sort_key", "pk")[:200],
        "offers": [(offer, [_row(unit, offer.spec, form) for form in offer.forms]) for offer in found],
    }
    return render(request, "documents/lists.html", context)


@require_safe
def list_html(request: HttpRequest, pk: int, scheme: str, key: str) -> HttpResponse:
    """One list on the screen, page by page."""
    asked = _asked(request, pk, scheme, key)
    page = page_of(request, _Rows(asked), ON_A_PAGE[asked.form.over])
    paper = page.paginator.object_list.paper
    query = _query(asked)
    context = {
        "asked": asked,
        "page": page,
        "title": paper.document.title,
        "paper": as_html(paper.document, heading="h1"),
        "partial": PARTIAL if paper.hidden else "",
        "long": making.takes_long(asked, paper.rows),
        "cycles": _cycles(asked),
        "xlsx_url": reverse("list_xlsx", args=[pk, scheme, key]) + query,
        "pdf_url": reverse("list_pdf", args=[pk, scheme, key]) + query,
    }
    return render(request, "documents/list.html", context)


@require_safe
def list_xlsx(request: HttpRequest, pk: int, scheme: str, key: str) -> HttpResponse:
    """The whole list as a workbook."""
    return _file(request, _asked(request, pk, scheme, key), "xlsx")


@require_http_methods(["GET", "HEAD", "POST"])
def list_pdf(request: HttpRequest, pk: int, scheme: str, key: str) -> HttpResponse:
    """The whole list as PDF: at once while it is short; POST has it made in the background."""
    asked = _asked(request, pk, scheme, key)
    if request.method == "POST":
        return redirect("job_detail", making.in_background(asked, by=request.user).pk)
    return _file(request, asked, "pdf")


class _Rows:
    """What the paginator counts and cuts; the paper of the last cut is kept."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self.paper = compose(asked, range(0, ON_A_PAGE[asked.form.over]))

    def count(self) -> int:
        return self.paper.rows

    __len__ = count

    def __getitem__(self, window: slice) -> "_Rows":
        if window.start:
            self.paper = compose(self._asked, range(window.start, window.stop))
        return self


def _asked(request: HttpRequest, pk: int, scheme: str, key: str) -> Asked:
    unit = get_object_or_404(Unit.objects.select_related("bureau"), pk=pk)
    given = request.GET.get("cycle", "")
    if given and not (given.isdecimal() and len(given) < 12):
        raise Http404
    return making.asked_by(request.user, unit, scheme, key, int(given) if given else None)


def _query(asked: Asked) -> str:
    return "?" + urlencode({"cycle": asked.cycle.pk}) if asked.cycle else ""


def _row(unit: Unit, spec, form) -> dict:
    return {
        "title": form.title.replace("{bureau}", ""),
        "number": form.number,
        "line": explain_papers.OVERS[form.over],
        "url": reverse("list_html", args=[unit.pk, spec.key, form.key]),
    }


def _cycles(asked: Asked) -> list[dict]:
    """What the list may be made of: what is in force, or a cycle."""
    if asked.form.over != "bureau":
        return []
    rows = next(offer.cycles for offer in offers(asked.unit) if offer.spec.key == asked.spec.key)
    tabs = [{"label": "生效的", "url": "?", "current": asked.cycle is None}]
    return tabs + [
        {"label": cycle.name, "url": f"?cycle={cycle.pk}", "current": cycle == asked.cycle} for cycle in rows[:8]
    ]


def _file(request: HttpRequest, asked: Asked, kind: str) -> HttpResponse:
    """The file, and the event that it was taken; a PDF that takes long is refused here."""
    paper = compose(asked)
    if kind == "pdf" and making.takes_long(asked, paper.rows):
        raise NotNow(f"这张清单有 {paper.rows} 行，排版需要较长时间，请在清单页上点“在后台生成 PDF”。")
    try:
        body = making.file_of(paper, kind)
    except PaperError as error:
        raise NotNow(str(error)) from error
    if request.method == "GET":
        record_list(by=request.user, unit=asked.unit, form=asked.form.key, format=kind, rows=paper.rows)
    return download(body, making.name_of(asked, paper, kind))
