"""Import of units, people, regulations, powers and accounts: template, upload, preview by cell, confirm."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts.downloads import download
from accounts.exceptions import NotAllowed, NotNow
from accounts.models import User
from audit import services as audit
from audit.models import Event
from registers.forms.catalogue import CatalogueForm
from registers.importing import uploads
from registers.importing.background import job_of
from registers.importing.catalogue import background
from registers.importing.catalogue.apply import VERB, apply_catalogue, make_plan
from registers.importing.catalogue.catalogue import Catalogue
from registers.importing.catalogue.kinds import CATALOGUES, open_to
from registers.importing.catalogue.planned import SAME, CataloguePlan
from registers.importing.guards import Unreadable
from registers.importing.reading import mark
from registers.importing.remarks import notes_of
from registers.importing.uploads import Upload
from registers.models import Unit
from registers.paging import page_of

SHOWN = 50


def catalogues(request: HttpRequest) -> HttpResponse:
    """What he may import."""
    found = open_to(request.user)
    if not found:
        raise NotAllowed("导入由领导小组办公室、机构负责人（职权）和系统管理员（账号）办理。")
    return render(request, "registers/catalogue/index.html", {"catalogues": found})


def catalogue_of(user: User, kind: str) -> Catalogue:
    """The kind of import. 404 for none of that name, NotAllowed for whom it is not."""
    if kind not in CATALOGUES:
        raise Http404
    if not CATALOGUES[kind].places(user).exists():
        raise NotAllowed(f"您不能导入{CATALOGUES[kind].name}。")
    return CATALOGUES[kind]


def catalogue(request: HttpRequest, kind: str) -> HttpResponse:
    """Choose unit and file; a file that cannot be taken is refused on the form."""
    chosen = catalogue_of(request.user, kind)
    form = CatalogueForm(request.POST or None, request.FILES or None, places=chosen.places(request.user))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            kept = uploads.keep(
                data=given["file"].read(),
                by=request.user,
                unit=given["unit"].pk,
                cycle=0,
                name=given["file"].name,
                decided={"catalogue": kind},
            )
        except Unreadable as fault:
            form.add_error("file", str(fault))
        else:
            return redirect("catalogue_preview", kind=kind, token=kept.token)
    context = {"catalogue": chosen, "form": form, "places": chosen.places(request.user)}
    return render(request, "registers/catalogue/upload.html", context, status=422 if form.errors else 200)


def preview(request: HttpRequest, kind: str, token: str) -> HttpResponse:
    """What the import would add and change, every error by cell; confirmed, it is made as a whole."""
    chosen = catalogue_of(request.user, kind)
    kept = _own(request, kind, token)
    if kept.event:
        return redirect("catalogue_done", event=kept.event)
    place = get_object_or_404(chosen.places(request.user), pk=kept.unit)
    if request.method != "POST":
        return _page(request, chosen, kept, place)
    if request.POST.get("act") == "cancel":
        uploads.forget(kept)
        return redirect("catalogue", kind=kind)
    seen = request.POST.get("seen", "")
    try:
        if background.is_long(kept):
            job = background.ask(catalogue=chosen, upload=kept, place=place, seen=seen, by=request.user)
            return redirect("job_detail", job.pk)
        made = apply_catalogue(
            catalogue=chosen, sheets=kept.sheets, place=place, by=request.user, name=kept.name, seen=seen
        )
    except NotNow as fault:
        return _page(request, chosen, kept, place, refusal=str(fault))
    uploads.finish(kept, made.event)
    return redirect("catalogue_done", event=made.event)


@require_safe
def marked(request: HttpRequest, kind: str, token: str) -> HttpResponse:
    """The user's own file with a column 「问题」 and the cells marked."""
    chosen = catalogue_of(request.user, kind)
    kept = _own(request, kind, token)
    place = get_object_or_404(chosen.places(request.user), pk=kept.unit)
    try:
        data = mark(kept.data, notes_of(make_plan(chosen, kept.sheets, place, request.user)))
    except Unreadable as fault:
        raise NotNow(f"原表不能标注：{fault}") from fault
    name = f"（标注问题）{kept.name}"
    audit.record_taking(by=request.user, name=name, bureau=place.bureau_id)
    return download(data, name)


def done(request: HttpRequest, event: int) -> HttpResponse:
    """What was made. Only for who imported."""
    row = get_object_or_404(Event, pk=event, verb=VERB, actor=request.user.pk)
    chosen = CATALOGUES.get(row.detail["kind"])
    context = {"name": row.object_label, "counts": row.detail["counts"], "catalogue": chosen}
    return render(request, "registers/catalogue/done.html", context)


def _own(request: HttpRequest, kind: str, token: str) -> Upload:
    kept = uploads.find(token, request.user)
    if kept is not None and kept.decided.get("catalogue") == kind:
        return kept
    if request.method == "POST":
        raise uploads.gone()
    raise Http404


def _page(request: HttpRequest, chosen: Catalogue, kept: Upload, place: Unit, refusal: str = "") -> HttpResponse:
    plan: CataloguePlan = make_plan(chosen, kept.sheets, place, request.user)
    job = job_of(kept, request.user)
    changes = sorted(plan.changes, key=lambda change: change.action == SAME)  # what is to be written comes first
    fresh = bool(changes) and changes[0].action != SAME
    context = {
        "catalogue": chosen,
        "upload": kept,
        "place": place,
        "seen": plan.digest(),
        "counts": plan.counts(),
        "errors": page_of(request, plan.errors, SHOWN, name="errors"),
        "warnings": page_of(request, plan.warnings, SHOWN, name="warnings"),
        "page": page_of(request, changes, SHOWN),
        "refusal": refusal,
        "fresh": fresh,
        "may_confirm": fresh and not plan.errors and not job,
        "job": job,
        "long": background.is_long(kept),
    }
    return render(request, "registers/catalogue/preview.html", context, status=409 if refusal else 200)
