"""All versions of what one subject declared, two of them side by side, and what held on a day."""

import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from registers.models import Register
from registers.paging import page_of
from registers.schemes.store import spec_of
from workflow.access import get_visible, visible_registers
from workflow.history import comparison
from workflow.models import Seal
from workflow.views.register import crumbs


@require_GET
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """?a= and ?b= name two seals to compare, ?day= asks what held on that day."""
    register = get_visible(request.user, pk)
    rows = visible_registers(request.user).filter(subject_key=register.subject_key, scope=register.scope)
    rows = rows.select_related("cycle", "filler").order_by("-version", "-pk")
    page = page_of(request, rows)
    seals = list(
        Seal.objects.filter(register__in=rows.order_by().values("pk"))
        .defer("content")
        .select_related("register__cycle")
        .order_by("-pk")[:100]
    )
    old, new = _two(request, seals, register)
    day = _day(request)
    context = {
        "register": register,
        "crumbs": crumbs(register, ("登记表", reverse("register", args=[pk])), ("版本", "")),
        "page": page,
        "seals": seals,
        "old": old,
        "new": new,
        "compared": comparison(old, new, spec_of(register.scheme)) if old and new else None,
        "day": day,
        "held": rows.filter(pk__in=Register.objects.as_of(day).order_by().values("pk")).first() if day else None,
    }
    return render(request, "workflow/versions/versions.html", context)


def _two(request: HttpRequest, seals: list[Seal], register: Register) -> tuple[Seal | None, Seal | None]:
    """The seals asked for, in the order of their making; else the newest of this version and the one before it.

    What was issued is compared with the version before: against its own last submission nothing differs.
    """
    asked = {request.GET.get("a"), request.GET.get("b")}
    found = [seal for seal in seals if str(seal.pk) in asked]
    if not found:
        own = [seal for seal in seals if seal.register_id == register.pk][:1]
        before = [seal for seal in seals if own and seal.pk < own[0].pk and seal.digest != own[0].digest]
        former = [seal for seal in before if own[0].issue and seal.register_id != register.pk]
        found = own + (former or before)[:1]
    return (found[-1], found[0]) if len(found) > 1 else (None, None)


def _day(request: HttpRequest) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return None
