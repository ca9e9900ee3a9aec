"""表格版式: what a bureau has made of the plan's papers, changed beside a preview."""

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_safe

from accounts.exceptions import NotAllowed, Refused
from accounts.roles import Permission
from documents.lists.asked import Asked
from documents.lists.offered import newest_of
from documents.lists.papers import compose
from documents.papers import paper_of
from paper import render as as_html
from registers.access import business_units, require, standing
from registers.forms import layouts as typed
from registers.models import FormLayout, Scheme, Unit
from registers.paging import page_of
from registers.schemes import layouts
from registers.schemes.faults import SchemeError
from registers.schemes.model import Form, SchemeSpec
from registers.schemes.store import spec_of
from registers.services.layouts import PLAN, change_layout, layout_of, reset_layout
from registers.services.tracking import Outdated
from workflow.access import visible_registers

ROWS = 8  # of a list, in the preview
CHANGES = 10


@require_safe
def form_layouts(request: HttpRequest) -> HttpResponse:
    """All papers of the bureaus that he may configure."""
    bureaus = _kept(request)
    if not bureaus:
        raise NotAllowed("只有领导小组办公室可以修改本单位的表格版式。")
    asked = request.GET.get("unit", "")
    bureau = next((one for one in bureaus if str(one.pk) == asked), None) if asked else bureaus[0]
    if bureau is None:
        raise Http404
    own = set(FormLayout.objects.filter(bureau=bureau).values_list("scheme_key", "form_key"))
    schemes = [(scheme, layouts.spec_for(scheme, bureau.pk)) for scheme in newest_of(bureau)]
    context = {
        "bureau": bureau,
        "bureaus": bureaus,
        "schemes": [
            (spec, [(form, _title(form), (scheme.key, form.key) in own) for form in spec.forms])
            for scheme, spec in schemes
        ],
    }
    return render(request, "documents/layouts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def form_layout(request: HttpRequest, pk: int, scheme: str, key: str) -> HttpResponse:
    """One paper: its parts at the left, how it looks at the right. POST previews, or saves."""
    bureau, stored, plan = _place(request, pk, scheme, key)
    if request.method != "POST":
        return _page(request, bureau, stored, plan)
    body, seen = typed.read(request.POST, plan), _version(request)
    wants = request.POST.get("do")
    try:
        form = layouts.parsed(spec_of(stored), key, body)
        if wants == "save":
            change_layout(by=request.user, bureau=bureau, scheme=stored, key=key, body=body, seen=seen)
            return redirect("form_layout", bureau.pk, scheme, key)
    except SchemeError as error:
        wrong = [typed.sentence(fault, body) for fault in error.faults]
        if wants == "fragment":
            return render(request, "documents/_preview.html", {"wrong": wrong})
        return _page(request, bureau, stored, plan, body=body, wrong=wrong, seen=seen, status=422)
    except Outdated as refusal:
        return _page(request, bureau, stored, plan, body=body, wrong=[str(refusal)], seen=seen, status=409)
    if wants == "fragment":
        return render(request, "documents/_preview.html", {"preview": _preview(request, bureau, stored, form)})
    return _page(request, bureau, stored, plan, body=body, form=form, seen=seen)


@require_http_methods(["GET", "HEAD", "POST"])
def form_layout_reset(request: HttpRequest, pk: int, scheme: str, key: str) -> HttpResponse:
    """Back to the plan's own form, after a question."""
    bureau, stored, plan = _place(request, pk, scheme, key)
    row = layout_of(bureau, scheme, key)
    wrong = ""
    if request.method == "POST":
        try:
            reset_layout(by=request.user, bureau=bureau, scheme=stored, key=key, seen=_version(request))
            return redirect("form_layout", bureau.pk, scheme, key)
        except Refused as refusal:
            wrong = str(refusal)
    own = row and layouts.effective(spec_of(stored), key, row.body)
    context = {
        "bureau": bureau,
        "title": _title(plan),
        "version": row.version if row else PLAN,
        "changes": layouts.differences(own, plan) if own else [],
        "wrong": wrong,
        "back": reverse("form_layout", args=[pk, scheme, key]),
    }
    return render(request, "documents/layout_reset.html", context, status=409 if wrong else 200)


def _kept(request: HttpRequest) -> list[Unit]:
    """The bureaus whose papers he may change."""
    grants = standing(request.user).grants_with(Permission.RUN_CYCLE)
    found = {grant.unit.bureau_id for grant in grants}
    return list(business_units(request.user).filter(pk__in=found).order_by("sort_key", "pk"))


def _place(request: HttpRequest, pk: int, scheme: str, key: str) -> tuple[Unit, Scheme, Form]:
    """The bureau (404 for one that he may not see, else his right to configure it), the scheme, the plan's form."""
    bureau = get_object_or_404(business_units(request.user).filter(parent__isnull=True), pk=pk)
    require(request.user, Permission.RUN_CYCLE, bureau)
    stored = next((one for one in newest_of(bureau) if one.key == scheme), None)
    try:
        return bureau, stored, spec_of(stored).form(key)
    except (AttributeError, KeyError):
        raise Http404 from None


def _version(request: HttpRequest) -> int:
    given = request.POST.get("version", "")
    return int(given) if given.isdecimal() and len(given) < 9 else -1


def _page(request: HttpRequest, bureau: Unit, stored: Scheme, plan: Form, **given) -> HttpResponse:
    """The editing page; ``body`` is what was typed and is not saved."""
    spec, row = spec_of(stored), layout_of(bureau, stored.key, plan.key)
    held = (row and layouts.effective(spec, plan.key, row.body)) or plan
    form = given.get("form") or held
    shown = _typed(spec, plan, given["body"]) if given.get("body") else typed.page_of(spec, form)
    context = {
        "bureau": bureau,
        "spec": spec,
        "plan": plan,
        "title": _title(held),
        "own": row,
        "aside": row and held is plan,
        "version": given.get("seen", row.version if row else PLAN),
        "page": shown,
        "wrong": given.get("wrong", []),
        "unsaved": bool(given.get("body")),
        "preview": None if given.get("wrong") else _preview(request, bureau, stored, form),
        "changes": _changes(request, spec, bureau, plan),
        "reset_url": reverse("form_layout_reset", args=[bureau.pk, stored.key, plan.key]),
    }
    return render(request, "documents/layout.html", context, status=given.get("status", 200))


def _typed(spec: SchemeSpec, plan: Form, body: dict) -> typed.Page:
    """The inputs with what was typed, right or wrong."""
    return typed.page_of(spec, layouts.unchecked(plan, body))


def _preview(request: HttpRequest, bureau: Unit, stored: Scheme, form: Form) -> SafeString | None:
    """The paper of a real register that he may see, the newest in force first; None where there is none yet."""
    if form.over != "register":
        asked = Asked(form, spec_of(stored), bureau, reader=request.user)
        return as_html(compose(asked, range(ROWS)).document, heading="h3")
    rows = visible_registers(request.user).filter(bureau=bureau, scope=form.scope, scheme__key=stored.key)
    related = ("scheme", "bureau", "unit", "section", "post", "cycle", "filler")
    register = rows.select_related(*related).order_by("-in_force_from", "-pk").first()
    return as_html(paper_of(register, form)[0], heading="h3") if register else None


def _changes(request: HttpRequest, spec: SchemeSpec, bureau: Unit, plan: Form):
    """Who changed what, the newest first, each against what was printed before."""
    rows = FormLayout.history.filter(bureau_id=bureau.pk, scheme_key=spec.key, form_key=plan.key)
    page = page_of(request, rows.select_related("history_user").order_by("-history_id"), CHANGES)
    held = list(page)
    older = rows.filter(history_id__lt=held[-1].history_id).order_by("-history_id").first() if held else None
    page.changes = [
        {"at": row.history_date, "who": row.history_user or "系统", "changes": _difference(spec, plan, before, row)}
        for row, before in zip(held, [*held[1:], older][: len(held)], strict=True)
    ]
    return page


def _difference(spec: SchemeSpec, plan: Form, before, row) -> list[dict[str, str]]:
    return layouts.differences(_as_of(spec, plan, before), _as_of(spec, plan, row))


def _as_of(spec: SchemeSpec, plan: Form, row) -> Form:
    """What was printed after that change: nothing kept, or given up, is the plan's own."""
    if row is None or row.history_type == "-":
        return plan
    return layouts.unchecked(plan, json.loads(row.body))


def _title(form: Form) -> str:
    return f"{form.number} {form.title.replace('{bureau}', '')}".strip()
