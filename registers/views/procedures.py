"""The table of steps of a procedure: every button posts the whole table, so nothing typed is lost without script."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.exceptions import NotNow
from accounts.models import User
from paper.flow import draw
from registers import access
from registers.forms.organisation import ReasonForm
from registers.forms.powers import ProcedureForm, StepForm, StepFormSet
from registers.models import Procedure
from registers.procedures import check, table
from registers.procedures.flows import FIELDS, flow_of_rows, marks_of
from registers.services import procedures as service
from registers.services.powers import require_keeper
from registers.services.tracking import Outdated
from registers.views.forms import keep
from registers.views.power_keeping import kept_power
from registers.views.powers import points_shown

BLANK_ROWS = 3  # in the table of a procedure without steps


def _kept(user: User, pk: int) -> Procedure:
    rows = Procedure.objects.filter(power__in=access.visible_powers(user)).select_related("power__unit")
    procedure = get_object_or_404(rows, pk=pk)
    require_keeper(user, procedure.power.unit)
    return procedure


def procedure_add(request: HttpRequest, pk: int) -> HttpResponse:
    power = kept_power(request.user, pk)
    form = ProcedureForm(request.POST or None, initial={"name": f"{power}流程"})

    def act(form):
        procedure = service.add_procedure(by=request.user, power=power, name=form.cleaned_data["name"])
        return redirect("procedure", pk=procedure.pk)

    back = reverse("power", args=[pk])
    lead = "先写流程名称，下一页逐个写环节。"
    return keep(request, form=form, act=act, title=f"登记“{power}”的流程", back=back, submit="下一步", lead=lead)


def procedure_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a procedure with its steps, on a page of its own."""
    procedure = _kept(request.user, pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)

    def act(form):
        service.remove_procedure(by=request.user, procedure=procedure, reason=form.cleaned_data["reason"])

    back = reverse("power", args=[procedure.power_id])
    lead = "流程和它的环节将从职权中删去，历史仍可查。"
    title = f"删除流程“{procedure}”"
    return keep(
        request, form=form, act=act, title=title, back=back, submit="删除", lead=lead, danger=True, done="已删除。"
    )


def procedure(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the table; each button writes it, and 增加/上移/下移/删除/看图 changes or shows it on the way."""
    row = _kept(request.user, pk)
    if request.method != "POST":
        return _table(request, row, _stored(row), name=row.name, seen=service.stamp(row))
    name, seen = request.POST.get("name", "").strip()[:200], request.POST.get("seen", "")
    typed = StepFormSet(request.POST, prefix="step")
    if not typed.is_valid() or not name:
        wrong = "请写流程名称。" if not name else ""
        return _table(request, row, typed, name=name, seen=seen, wrong=wrong, status=422)
    act = request.POST.get("act", "save")
    rows = table.compacted([None if _empty(form) else form.cleaned_data for form in typed])
    if act != "save":
        rows = table.rearranged(rows, act)
        return _table(request, row, _formset(rows), rows=rows, name=name, seen=seen, changed=True)
    return _save(request, row, rows, name=name, seen=seen)


def _save(request: HttpRequest, row: Procedure, rows: list[dict], *, name: str, seen: str) -> HttpResponse:
    context = {"rows": rows, "name": name}
    if faults := check.read(rows).faults:
        return _table(request, row, _formset(rows), seen=seen, faults=faults, status=422, **context)
    try:
        service.keep_steps(by=request.user, procedure=row, name=name, steps=rows, seen=seen)
    except Outdated as conflict:
        stored = list(row.steps.all())
        again = service.stamp(row)
        return _table(
            request, row, _formset(rows), seen=again, wrong=str(conflict), stored=stored, status=409, **context
        )
    except NotNow as refusal:
        return _table(request, row, _formset(rows), seen=seen, wrong=str(refusal), status=409, **context)
    messages.success(request, "流程已保存。")
    return redirect("power", pk=row.power_id)


def _empty(form: StepForm) -> bool:
    return not form.cleaned_data or not form.says_something()


def _stored(row: Procedure):
    steps = list(row.steps.values("id", *service.STEP_FIELDS))
    return _formset(steps or [{}] * BLANK_ROWS)


def _formset(rows: list[dict]):
    formset = StepFormSet(initial=rows, prefix="step")
    formset.extra = 0
    return formset


def _table(
    request: HttpRequest, row: Procedure, formset, *, rows: list[dict] | None = None, status: int = 200, **context
) -> HttpResponse:
    """The page; its diagram is that of `rows`, or of what is stored."""
    named = [step for step in (list(row.steps.values(*FIELDS)) if rows is None else rows) if step.get("name")]
    ranks = marks_of([row], points_shown(request.user))
    flow = flow_of_rows(row.name, named, ranks=ranks)
    context |= {
        "procedure": row,
        "power": row.power,
        "formset": formset,
        "diagram": draw(flow) if flow else "",
        "warnings": check.read(named).warnings,
    }
    return render(request, "registers/powers/procedure.html", context, status=status)
