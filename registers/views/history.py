"""Who changed what, when, why, from what to what: one page for every tracked object."""

from collections.abc import Callable

from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.models import User
from accounts.roles import Permission
from registers import access
from registers.changes import changes
from registers.models import (
    Appointment,
    Charge,
    Cycle,
    CycleDate,
    Post,
    Power,
    Procedure,
    ProcedureStep,
    Regulation,
    RoleGrant,
    Unit,
)
from registers.paging import page_of
from registers.people import kept_accounts
from registers.powers import words_of

SIZE = 30


# Each object is as visible as what it belongs to.
TRACKED: dict[type[Model], Callable[[User], QuerySet]] = {
    Unit: access.visible_units,
    Post: lambda user: Post.objects.filter(unit__in=access.visible_units(user)),
    Appointment: lambda user: Appointment.objects.filter(post__unit__in=access.visible_units(user)),
    Charge: lambda user: Charge.objects.filter(post__unit__in=access.visible_units(user)),
    User: lambda user: kept_accounts(access.standing(user).bureaus_with(Permission.KEEP_ACCOUNTS)),
    RoleGrant: lambda user: RoleGrant.objects.filter(unit__in=access.visible_units(user)),
    Power: access.visible_powers,
    Procedure: lambda user: Procedure.objects.filter(power__in=access.visible_powers(user)),
    ProcedureStep: lambda user: ProcedureStep.objects.filter(procedure__power__in=access.visible_powers(user)),
    Regulation: lambda user: Regulation.objects.filter(bureau__in=access.business_units(user)),
    Cycle: lambda user: Cycle.objects.filter(bureau__in=access.business_units(user)),
    CycleDate: lambda user: CycleDate.objects.filter(cycle__bureau__in=access.business_units(user)),
}
BY_NAME = {model._meta.model_name: model for model in TRACKED}


def history(request: HttpRequest, model: str, pk: int) -> HttpResponse:
    """The changes of one object, newest first."""
    if model not in BY_NAME:
        raise Http404
    kind = BY_NAME[model]
    row = get_object_or_404(TRACKED[kind](request.user), pk=pk)
    page = page_of(request, row.history.select_related("history_user").order_by("-history_id"), SIZE)
    shown = list(page)
    before = row.history.filter(history_id__lt=shown[-1].history_id).order_by("-history_id").first() if shown else None
    context = {
        "row": row,
        "kind": kind._meta.verbose_name,
        "page": page,
        "changes": changes(shown, before, _words(row)),
        "back": _page_of_row(row),
    }
    return render(request, "registers/organisation/history.html", context)


def _words(row: Model) -> dict[str, dict[str, str]]:
    """The scheme's names of what the object keeps as keys."""
    if not isinstance(row, Power):
        return {}
    words = words_of(row.bureau)
    return {"kind": words.kinds, "area": words.areas}


def _page_of_row(row: Model) -> tuple[str, int] | None:
    """Name and key of the page that the object is shown on, where this app has one."""
    if isinstance(row, Unit | Post | Power | Regulation):
        return row._meta.model_name, row.pk
    if isinstance(row, Appointment | Charge):
        return "post", row.post_id
    if isinstance(row, Procedure):
        return "power", row.power_id
    if isinstance(row, ProcedureStep):
        return "procedure", row.procedure_id
    if isinstance(row, User):
        return "account_keep", row.pk
    return None
