"""The cycle board: the office starts a cycle, opens its registers, moves dates, and sees where everything is."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.exceptions import NotAllowed, NotNow
from accounts.models import User
from accounts.roles import Permission
from registers.access import require, standing
from registers.enums import RegisterState
from registers.models import Cycle, CycleDate
from registers.paging import page_of
from registers.schemes.store import spec_of
from workflow import board, waiting
from workflow.forms.cycles import MoveDateForm, PairForm, StartForm
from workflow.models import Task
from workflow.services import cycles as services
from workflow.views.answers import note_refusal

LINES = 30  # sections on one page of the board
SHOWN = 12  # skipped subjects named in a message


def _cycle(user: User, pk: int) -> Cycle:
    """A cycle that the user may see; 404 otherwise."""
    return get_object_or_404(board.cycles_of(user), pk=pk)


def may_run(user: User, cycle: Cycle) -> bool:
    return standing(user).may_own(Permission.RUN_CYCLE, cycle.bureau)


def cycles(request: HttpRequest) -> HttpResponse:
    """All cycles within reach; the office of a bureau starts new ones."""
    user = request.user
    own = board.own_bureaus(user, Permission.RUN_CYCLE).exists()
    if not own and not standing(user).bureaus_with(Permission.VIEW_REGISTERS):
        raise NotAllowed("周期进度由领导小组办公室和负有查看职责的领导、纪检人员查看。")
    page = page_of(request, board.cycles_of(user).defer("scheme__body"))
    return render(request, "workflow/cycles/cycles.html", {"page": page, "may_start": own})


def cycle_new(request: HttpRequest) -> HttpResponse:
    """Start a cycle of a scheme on one of his bureaus."""
    bureaus = board.own_bureaus(request.user, Permission.RUN_CYCLE)
    if not bureaus:
        raise NotAllowed("周期由领导小组办公室开启。")
    form, status = StartForm(request.POST or None, bureaus=bureaus), 200
    if request.method == "POST" and form.is_valid():
        try:
            cycle = services.start_cycle(by=request.user, **form.cleaned_data)
        except NotNow as refusal:
            status = note_refusal(request, refusal)
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "周期已建立。请核对各项期限，再开启登记。")
            return redirect("cycle", pk=cycle.pk)
    schemes = form.fields["scheme"].queryset
    return render(request, "workflow/cycles/new.html", {"form": form, "schemes": schemes}, status=status)


def cycle(request: HttpRequest, pk: int) -> HttpResponse:
    """Where every register is: sections down, steps across; deadlines and what needs a look beside it."""
    row = _cycle(request.user, pk)
    spec, found = spec_of(row.scheme), board.boards(row)
    scopes = [scope for scope in spec.scopes if scope.key in found]
    chosen = next((scope for scope in scopes if scope.key == request.GET.get("scope")), scopes[0] if scopes else None)
    steps = spec.route(chosen.key).steps if chosen else ()
    page = Paginator(found[chosen.key].lines if chosen else [], LINES).get_page(request.GET.get("page"))
    run, dates = may_run(request.user, row), _dates(row)
    context = {
        "cycle": row,
        "spec": spec,
        "run": run,
        "scope": chosen,
        "tabs": [_tab(scope, found[scope.key].sum.total, chosen, "?scope={}") for scope in scopes],
        "steps": steps,
        "page": page,
        "lines": [(line, _cells(line, steps)) for line in page],
        "sum": found[chosen.key].sum if chosen else None,
        "sum_cells": _cells(found[chosen.key].sum, steps) if chosen else [],
        "totals": _totals(found),
        "dates": dates,
        "past": [one["date"].name for one in dates if one["past"]],
        "exchange": waiting.has_exchange(spec),
        "gaps": _gaps(row),
    }
    return render(request, "workflow/cycles/cycle.html", context)


def _cells(line: board.Line, steps) -> list[tuple[str, int]]:
    return [(step.key, line.steps.get(step.key, 0)) for step in steps]


def _tab(scope, count: int, chosen, url: str) -> dict:
    return {"label": scope.name, "count": count, "url": url.format(scope.key), "current": scope == chosen}


def _totals(found: dict[str, board.Board]) -> dict[str, int]:
    sums = [one.sum for one in found.values()]
    on_road = sum(sum(line.steps.values()) for line in sums)
    return {
        "all": sum(line.total for line in sums),
        "road": on_road,
        "in_force": sum(line.in_force for line in sums),
        "late": sum(line.late for line in sums),
    }


def _dates(row: Cycle) -> list[dict]:
    moved, today = board.moved_dates(row), timezone.localdate()
    return [
        {"date": date, "past": date.due_on < today, "reason": moved.get(date.pk, ("", None))[0],
         "first": moved.get(date.pk, ("", None))[1]}
        for date in row.dates.all()
    ]  # fmt: skip


def _gaps(row: Cycle) -> list[dict]:
    url = reverse("cycle_gaps", args=[row.pk])
    return [
        {"label": label, "count": rows(row).count(), "url": f"{url}?kind={kind}"}
        for kind, (label, _, rows) in GAPS.items()
    ]


GAPS = {
    "vacant": ("空缺岗位", "目前无人任职的岗位，其登记表等待任职或由办公室安排。", board.vacant_posts),
    "powerless": ("未列职权的岗位", "职权清单中没有这些岗位的职权，请先梳理职权。", board.posts_without_powers),
    "zero": ("零风险点登记表", "填报人签署了无风险点的理由；审核时应重点核实。", board.zero_registers),
}


def cycle_gaps(request: HttpRequest, pk: int) -> HttpResponse:
    """Vacant posts, posts without powers, registers without points: lists behind the counts of the board."""
    row = _cycle(request.user, pk)
    kind = request.GET.get("kind") if request.GET.get("kind") in GAPS else "vacant"
    label, text, rows = GAPS[kind]
    url = reverse("cycle_gaps", args=[row.pk])
    tabs = [{"label": told[0], "url": f"{url}?kind={key}", "current": key == kind} for key, told in GAPS.items()]
    context = {"cycle": row, "kind": kind, "label": label, "text": text, "tabs": tabs}
    return render(request, "workflow/cycles/gaps.html", context | {"page": page_of(request, rows(row))})


def cycle_registers(request: HttpRequest, pk: int) -> HttpResponse:
    """The registers behind a number of the board."""
    row = _cycle(request.user, pk)
    spec, chosen = spec_of(row.scheme), request.GET
    rows = board.filtered(row, chosen)
    page = page_of(request, board.in_tree_order(rows, related=("unit",)))
    context = {
        "cycle": row,
        "spec": spec,
        "page": page,
        "rows": board.rows_of(page, spec),
        "chosen": chosen,
        "steps": _steps(spec, chosen.get("scope", "")),
        "states": RegisterState.choices,
        "sections": row.bureau.get_children().open(),
        "several_scopes": not chosen.get("scope"),
    }
    return render(request, "workflow/cycles/registers.html", context)


def _steps(spec, scope: str) -> list:
    """The steps to choose from: of one road, or each name once over all roads."""
    steps = [step for route in spec.routes if scope in ("", route.scope) for step in route.steps]
    return list({step.key: step for step in steps}.values())


@require_POST
def cycle_open(request: HttpRequest, pk: int) -> HttpResponse:
    """开启登记; may be run again for posts that were added since."""
    row = _cycle(request.user, pk)
    opened = services.open_registers(by=request.user, cycle=row)
    text = f"已开启{opened.count}张登记表。" if opened.count else "没有需要新开启的登记表。"
    messages.success(request, text)
    if opened.skipped:
        named = "；".join(opened.skipped[:SHOWN])
        rest = f"；等{len(opened.skipped)}个" if len(opened.skipped) > SHOWN else ""
        messages.warning(request, f"未开启{len(opened.skipped)}张：{named}{rest}。")
    return redirect("cycle", pk=row.pk)


def cycle_date(request: HttpRequest, pk: int, date: int) -> HttpResponse:
    """Move one deadline."""
    row = _cycle(request.user, pk)
    require(request.user, Permission.RUN_CYCLE, row.bureau)
    one = get_object_or_404(CycleDate, pk=date, cycle=row)
    form, status = MoveDateForm(request.POST or None, date=one), 200
    if request.method == "POST" and form.is_valid():
        try:
            services.move_date(by=request.user, date=one, **form.cleaned_data)
        except NotNow as refusal:
            status = note_refusal(request, refusal)
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"“{one.name}”的期限已调整。")
            return redirect("cycle", pk=row.pk)
    history = one.history.select_related("history_user")
    context = {"cycle": row, "date": one, "form": form, "history": history}
    return render(request, "workflow/cycles/date.html", context, status=status)


def cycle_pairs(request: HttpRequest, pk: int) -> HttpResponse:
    """交叉互查: who looks at whose registers."""
    row = _cycle(request.user, pk)
    run = may_run(request.user, row)
    initial = {"unit": request.GET.get("unit")}
    form, status = PairForm(request.POST or None, cycle=row, initial=initial), 200
    if request.method == "POST" and form.is_valid():
        try:
            pair = services.choose_pair(by=request.user, cycle=row, **form.cleaned_data)
        except NotNow as refusal:
            status = note_refusal(request, refusal)
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"已确定由{pair.by_unit}检查{pair.unit}。")
            return redirect("cycle_pairs", pk=row.pk)
    context = {"cycle": row, "run": run, "form": form, "lines": waiting.pair_lines(row)}
    return render(request, "workflow/cycles/pairs.html", context, status=status)


def cycle_close(request: HttpRequest, pk: int) -> HttpResponse:
    """结束周期: only when nothing of it is on the road."""
    row = _cycle(request.user, pk)
    require(request.user, Permission.RUN_CYCLE, row.bureau)
    if request.method == "POST":
        services.close_cycle(by=request.user, cycle=row)
        messages.success(request, "周期已结束。")
        return redirect("cycle", pk=row.pk)
    left = Task.objects.filter(register__cycle=row, open=True).values("register").distinct().count()
    return render(request, "workflow/cycles/close.html", {"cycle": row, "left": left})
