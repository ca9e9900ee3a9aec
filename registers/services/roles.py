"""Roles held at a unit, given by the security administrator."""

import datetime

from django.db import transaction
from django.utils import timezone

from accounts.exceptions import NotAllowed, NotNow
from accounts.models import User
from accounts.roles import ADMINISTRATORS, Permission, Role
from accounts.services import end_sessions
from audit import services as audit
from registers import access
from registers.models import Appointment, RoleGrant, Unit
from registers.services import tracking


def require_grantor(by: User | None, unit: Unit) -> None:
    """Raise NotAllowed unless he gives roles there: at his own bureau and at the bodies below it."""
    if by is not None and not access.standing(by).may(Permission.GRANT_ROLES, unit):
        raise NotAllowed(f"您没有“{Permission.GRANT_ROLES.label}”的权限（“{unit}”）。")


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
    """The user holds the role at the unit from that day (today). The same again changes nothing.

    Raises NotAllowed for oneself and where the three administrators would be mixed (product decision 14).
    """
    require_grantor(by, unit)
    # Locked, so that two incompatible roles cannot be given at the same moment.
    user = User.objects.select_for_update().get(pk=user.pk)
    if by is not None and by.pk == user.pk:
        raise NotAllowed("不能给自己授予角色。")
    if not user.is_active:
        raise NotNow(f"“{user}”的账号已停用。")
    if unit.closed_on:
        raise NotNow(f"“{unit}”已撤销。")
    held = RoleGrant.objects.filter(user=user, ends_on__isnull=True)
    if same := held.filter(role=role, unit=unit).first():
        return same
    _require_apart(user, role, set(held.values_list("role", flat=True)))
    grant = RoleGrant(user=user, role=role, unit=unit, title=title, starts_on=starts_on or timezone.localdate())
    tracking.save(grant, by=by, reason=reason)
    end_sessions(user=user)  # what he may do changes: he comes in anew
    audit.record(verb="role.grant", by=by, bureau=unit.bureau_id, target=grant, role=str(role), user=user.pk)
    return grant


def _require_apart(user: User, role: str, held: set[str]) -> None:
    """三员分立: an administrator's role goes with nothing else."""
    administrators = {str(item) for item in ADMINISTRATORS}
    others = held - {role}
    if role in administrators and others & administrators:
        raise NotAllowed(f"“{user}”已是{Role((others & administrators).pop()).label}；三员不能由一人兼任。")
    if role in administrators and (others or Appointment.objects.filter(user=user, ends_on__isnull=True).exists()):
        raise NotAllowed(f"“{user}”有业务角色或岗位，不能兼任{Role(role).label}（三员分立）。")
    if role not in administrators and held & administrators:
        raise NotAllowed(f"“{user}”是{Role((held & administrators).pop()).label}，不能兼任业务角色（三员分立）。")


@transaction.atomic
def end_role(
    *,
    by: User | None,
    grant: RoleGrant,
    ends_on: datetime.date | None = None,
    seen: int | None = None,
    reason: str = "",
) -> RoleGrant:
    """The role ends on that day (today). Raises Outdated, NotAllowed for one's own role."""
    require_grantor(by, grant.unit)
    grant = RoleGrant.objects.select_for_update().get(pk=grant.pk)
    if by is not None and grant.user_id == by.pk:
        raise NotAllowed("不能结束自己的角色。")
    ends_on = ends_on or timezone.localdate()
    if grant.ends_on is not None and grant.ends_on <= ends_on:
        return grant
    tracking.require_seen(grant, seen)
    grant.ends_on = max(ends_on, grant.starts_on)
    tracking.save(grant, by=by, reason=reason)
    end_sessions(user=grant.user)
    audit.record(verb="role.end", by=by, bureau=grant.unit.bureau_id, target=grant, on=grant.ends_on.isoformat())
    return grant
