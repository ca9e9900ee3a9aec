"""Who may see and do what in which part of the tree: the only place where that is decided.

`accounts.roles` says what a role may do at all, `workflow.guards` whether it may be done now and by this person.
"""

import datetime
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.exceptions import NotAllowed
from accounts.models import User
from accounts.roles import ADMINISTRATORS, Permission, Role, roles_with
from registers.enums import RegisterState
from registers.models import Appointment, Charge, Post, Power, Register, RoleGrant, Unit


def scope(unit: Unit) -> Q:
    """Everything under a unit, as a filter on Unit: its subtree, and the bureaus below it by the ``above`` chain."""
    if unit.parent_id is not None:
        return Q(tree_id=unit.tree_id, lft__gte=unit.lft, rght__lte=unit.rght)
    return Q(bureau_id__in=bureaus_under(unit))


def bureaus_under(root: Unit) -> list[int]:
    """Ids of a root and of all bodies below it by the ``above`` chain."""
    found, edge = [root.pk], [root.pk]
    while edge:
        rows = Unit.objects.filter(above_id__in=edge).exclude(pk__in=found).order_by()
        edge = list(rows.values_list("pk", flat=True))
        found += edge
    return found


@dataclass(frozen=True)
class Standing:
    """What a user is on a day: his posts, the units he answers for, his roles. Read once per request.

    Every page asks these few rows, so they are sorted here: with an ORDER BY over joined tables Django takes twice the
    time to prepare such a query.
    """

    user: User
    day: datetime.date

    @cached_property
    def appointments(self) -> list[Appointment]:
        rows = Appointment.objects.on(self.day).filter(user=self.user, post__closed_on__isnull=True)
        return sorted(rows.select_related("post__unit", "post__bureau").order_by(), key=attrgetter("starts_on", "pk"))

    @cached_property
    def posts(self) -> list[Post]:
        return [appointment.post for appointment in self.appointments]

    @cached_property
    def grants(self) -> list[RoleGrant]:
        rows = RoleGrant.objects.on(self.day).filter(user=self.user).select_related("unit__bureau")
        return sorted(rows.order_by(), key=attrgetter("unit_id", "role", "pk"))

    @cached_property
    def charges(self) -> list[Charge]:
        if not self.posts:
            return []
        rows = Charge.objects.on(self.day).filter(post__in=[post.pk for post in self.posts])
        return sorted(rows.select_related("unit").order_by(), key=attrgetter("pk"))

    @cached_property
    def led_units(self) -> list[Unit]:
        """Units whose head he is or that he is in charge of."""
        return [post.unit for post in self.posts if post.is_head] + [charge.unit for charge in self.charges]

    @cached_property
    def bureau_ids(self) -> frozenset[int]:
        """Bureaus that he works in."""
        return frozenset(post.bureau_id for post in self.posts)

    @cached_property
    def section_ids(self) -> frozenset[int]:
        return frozenset(post.section_id for post in self.posts if post.section_id)

    @cached_property
    def _below(self) -> dict[int, list[int]]:
        return {}

    def bureaus_below(self, root: Unit) -> list[int]:
        """`bureaus_under`, asked once per request."""
        if root.pk not in self._below:
            self._below[root.pk] = bureaus_under(root)
        return self._below[root.pk]

    def scope(self, unit: Unit) -> Q:
        """`scope`, with the bodies below asked once per request."""
        return Q(bureau_id__in=self.bureaus_below(unit)) if unit.parent_id is None else scope(unit)

    def roles(self) -> frozenset[str]:
        return frozenset(grant.role for grant in self.grants)

    @property
    def is_administrator(self) -> bool:
        """One of the three administrators: sees no business content."""
        return bool(self.roles() & {str(role) for role in ADMINISTRATORS})

    def grants_with(self, permission: Permission) -> list[RoleGrant]:
        carriers = roles_with(permission)
        return [grant for grant in self.grants if grant.role in carriers]

    def units_with(self, permission: Permission) -> Q | None:
        """Filter on Unit for where he has a right; None = nowhere."""
        found: Q | None = None
        for grant in self.grants_with(permission):
            found = self.scope(grant.unit) if found is None else found | self.scope(grant.unit)
        return found

    def bureaus_with(self, permission: Permission) -> list[int]:
        """Ids of the bureaus where he has a right as a whole (the grant is held at a root)."""
        found: list[int] = []
        for grant in self.grants_with(permission):
            if grant.unit.parent_id is None:
                found += self.bureaus_below(grant.unit)
        return list(dict.fromkeys(found))

    def may(self, permission: Permission, unit: Unit) -> bool:
        """Whether he has the right at that unit."""
        grants = self.grants_with(permission)
        if any(grant.unit_id == unit.bureau_id for grant in grants):
            return True  # held at the unit's own bureau: nothing to ask
        if not grants:
            return False
        where = self.units_with(permission)
        return where is not None and Unit.objects.filter(where, pk=unit.pk).exists()

    def may_own(self, permission: Permission, unit: Unit) -> bool:
        """The right by a grant within the unit's own bureau (a body above looks, but does not keep its house)."""
        return any(grant.unit.bureau_id == unit.bureau_id for grant in self.grants_with(permission)) and self.may(
            permission, unit
        )


