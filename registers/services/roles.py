"""Roles held at a unit: one proposes, another confirms, and only then does a role hold (`registers.two_persons`).

A business role ends by one word of the security administrator, since that only takes power away; the role of an
administrator, who watches over others, ends by two as well, and never without a successor.
What the installation itself enters (``by=None``) holds at once.
"""

import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.exceptions import NotAllowed, NotNow
from accounts.models import User
from accounts.roles import ADMINISTRATORS, Permission, Role
from accounts.services import end_sessions
from audit import services as audit
from registers import access, apart, two_persons
from registers.models import RoleGrant, Unit
from registers.services import keeping, tracking


@transaction.atomic
def grant_role(
    *,
    by: User | None,
    user: User,
    role: str,
    unit: Unit,
    title: str = "",
    starts_on: datetime.date | None = None,
    reason: str = "",
) -> RoleGrant:
    """The user shall hold the role at the unit from that day (today), once a second person has confirmed it.

    The same again changes nothing. Raises NotAllowed for oneself and where the three administrators would be mixed.
    """
    two_persons.require_proposer(by, user, role, unit)
    # Locked, so that two incompatible roles cannot be given at the same moment.
    user = User.objects.select_for_update().get(pk=user.pk)
    starts_on = starts_on or timezone.localdate()
    _require_open(user, unit)
    if role in ADMINISTRATORS and unit.parent_id is not None:
        raise NotNow("管理员只在单位一级设，请选择单位本身。")
    if same := RoleGrant.objects.filter(user=user, ends_on__isnull=True, role=role, unit=unit).first():
        return same
    two_persons.require(apart.refusal(user, role, starts_on))
    grant = RoleGrant(user=user, role=role, unit=unit, title=title, starts_on=starts_on)
    grant.pending, grant.proposed_by = by is not None, by
    tracking.save(grant, by=by, reason=reason)
    if not grant.pending:
        end_sessions(user=user)  # what he may do changes: he comes in anew
    _record("role.propose" if grant.pending else "role.grant", by, grant, role=str(role), user=user.pk)
    return grant


def _require_open(user: User, unit: Unit) -> None:
    if not user.is_active:
        raise NotNow(f"“{user}”的账号已停用。")
    if unit.closed_on:
        raise NotNow(f"“{unit}”已撤销。")


def _record(verb: str, by: User | None, grant: RoleGrant, **detail) -> None:
    audit.record(verb=verb, by=by, bureau=grant.unit.bureau_id, target=grant, **detail)


def _locked(grant: RoleGrant) -> RoleGrant:
    return RoleGrant.objects.select_for_update(of=("self",)).select_related("unit", "user").get(pk=grant.pk)


def _require_waiting(grant: RoleGrant, waits: bool) -> None:
    if not waits:
        raise NotNow(two_persons.settled(grant))


@transaction.atomic
def confirm_grant(*, by: User, grant: RoleGrant) -> list[tuple[User, str]]:
    """The second person lets the role take effect; returns the code to hand to its owner, if one is needed.

    Raises NotAllowed for who is not the second, NotNow.
    """
    User.objects.select_for_update().get(pk=grant.user_id)
    grant = _locked(grant)
    two_persons.require(two_persons.refusal_of_grant(by, grant))
    _require_waiting(grant, grant.pending and grant.ends_on is None)
    _require_open(grant.user, grant.unit)
    grant.pending = False
    tracking.save(grant, by=by, reason="确认生效")
    end_sessions(user=grant.user)  # what he may do changes: he comes in anew
    _record("role.confirm", by, grant, role=grant.role, user=grant.user_id)
    return keeping.hand_over(by=by, users=[grant.user], bureau=grant.unit.bureau_id)


@transaction.atomic
def reject_grant(*, by: User, grant: RoleGrant, reason: str) -> None:
    """The role does not take effect: it ends as it began. Whoever proposed it may take it back that way.

    Raises NotAllowed, NotNow."""
    grant = _locked(grant)
    if grant.proposed_by_id != by.pk:
        two_persons.require(two_persons.refusal_of_grant(by, grant))
    _require_waiting(grant, grant.pending and grant.ends_on is None)
    grant.ends_on = grant.starts_on
    tracking.save(grant, by=by, reason=f"未予确认：{reason}")
    _record("role.reject", by, grant, role=grant.role, user=grant.user_id, reason=reason)


