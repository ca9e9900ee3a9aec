"""Import of a table: upload, preview with every error by cell, decisions about columns and words, confirm."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.downloads import download
from accounts.exceptions import NotAllowed, NotNow
from accounts.models import User
from accounts.roles import Permission
from audit import services as audit
from audit.models import Event
from registers import access
from registers.forms.importing import UploadForm
from registers.importing import background, uploads
from registers.importing.apply import VERB, apply_import, check_repeat
from registers.importing.display import counts_shown, input_of, questions_shown, shown
from registers.importing.guards import Unreadable
from registers.importing.heading_memory import decided, remember_headings
from registers.importing.mapping import chosen_columns, chosen_words, groups_of_sheets
from registers.importing.plan import make_plan
from registers.importing.planned import ImportPlan
from registers.importing.reading import mark
from registers.importing.remarks import notes_of
from registers.importing.uploads import Upload
from registers.importing.vocabulary import titles_of
from registers.models import Cycle, Register, Unit
from registers.paging import page_of
from registers.schemes.store import spec_of


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
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        asked = {"unit": given["unit"].pk, "cycle": given["cycle"].pk, "name": given["file"].name}
        try:
            kept = uploads.keep(data=given["file"].read(), by=request.user, **asked)
        except Unreadable as fault:
            form.add_error("file", str(fault))
        else:
            return redirect("import_preview", token=kept.token)
    return render(request, "registers/importing/upload.html", {"form": form}, status=422 if form.errors else 200)


def preview(request: HttpRequest, token: str) -> HttpResponse:
    """What the import would make, every error by cell; confirmed, it is made as a whole."""
    kept = _own(request, token)
    if kept.event:
        return redirect("import_done", event=kept.event)
    unit, cycle = _place(request, kept)
    if request.method != "POST":
        return _page(request, kept, unit, cycle)
    if request.POST.get("act") == "cancel":
        uploads.forget(kept)
        return redirect("import")
    seen = request.POST.get("seen", "")
    try:
        if background.is_long(kept):
            return redirect("job_detail", background.ask(upload=kept, unit=unit, seen=seen, by=request.user).pk)
        made = apply_import(
            sheets=kept.sheets,
            unit=unit,
            cycle=cycle,
            by=request.user,
            name=kept.name,
            seen=seen,
            choices=kept.choices,
        )
    except NotNow as fault:
        return _page(request, kept, unit, cycle, refusal=str(fault))
    uploads.finish(kept, made.event)
    return redirect("import_done", event=made.event)


@require_POST
def decide(request: HttpRequest, token: str) -> HttpResponse:
    """Which column is what, and what unknown words mean; columns are kept for the bureau's next table."""
    kept = _own(request, token)
    unit, cycle = _place(request, kept)
    sheets = kept.sheets
    plan = make_plan(sheets=sheets, unit=unit, cycle=cycle, choices=kept.choices)
    names = {input_of(question): question.key for question in questions_shown(plan)}
    choices = chosen_columns(request.POST, groups_of_sheets(plan.layouts), kept.choices)
    kept = uploads.decide(kept, chosen_words(request.POST, names, choices))
    after = make_plan(sheets=sheets, unit=unit, cycle=cycle, choices=kept.choices)
    titles = titles_of(spec_of(cycle.scheme).forms)
    remember_headings(unit=unit, headings=decided(after.layouts), by=request.user, titles=titles)
    return redirect("import_preview", token=token)


@require_safe
def marked(request: HttpRequest, token: str) -> HttpResponse:
    """The user's own file with a column 「问题」 and the cells marked."""
    kept = _own(request, token)
    unit, cycle = _place(request, kept)
    plan = make_plan(sheets=kept.sheets, unit=unit, cycle=cycle, choices=kept.choices)
    try:
        data = mark(kept.data, notes_of(plan))
    except Unreadable as fault:
        raise NotNow(f"原表不能标注：{fault}") from fault
    name = f"（标注问题）{kept.name}"
    audit.record_taking(by=request.user, name=name, bureau=unit.bureau_id)
    return download(data, name)


def done(request: HttpRequest, event: int) -> HttpResponse:
    """What was made, with links to the registers. Only for who imported."""
    row = get_object_or_404(Event, pk=event, verb=VERB, actor=request.user.pk)
    registers = access.visible_registers(request.user).filter(pk__in=[int(pk) for pk in row.detail["registers"]])
    found = Register.objects.filter(pk__in=registers.values("pk")).select_related("unit", "post").order_by("pk")
    page = page_of(request, found)
    context = {"name": row.object_label, "counts": counts_shown(row.detail["counts"]), "page": page}
    return render(request, "registers/importing/done.html", context)


def _own(request: HttpRequest, token: str) -> Upload:
    kept = uploads.find(token, request.user)
    if kept is not None:
        return kept
    if request.method == "POST":
        raise uploads.gone()
    raise Http404


def _place(request: HttpRequest, kept: Upload) -> tuple[Unit, Cycle]:
    unit = get_object_or_404(import_units(request.user), pk=kept.unit)
    return unit, get_object_or_404(Cycle.objects.select_related("scheme"), pk=kept.cycle, bureau_id=unit.bureau_id)


def _page(request: HttpRequest, kept: Upload, unit: Unit, cycle: Cycle, refusal: str = "") -> HttpResponse:
    plan = make_plan(sheets=kept.sheets, unit=unit, cycle=cycle, choices=kept.choices)
    repeated = "" if refusal or plan.errors else _repeated(cycle, plan)
    context = shown(request, plan, spec_of(cycle.scheme)) | {
        "upload": kept,
        "unit": unit,
        "cycle": cycle,
        "refusal": refusal or repeated,
        "may_confirm": not plan.errors and not repeated,
        "job": background.job_of(kept, request.user),
        "long": background.is_long(kept),
    }
    return render(request, "registers/importing/preview.html", context, status=409 if refusal else 200)


def _repeated(cycle: Cycle, plan: ImportPlan) -> str:
    try:
        check_repeat(cycle, plan)
    except NotNow as fault:
        return str(fault)
    return ""
