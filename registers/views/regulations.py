"""The regulations of a bureau."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.models import User
from accounts.roles import Permission
from registers import access
from registers.enums import RegulationChange
from registers.forms.organisation import EndForm
from registers.forms.powers import RegulationForm
from registers.models import Regulation
from registers.paging import page_of
from registers.services import regulations as service
from registers.views.forms import keep
from registers.views.powers import chosen_unit


def regulations(request: HttpRequest) -> HttpResponse:
    """The list, with how many powers each backs."""
    unit = chosen_unit(request)
    if unit is None:
        return render(request, "registers/powers/none.html")
    bureau, get = unit.bureau, request.GET
    words, change = get.get("q", "").strip()[:100], get.get("change", "")
    rows = Regulation.objects.filter(bureau=bureau)
    if not get.get("closed"):
        rows = rows.filter(closed_on__isnull=True)
    if words:
        rows = rows.filter(Q(title__icontains=words) | Q(number__icontains=words))
    if change in RegulationChange.values:
        rows = rows.filter(change=change)
    page = page_of(request, rows.order_by("title", "pk"))
    shown = Regulation.objects.filter(pk__in=[row.pk for row in page]).order_by()
    counts = dict(shown.values_list("pk").annotate(n=Count("powers", filter=Q(powers__closed_on__isnull=True))))
    context = {
        "bureau": bureau,
        "page": page,
        "rows": [(row, counts.get(row.pk, 0)) for row in page],
        "words": words,
        "change": change,
        "closed": bool(get.get("closed")),
        "changes": RegulationChange.choices,
        "keeps": access.standing(request.user).may_own(Permission.KEEP_POWERS, bureau),
    }
    return render(request, "registers/powers/regulations.html", context)


def regulation(request: HttpRequest, pk: int) -> HttpResponse:
    """One regulation with the powers that it backs."""
    row = _seen(request.user, pk)
    powers = access.visible_powers(request.user).filter(regulations=row).open().select_related("unit", "post")
    facts = [
        ("文号", row.number),
        ("建设情况", row.get_change_display()),
        ("印发日期", row.issued_on),
        ("废止日期", row.closed_on),
        ("说明", row.note),
    ]
    context = {"regulation": row, "facts": facts, "page": page_of(request, powers.order_by("unit__lft", "order", "pk"))}
    context["keeps"] = access.standing(request.user).may_own(Permission.KEEP_POWERS, row.bureau) and not row.closed_on
    return render(request, "registers/powers/regulation.html", context)


def _seen(user: User, pk: int) -> Regulation:
    rows = Regulation.objects.filter(bureau__in=access.business_units(user)).select_related("bureau")
    return get_object_or_404(rows, pk=pk)


def _kept(user: User, pk: int) -> Regulation:
    row = _seen(user, pk)
    service.require_office(user, row.bureau)
    return row


def regulation_add(request: HttpRequest, bureau: int) -> HttpResponse:
    unit = get_object_or_404(access.business_units(request.user), pk=bureau, parent__isnull=True)
    service.require_office(request.user, unit)
    form = RegulationForm(request.POST or None, instance=Regulation())

    def act(form):
        row = service.add_regulation(by=request.user, bureau=unit, reason=form.about()["reason"], **form.given())
        messages.success(request, f"已登记《{row}》。")
        return redirect("regulation", pk=row.pk)

    back = f"{reverse('regulations')}?unit={unit.pk}"
    return keep(request, form=form, act=act, title=f"登记“{unit}”的制度", back=back, submit="登记")


def regulation_change(request: HttpRequest, pk: int) -> HttpResponse:
    row = _kept(request.user, pk)
    title = f"修改《{row}》"
    form = RegulationForm(request.POST or None, instance=row)

    def act(form):
        service.change_regulation(by=request.user, regulation=row, **form.about(), **form.given())

    return keep(request, form=form, act=act, title=title, back=reverse("regulation", args=[pk]))


def regulation_close(request: HttpRequest, pk: int) -> HttpResponse:
    row = _kept(request.user, pk)
    form = EndForm(request.POST or None, row=row)

    def act(form):
        service.close_regulation(by=request.user, regulation=row, on=form.cleaned_data["ends_on"], **form.about())

    back = reverse("regulation", args=[pk])
    return keep(request, form=form, act=act, title=f"废止《{row}》", back=back, submit="废止", danger=True)