# Ending ---------------------------------------------------------------------------------------------------------------


@transaction.atomic
def end_role(
    *,
    by: User | None,
    grant: RoleGrant,
    ends_on: datetime.date | None = None,
    seen: int | None = None,
    reason: str = "",
) -> RoleGrant:
    """The role ends on that day (today); an administrator's once a second person has confirmed it.

    Raises Outdated, NotAllowed for one's own role, NotNow for the last administrator of a kind.
    """
    if by is not None and not access.standing(by).may(Permission.GRANT_ROLES, grant.unit):
        raise NotAllowed(two_persons.lacks(Permission.GRANT_ROLES, grant.unit))
    grant = _locked(grant)
    if by is not None and grant.user_id == by.pk:
        raise NotAllowed("不能结束自己的角色。")
    ends_on = ends_on or timezone.localdate()
    if grant.ends_on is not None and grant.ends_on <= ends_on:
        return grant
    tracking.require_seen(grant, seen)
    if grant.role not in ADMINISTRATORS or grant.pending:
        return _end(by, grant, ends_on, reason)
    if by is None:
        _require_successor(grant)
        return _end(by, grant, ends_on, reason)
    _require_successor(grant)
    grant.end_proposed_on, grant.end_proposed_by = ends_on, by
    tracking.save(grant, by=by, reason=reason)
    _record("role.end_ask", by, grant, on=ends_on.isoformat())
    return grant


def _end(by: User | None, grant: RoleGrant, ends_on: datetime.date, reason: str) -> RoleGrant:
    grant.ends_on = max(ends_on, grant.starts_on)
    tracking.save(grant, by=by, reason=reason)
    end_sessions(user=grant.user)
    _record("role.end", by, grant, on=grant.ends_on.isoformat())
    return grant


def successors(grant: RoleGrant) -> QuerySet[RoleGrant]:
    """Others who hold the same role at the same unit and go on holding it."""
    rows = RoleGrant.objects.current().filter(role=grant.role, unit=grant.unit, ends_on__isnull=True)
    return rows.filter(user__is_active=True).exclude(user=grant.user_id)


def _require_successor(grant: RoleGrant) -> None:
    # All of the kind, in one order: two ends at the same moment wait for each other.
    rows = RoleGrant.objects.select_for_update().filter(role=grant.role, unit=grant.unit).order_by("pk")
    list(rows.values_list("pk", flat=True))
    if not successors(grant).exists():
        raise NotNow(f"“{grant.unit}”没有另一位{Role(grant.role).label}；请先授予接任的人，确认生效后再结束。")


@transaction.atomic
def confirm_end(*, by: User, grant: RoleGrant) -> None:
    """The second person lets the end stand, from today on at the earliest. Raises NotAllowed, NotNow."""
    grant = _locked(grant)
    two_persons.require(two_persons.refusal_of_end(by, grant))
    _require_waiting(grant, grant.end_proposed_on is not None)
    _require_successor(grant)
    ends_on = max(grant.end_proposed_on, timezone.localdate())
    grant.end_proposed_on = None
    _end(by, grant, ends_on, "确认结束")


@transaction.atomic
def reject_end(*, by: User, grant: RoleGrant, reason: str) -> None:
    """The role goes on. Whoever proposed its end may take that back. Raises NotAllowed, NotNow."""
    grant = _locked(grant)
    if grant.end_proposed_by_id != by.pk:
        two_persons.require(two_persons.refusal_of_end(by, grant))
    _require_waiting(grant, grant.end_proposed_on is not None)
    grant.end_proposed_on = grant.end_proposed_by = None
    tracking.save(grant, by=by, reason=f"未予确认：{reason}")
    _record("role.end_reject", by, grant, role=grant.role, user=grant.user_id, reason=reason)
