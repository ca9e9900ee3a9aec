"""Who holds which role: proposed by one, confirmed by another; and the appointments that wait for confirmation."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from accounts.exceptions import NotAllowed
from accounts.models import User
from accounts.roles import Permission
from registers import access, two_persons
from registers.forms.administration import GrantForm, RejectForm
from registers.forms.organisation import EndForm
from registers.models import Appointment, Charge, RoleGrant, Unit
from registers.paging import page_of
from registers.services import appointments, keeping
from registers.services import roles as role_services
from registers.views.forms import keep

MOST = 100  # of a kind that wait and are shown at once
POST_PARTS = ("post__unit", "post__bureau", "proposed_by")
POSTS = {"appointment": Appointment, "charge": Charge}
NOT_HIS = "角色由安全管理员或办公室提出，由另一人确认。"
ASKED = "已提出，等另一人确认后生效。"


def codes_page(request: HttpRequest, codes: list[tuple[User, str]] | None) -> HttpResponse | None:
    """The codes that a confirmation made, shown once; None where there are none."""
    return render(request, "accounts/codes.html", {"codes": codes}) if codes else None


@dataclass(frozen=True)
class Waiting:
    """Something that waits for a second person, and why it is not he, if so."""

    what: str
    row: Any
    unit: Unit
    day: Any
    by: User | None
    refusal: str
    url: str
    own: bool


def _places(user: User) -> QuerySet[Unit]:
    """Units whose roles he may look at. Raises NotAllowed where there are none."""
    me = access.standing(user)
    if not me.grants_with(Permission.CONFIRM_ROLES) and not me.grants_with(Permission.KEEP_ORGANISATION):
        raise NotAllowed(NOT_HIS)
    return two_persons.places(user)


def _gives(user: User) -> QuerySet[Unit]:
    """Units at which he ends roles and confirms appointments. Raises NotAllowed where there are none."""
    where = access.standing(user).units_with(Permission.GRANT_ROLES)
    if where is None:
        raise NotAllowed("这一项只由安全管理员办理。")
    return Unit.objects.filter(where).open()


def _waiting_grants(places: QuerySet[Unit]) -> QuerySet[RoleGrant]:
    rows = RoleGrant.objects.filter(Q(pending=True) | Q(end_proposed_on__isnull=False), ends_on__isnull=True)
    return rows.filter(unit__in=places).select_related("user", "unit", "proposed_by", "end_proposed_by")


def _of_grant(user: User, row: RoleGrant) -> Waiting:
    if row.pending:
        what, day, by, refusal = "授予", row.starts_on, row.proposed_by, two_persons.refusal_of_grant(user, row)
    else:
        what, day, by, refusal = "结束", row.end_proposed_on, row.end_proposed_by, two_persons.refusal_of_end(user, row)
    own = by is not None and by.pk == user.pk
    return Waiting(what, row, row.unit, day, by, refusal, reverse("grant_confirm", args=[row.pk]), own)


def _of_post(user: User, name: str, row: Appointment | Charge) -> Waiting:
    what = "任职" if name == "appointment" else "分管"
    refusal, url = two_persons.refusal_of_post(user, row), reverse("role_confirm", args=[name, row.pk])
    return Waiting(what, row, row.post.unit, row.starts_on, row.proposed_by, refusal, url, False)


def roles(request: HttpRequest) -> HttpResponse:
    """Who holds which role, and what waits for a second person."""
    user, places = request.user, _places(request.user)
    gives = access.standing(user).units_with(Permission.GRANT_ROLES)
    waiting = [_of_grant(user, row) for row in _waiting_grants(places).order_by("pk")[:MOST]]
    for name, model in POSTS.items() if gives is not None else ():
        rows = model.objects.filter(
            pending=True, ends_on__isnull=True, post__unit__in=Unit.objects.filter(gives).open()
        )
        rows = rows.select_related("post__unit", "post__bureau", "proposed_by")[:MOST]
        waiting += [_of_post(user, name, row) for row in rows]
    grants = RoleGrant.objects.filter(unit__in=places, ends_on__isnull=True, pending=False)
    page = page_of(request, grants.select_related("user", "unit").order_by("unit_id", "role", "pk"))
    proposes = gives is not None or bool(access.standing(user).grants_with(Permission.KEEP_ORGANISATION))
    handed = [(row, two_persons.refusal_of_code(user, row)) for row in two_persons.to_hand_over(user)[:MOST]]
    context = {"page": page, "waiting": waiting, "ends": gives is not None, "proposes": proposes, "hand_over": handed}
    return render(request, "accounts/roles.html", context)


def role_add(request: HttpRequest) -> HttpResponse:
    """The security administrator or the office asks for a role."""
    me = access.standing(request.user)
    gives = bool(me.grants_with(Permission.GRANT_ROLES))
    if not gives and not me.grants_with(Permission.KEEP_ORGANISATION):
        raise NotAllowed(NOT_HIS)
    places = two_persons.proposing_places(request.user).order_by("tree_id", "lft")
    form = GrantForm(request.POST or None, units=places, administrators=gives)

    def act(form):
        given = form.given() | {"reason": form.about()["reason"]}
        role_services.grant_role(by=request.user, **given)

    lead = "您提出，由另一人确认后生效：" + ("另一位安全管理员、系统管理员或审计管理员。" if gives else "安全管理员。")
    more = {"title": "授予角色", "back": reverse("roles"), "submit": "提出", "done": ASKED, "lead": lead}
    return keep(request, form=form, act=act, **more)


def role_end(request: HttpRequest, pk: int) -> HttpResponse:
    grant = get_object_or_404(RoleGrant.objects.filter(unit__in=_gives(request.user)), pk=pk)
    form = EndForm(request.POST or None, row=grant)

    def act(form):
        role_services.end_role(by=request.user, grant=grant, **form.about(), **form.given())

    more = {"title": f"结束角色：{grant}", "back": reverse("roles"), "submit": "结束角色"}
    if grant.is_administrator and not grant.pending:
        more |= {"lead": "管理员的角色要由另一人确认才结束，并且先要有接任的人。", "submit": "提出结束", "done": ASKED}
    return keep(request, form=form, act=act, **more)


@never_cache
def account_handover(request: HttpRequest, pk: int) -> HttpResponse:
    """The code with which an account goes into its owner's hands; sent, it is on the answer and nowhere else."""
    if not access.standing(request.user).grants_with(Permission.CONFIRM_ROLES):
        raise NotAllowed("交接码只由三员发。")
    user = get_object_or_404(two_persons.to_hand_over(request.user), pk=pk)
    two_persons.require(two_persons.refusal_of_code(request.user, user))
    if request.method == "POST" and request.POST.get("act") == "make":
        return codes_page(request, [(user, keeping.give_code(by=request.user, user=user))])
    return render(request, "accounts/handover.html", {"user_row": user})