def standing(user: User, day: datetime.date | None = None) -> Standing:
    """What the user is today, kept on the user for the length of the request."""
    if day is not None:
        return Standing(user, day)
    today = timezone.localdate()
    known = getattr(user, "_standing", None)
    if known is None or known.day != today:
        known = user._standing = Standing(user, today)
    return known


def require(user: User, permission: Permission, unit: Unit) -> None:
    """Raise NotAllowed with its sentence unless the user has the right at that unit (by a grant in its bureau)."""
    if not standing(user).may_own(permission, unit):
        raise NotAllowed(f"您没有“{permission.label}”的权限（“{unit}”）。")


def visible_units(user: User) -> QuerySet[Unit]:
    """Units a user may browse: his own bureaus and those that his roles reach."""
    me = standing(user)
    if me.is_administrator:
        keep = me.units_with(Permission.KEEP_ACCOUNTS) or me.units_with(Permission.GRANT_ROLES)
        return Unit.objects.filter(keep) if keep is not None else Unit.objects.none()
    where = Q(bureau_id__in=me.bureau_ids)
    for grant in me.grants:
        where |= me.scope(grant.unit)
    return Unit.objects.filter(where)


def business_units(user: User) -> QuerySet[Unit]:
    """Units whose business he may read: none for the three administrators."""
    return Unit.objects.none() if standing(user).is_administrator else visible_units(user)


def visible_powers(user: User) -> QuerySet[Power]:
    """Powers of the bureaus that a user may browse; the power list is open within a bureau."""
    return Power.objects.filter(unit__in=business_units(user))


def visible_registers(user: User) -> QuerySet[Register]:
    """Registers a user may read, as one filter.

    His own posts' (any state); those of units that he leads; those in reach of a role that views; what is in force in
    his own section. ``workflow`` adds what waits or waited on his desks.
    """
    me = standing(user)
    if me.is_administrator:
        return Register.objects.none()
    where = Q(post_id__in=[post.pk for post in me.posts])
    if me.section_ids:
        where |= Q(section_id__in=me.section_ids, state=RegisterState.IN_FORCE)
    for unit in me.led_units:
        if unit.parent_id is None:
            where |= Q(bureau_id=unit.pk)
        else:
            where |= Q(unit__tree_id=unit.tree_id, unit__lft__gte=unit.lft, unit__rght__lte=unit.rght)
    viewing = [grant for grant in me.grants if grant.role in roles_with(Permission.VIEW_REGISTERS)]
    for grant in viewing:
        if grant.unit.parent_id is None:
            where |= Q(bureau_id__in=me.bureaus_below(grant.unit))
        else:
            unit = grant.unit
            where |= Q(unit__tree_id=unit.tree_id, unit__lft__gte=unit.lft, unit__rght__lte=unit.rght)
    return Register.objects.filter(where)


def holds_post(user: User, post: Post | None, day: datetime.date | None = None) -> bool:
    """Whether the user holds that post on the day (today)."""
    return post is not None and any(held.pk == post.pk for held in standing(user, day).posts)


def has_role(user: User, role: Role, unit: Unit) -> bool:
    """Whether the user holds the role at exactly that unit."""
    return any(grant.role == role and grant.unit_id == unit.pk for grant in standing(user).grants)
