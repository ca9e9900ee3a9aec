"""Import of a table: upload, preview with every error by cell, confirm."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.exceptions import NotAllowed, NotNow
from accounts.models import User
from accounts.roles import Permission
from audit.models import Event
from registers import access
from registers.forms.importing import UploadForm
from registers.importing import uploads
from registers.importing.apply import VERB, apply_import, check_repeat
from registers.importing.guards import Unreadable
from registers.importing.plan import make_plan
from registers.importing.planned import ImportPlan, PlannedRow
from registers.importing.reading import read
from registers.models import Cycle, Register, Unit
from registers.schemes.model import SchemeSpec
from registers.schemes.store import spec_of

SHOWN_ROWS = 200
SHOWN_MESSAGES = 200
COUNTS = (
    ("read", "表中行"),
    ("registers", "登记表"),
    ("rows", "登记行"),
    ("posts", "新设岗位"),
    ("powers", "新增职权"),
    ("points", "风险点"),
    ("controls", "防控措施"),
)


def import_units(user: User):
    """The open units that he may import into (404 for the page of somebody without any)."""
    me = access.standing(user)
    units = Unit.objects.none()
    for grant in me.grants_with(Permission.IMPORT):
        units |= Unit.objects.filter(access.scope(grant.unit), bureau_id=grant.unit.bureau_id)
    return units.open().order_by("tree_id", "lft")


def upload(request: HttpRequest) -> HttpResponse:
    """Choose cycle, unit and file; a file that cannot be taken is refused on the form."""
    units = import_units(request.user)
    if not units.exists():
        raise NotAllowed("只有领导小组办公室可以导入表格。")
    form = UploadForm(request.POST or None, request.FILES or None, units=units)
    status = 200
    if request.method == "POST" and form.is_valid():
        data, given = form.cleaned_data["file"].read(), form.cleaned_data
        try:
            read(data)
        except Unreadable as fault:
            form.add_error("file", str(fault))
        else:
            kept = uploads.keep(
                data=data, by=request.user, unit=given["unit"].pk, cycle=given["cycle"].pk, name=given["file"].name
            )
            return redirect("import_preview", token=kept.token)
    if form.errors:
        status = 422
    return render(request, "registers/importing/upload.html", {"form": form}, status=status)


def preview(request: HttpRequest, token: str) -> HttpResponse:
    """What the import would make, every error by cell; confirmed, it is made as a whole."""
    kept = uploads.find(token, request.user)
    if kept is None:
        if request.method == "POST":
            raise uploads.gone()
        raise Http404
    unit = get_object_or_404(import_units(request.user), pk=kept.unit)
    cycle = get_object_or_404(Cycle.objects.select_related("scheme"), pk=kept.cycle, bureau_id=unit.bureau_id)
    refusal, status = "", 200
    if request.method == "POST":
        if request.POST.get("act") == "cancel":
            uploads.forget(kept)
            return redirect("import")
        try:
            made = apply_import(
                data=kept.data,
                unit=unit,
                cycle=cycle,
                by=request.user,
                name=kept.name,
                seen=request.POST.get("seen", ""),
            )
        except NotNow as fault:
            refusal, status = str(fault), 409
        else:
            uploads.forget(kept)
            return redirect("import_done", event=made.event)
    plan = make_plan(data=kept.data, unit=unit, cycle=cycle)
    if not refusal and not plan.errors:
        refusal = _repeated(cycle, plan)
    context = _shown(plan, spec_of(cycle.scheme)) | {
        "upload": kept,
        "unit": unit,
        "cycle": cycle,
        "refusal": refusal,
        "may_confirm": not plan.errors and not (refusal and status == 200),
    }
    return render(request, "registers/importing/preview.html", context, status=status)


def _repeated(cycle: Cycle, plan: ImportPlan) -> str:
    try:
        check_repeat(cycle, plan)
    except NotNow as fault:
        return str(fault)
    return ""


def _shown(plan: ImportPlan, spec: SchemeSpec) -> dict:
    counts = plan.counts()
    return {
        "seen": plan.digest(),
        "counts": [(label, counts[key]) for key, label in COUNTS],
        "errors": plan.errors[:SHOWN_MESSAGES],
        "error_count": len(plan.errors),
        "warnings": plan.warnings[:SHOWN_MESSAGES],
        "warning_count": len(plan.warnings),
        "rows": [_row(row, spec) for row in plan.rows[:SHOWN_ROWS]],
        "row_count": len(plan.rows),
        "sheets": len({row.sheet for row in plan.rows}) > 1,
    }


def _row(row: PlannedRow, spec: SchemeSpec) -> dict:
    levels = {level.rank: level for level in spec.levels}
    kinds = {kind.key: kind.name for kind in (*spec.kinds, *spec.classes)}
    return {
        "sheet": row.sheet,
        "number": row.number,
        "register": row.register.subject_name,
        "post": row.post,
        "power": row.power,
        "matter": row.matter,
        "points": [(p, levels.get(p.rank), kinds.get(p.kind or p.klass, "")) for p in row.points],
        "controls": [(c, None if c.point is None or len(row.points) < 2 else c.point + 1) for c in row.controls],
        "responsible": "、".join(row.responsible.values()),
    }


def done(request: HttpRequest, event: int) -> HttpResponse:
    """What was made, with links to the registers. Only for who imported."""
    row = get_object_or_404(Event, pk=event, verb=VERB, actor=request.user.pk)
    registers = access.visible_registers(request.user).filter(pk__in=[int(pk) for pk in row.detail["registers"]])
    counts = row.detail["counts"]
    context = {
        "name": row.object_label,
        "counts": [(label, counts[key]) for key, label in COUNTS],
        "registers": Register.objects.filter(pk__in=registers.values("pk"))
        .select_related("unit", "post")
        .order_by("pk"),
    }
    return render(request, "registers/importing/done.html", context)