@never_cache
def grant_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a role, or the end of an administrator's, take effect, or not; who proposed it may take it back."""
    row = get_object_or_404(_waiting_grants(_places(request.user)), pk=pk)
    waiting = _of_grant(request.user, row)
    if not waiting.own:
        two_persons.require(waiting.refusal)
    form = RejectForm(request.POST or None, own=waiting.own)

    def act(form):
        services = role_services
        if form.cleaned_data["answer"] == "confirm":
            confirm = services.confirm_grant if row.pending else services.confirm_end
            return codes_page(request, confirm(by=request.user, grant=row))
        reject = services.reject_grant if row.pending else services.reject_end
        return reject(by=request.user, grant=row, reason=form.cleaned_data["reason"])

    lead = f"{waiting.what}，自{waiting.day:%Y-%m-%d}起；由{waiting.by or '系统'}提出。请先核对本人和理由，再确认。"
    more = {"title": str(row), "back": reverse("roles"), "submit": "办理", "done": "已办理。", "lead": lead}
    return keep(request, form=form, act=act, **more)


@never_cache
def role_confirm(request: HttpRequest, model: str, pk: int) -> HttpResponse:
    """Let an appointment or a charge that decides over others take effect, or not."""
    if model not in POSTS:
        raise Http404
    rows = POSTS[model].objects.filter(post__unit__in=_gives(request.user), pending=True, ends_on__isnull=True)
    row = get_object_or_404(rows, pk=pk)
    form = RejectForm(request.POST or None)

    def act(form):
        if form.cleaned_data["answer"] == "confirm":
            return codes_page(request, appointments.confirm(by=request.user, row=row))
        return appointments.reject(by=request.user, row=row, reason=form.cleaned_data["reason"])

    lead = f"自{row.starts_on:%Y-%m-%d}起。确认后可以审核、决定他人的登记表。"
    more = {"title": str(row), "back": reverse("roles"), "submit": "办理", "done": "已办理。", "lead": lead}
    return keep(request, form=form, act=act, **more)
