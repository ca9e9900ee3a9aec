"""Personal data that is to be blanked by law: asked for, shown where it stands, confirmed by a second person."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from accounts.exceptions import NotAllowed
from accounts.models import User
from accounts.roles import Permission
from audit.protection import Protected, protected
from audit.redaction import Found
from registers import access
from registers.enums import RedactionState
from registers.forms.administration import RedactionForm, RejectForm
from registers.models import Redaction, Unit
from registers.paging import page_of
from registers.services import redactions as service
from registers.views.forms import keep

ANSWERS = {"confirm": "确认抹去，不能恢复"}
NOT_HIS = "抹去个人信息由纪检监察组和审计管理员办理。"
# Nobody learns here whether there are comments on notices (`workflow.recipients`): they are blanked, and not counted.
UNTOLD = ("workflow_comment", Redaction._meta.db_table)


def _bureaus(user: User) -> QuerySet[Unit]:
    """Bureaus where he is one of the two. Raises NotAllowed where there are none."""
    held = [grant.unit.bureau_id for grant in access.standing(user).grants_with(Permission.REDACT)]
    if not held:
        raise NotAllowed(NOT_HIS)
    return Unit.objects.filter(pk__in=held)


def _rows(user: User) -> QuerySet[Redaction]:
    return Redaction.objects.filter(bureau__in=_bureaus(user)).select_related("bureau", "proposed_by", "answered_by")


def redactions(request: HttpRequest) -> HttpResponse:
    """What was asked for, waiting or answered."""
    return render(request, "accounts/redactions.html", {"page": page_of(request, _rows(request.user))})


@never_cache
def redaction_add(request: HttpRequest) -> HttpResponse:
    """Ask for it; the next page shows where it stands."""
    form = RedactionForm(request.POST or None, bureaus=_bureaus(request.user))

    def act(form):
        return redirect("redaction", service.propose(by=request.user, **form.cleaned_data).pk)

    lead = "您提出，由另一人确认后抹去，不能恢复。谁、何时、做了什么仍留在记录里，核验照样通得过。"
    more = {"title": "抹去个人信息", "back": reverse("redactions"), "submit": "提出", "lead": lead}
    return keep(request, form=form, act=act, **more)


@never_cache
def redaction(request: HttpRequest, pk: int) -> HttpResponse:
    """Where it stands, and the second person's answer."""
    row = get_object_or_404(_rows(request.user), pk=pk)
    own = row.proposed_by_id == request.user.pk
    refusal = "" if own else service.refusal(request.user, row)
    waiting = row.state == RedactionState.WAITING
    context = {"row": row, "refusal": refusal}
    if waiting:
        found = service.find(row.bureau, row.datum)
        context |= {"places": told(found), "kept": found.kept}
    if not waiting or refusal:
        if request.method == "POST":
            raise NotAllowed(refusal or f"“{row}”{row.get_state_display()}。")
        return render(request, "accounts/redaction.html", context)

    def act(form):
        if form.cleaned_data["answer"] == "confirm":
            return service.confirm(by=request.user, row=row) and None
        return service.refuse(by=request.user, row=row, reason=form.cleaned_data["reason"])

    form = RejectForm(request.POST or None, own=own)
    form.fields["answer"].choices = [(key, ANSWERS.get(key, label)) for key, label in form.fields["answer"].choices]
    more = {"title": str(row), "back": reverse("redactions"), "submit": "办理", "done": "已办理。"}
    return keep(request, form=form, act=act, template="accounts/redaction.html", **more, **context)


def told(found: Found) -> list[tuple[str, str, int]]:
    """(table, its columns, in how many rows), as people call them."""
    tables = {one.table: one for one in protected()}
    rows: dict[str, list[dict[str, str]]] = {}
    for (table, _), columns in found.rows.items():
        if table not in UNTOLD:
            rows.setdefault(table, []).append(columns)
    return [(_called(tables[table]), _columns(tables[table], own), len(own)) for table, own in sorted(rows.items())]


def _called(one: Protected) -> str:
    past = getattr(one.model, "instance_type", None)  # of a table that keeps the history of another
    return f"{past._meta.verbose_name}的历史" if past else str(one.model._meta.verbose_name)


def _columns(one: Protected, rows: list[dict[str, str]]) -> str:
    names = {one.named(column) for columns in rows for column in columns}
    return "、".join(sorted(name for name in names if not name.isascii())) or "—"
