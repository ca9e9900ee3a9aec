"""Reads of the filing pages: what is owed to which body, what was sent, what came in to the user."""

from dataclasses import dataclass, field

from django.db.models import Case, Count, F, Q, QuerySet, When
from django.utils import timezone

from accounts.models import User
from accounts.roles import Permission, Role
from registers.access import standing
from registers.models import Cycle
from workflow import desks
from workflow.models import Filing, FilingItem

OFFICE_ROLES = (Role.OFFICE, Role.PUBLISHER)
SHOWN = 200  # registers owed to one body that are shown at once


@dataclass
class Owed:
    """What has to be handed in to one body for one cycle."""

    cycle: Cycle
    body: str
    to_unit_id: int | None
    items: list[FilingItem] = field(default_factory=list)

    @property
    def key(self) -> str:
        return f"{self.cycle.pk}-{self.to_unit_id or 0}-{self.items[0].pk}"


def sending_bureaus(user: User) -> list[int]:
    """Bureaus for which the user hands registers in."""
    roles = {str(role) for role in OFFICE_ROLES}
    return [grant.unit_id for grant in standing(user).grants if grant.role in roles and grant.unit.parent_id is None]


def owed_to_bodies(bureaus: list[int]) -> list[Owed]:
    """What is owed, gathered by cycle and body; one query."""
    rows = FilingItem.objects.filter(bureau__in=bureaus, filing=None, cancelled=False)
    rows = rows.select_related("register__unit", "register__cycle", "to_unit").order_by("register__cycle", "body", "pk")
    found: dict[tuple, Owed] = {}
    for item in rows[: SHOWN * 5]:
        cycle = item.register.cycle
        owed = found.setdefault((cycle.pk, item.body, item.to_unit_id), Owed(cycle, item.body, item.to_unit_id))
        if len(owed.items) < SHOWN:
            owed.items.append(item)
    return list(found.values())


def sent_letters(user: User) -> QuerySet[Filing]:
    """Letters of the bureaus that the user's role views or hands in for, with how many receipts are there."""
    bureaus = set(standing(user).bureaus_with(Permission.VIEW_REGISTERS)) | set(sending_bureaus(user))
    return _counted(Filing.objects.filter(bureau__in=bureaus)).order_by("-filed_on", "-pk")


def _counted(letters: QuerySet[Filing]) -> QuerySet[Filing]:
    received = Count("items", filter=Q(items__received_on__isnull=False))
    return letters.select_related("bureau", "to_unit", "by").annotate(sent=Count("items"), received=received)


def inbox(user: User) -> QuerySet[FilingItem]:
    """Registers that were handed in to a desk of the user's: his role at the receiving body.

    Where nobody holds that role (or the body is not in the installation) the sender's own office notes the receipt.
    """
    where = Q(pk__in=[])
    for grant in standing(user).grants:
        where |= Q(to_unit=grant.unit_id, role=grant.role)
    return FilingItem.objects.filter(where | _left_to_office(user), filing__isnull=False, cancelled=False)


def _left_to_office(user: User) -> Q:
    offices = [grant.unit_id for grant in standing(user).grants if grant.role == Role.OFFICE]
    if not offices:
        return Q(pk__in=[])
    rows = FilingItem.objects.filter(bureau__in=offices, filing__isnull=False).order_by()
    bodies = list(rows.values_list("to_unit_id", "role").distinct())
    wanted = {(unit, role): desks.of_role(role, unit) for unit, role in bodies if unit}
    people = desks.holders_of(set(wanted.values()), timezone.localdate())
    where = Q(pk__in=[])
    for unit, role in bodies:
        if unit is None or not people[wanted[unit, role]]:
            where |= Q(bureau__in=offices, to_unit=unit, role=role)
    return where


def received_letters(user: User) -> QuerySet[Filing]:
    """The letters of the inbox, those without all receipts first."""
    letters = _counted(Filing.objects.filter(pk__in=inbox(user).values("filing")))
    answered = Case(When(received__lt=F("sent"), then=0), default=1)
    return letters.order_by(answered, "-filed_on", "-pk")


def readable(user: User) -> QuerySet[Filing]:
    """Letters that the user may open: sent by his bureaus or handed in to him."""
    bureaus = set(standing(user).bureaus_with(Permission.VIEW_REGISTERS)) | set(sending_bureaus(user))
    return Filing.objects.filter(Q(bureau__in=bureaus) | Q(pk__in=inbox(user).values("filing")))
