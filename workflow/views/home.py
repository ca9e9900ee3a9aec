"""我的待办, with 我发起 and 已办."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from registers.models import OfflineForm
from registers.paging import page_of
from registers.people import own_area
from workflow import progress, worklist
from workflow.forms.home import TaskFilter

SHORT = 8  # rows that one sees at a glance: no filter is needed
SIGNABLE = {"review", "countersign", "exchange", "audit", "superior"}


def _tabs(current: str, waiting: int | None = None) -> list[dict]:
    return [
        {"label": "等我办理", "url": reverse("home"), "current": current == "home", "count": waiting},
        {"label": "我发起", "url": reverse("mine"), "current": current == "mine"},
        {"label": "已办", "url": reverse("done"), "current": current == "done"},
    ]


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What waits for me, the late ones first; for heads and the office also how far their registers are.

    The three administrators have no work list: their first page is their own area.
    """
    if area := own_area(request.user):
        return redirect(area)
    asked = {name: request.GET.get(name, "") for name in ("scope", "step")}
    narrowed = any(asked.values())
    page = page_of(request, worklist.open_tasks(request.user, **asked))
    form = None
    if narrowed or page.paginator.count > SHORT:
        scopes, steps = worklist.choices(request.user)
        form = TaskFilter(request.GET, scopes=scopes, steps=steps)
    rows = worklist.task_rows(page.object_list)
    context = {
        "tabs": _tabs("home", worklist.open_count(request.user) if narrowed else page.paginator.count),
        "form": form,
        "narrowed": narrowed,
        "page": page,
        "rows": rows,
        "late": sum(1 for row in rows if row.late),
        "signable": sum(1 for row in rows if row.step_kind in SIGNABLE) > 1,
        "offline": OfflineForm.objects.filter(issued_by=request.user, returned_at=None).exists(),
        "progress": progress.progress(request.user),
    }
    return render(request, "workflow/home/home.html", context)


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """Registers that I filled or that are of my posts, with who has them now."""
    page = page_of(request, worklist.mine(request.user))
    context = {"tabs": _tabs("mine"), "page": page, "rows": worklist.mine_rows(page.object_list)}
    return render(request, "workflow/home/mine.html", context)


@require_GET
def done(request: HttpRequest) -> HttpResponse:
    """What I did, newest first."""
    page = page_of(request, worklist.done(request.user))
    context = {"tabs": _tabs("done"), "page": page, "rows": worklist.done_rows(page.object_list)}
    return render(request, "workflow/home/done.html", context)
