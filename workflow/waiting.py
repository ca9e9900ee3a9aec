"""Reads of the batch pages: which registers wait for a meeting, a document or an exchange, by scope and section."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from accounts.asked import number
from accounts.models import User
from accounts.roles import Permission
from registers.enums import CycleState, RegisterState
from registers.models import Cycle, Register, Unit
from registers.schemes.model import SchemeSpec, Scope
from registers.schemes.store import spec_of
from workflow.board import names_of, own_bureaus
from workflow.models import ExchangePair


@dataclass(frozen=True)
class Group:
    """Registers of one scope and section that wait together; ``key`` names the group in a form."""

    scope: Scope
    section_id: int | None
    name: str
    count: int

    @property
    def key(self) -> str:
        return f"{self.scope.key}:{self.section_id or 0}"


def waiting_at(cycle: Cycle, kind: str) -> QuerySet[Register]:
    """The registers of a cycle that stand at a step of that kind and wait for nothing else."""
    where = Q(pk__in=[])
    for route in spec_of(cycle.scheme).routes:
        keys = [step.key for step in route.steps if step.kind == kind]
        if keys:
            where |= Q(scope=route.scope, step__in=keys)
    return Register.objects.filter(where, cycle=cycle, state=RegisterState.MOVING, waiting="")


def groups_at(cycle: Cycle, kind: str) -> list[Group]:
    """How many wait, by scope and section, in the order of scheme and tree."""
    rows = waiting_at(cycle, kind).order_by().values("scope", "section_id").annotate(count=Count("pk"))
    counts = {(row["scope"], row["section_id"]): row["count"] for row in rows}
    names = names_of(cycle, {section for _, section in counts})
    return [
        Group(scope, section, name, counts[scope.key, section])
        for scope in spec_of(cycle.scheme).scopes
        for section, name in names.items()
        if (scope.key, section) in counts
    ]


def in_group(rows: QuerySet[Register], key: str) -> QuerySet[Register]:
    """The registers of one group; nonsense gives none."""
    scope, _, section = key.partition(":")
    if (section := number(section)) is None:
        return rows.none()
    return rows.filter(scope=scope, section_id=section or None)


def cycles_waiting(user: User, permission: Permission, kind: str) -> list[tuple[Cycle, int]]:
    """The open cycles of the user's own bureaus with how many registers wait at a step of that kind."""
    rows = Cycle.objects.filter(bureau__in=own_bureaus(user, permission)).exclude(state=CycleState.CLOSED)
    return [(cycle, waiting_at(cycle, kind).count()) for cycle in rows.select_related("bureau", "scheme")]


# Exchange -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PairLine:
    unit: Unit
    by_unit: Unit | None
    waiting: int


def has_exchange(spec: SchemeSpec) -> bool:
    """Whether the scheme has 交叉互查 on any of its roads."""
    return any(step.kind == "exchange" for route in spec.routes for step in route.steps)


def exchange_units(cycle: Cycle) -> list[Unit]:
    """Units whose registers may be exchanged: those that have registers on a road with such a step."""
    scopes = [r.scope for r in spec_of(cycle.scheme).routes if any(step.kind == "exchange" for step in r.steps)]
    rows = Register.objects.filter(cycle=cycle, scope__in=scopes).exclude(state=RegisterState.STOPPED)
    keys = {section or unit for section, unit in rows.order_by().values_list("section_id", "unit_id").distinct()}
    return list(Unit.objects.filter(pk__in=keys).order_by("tree_id", "lft"))


def pair_lines(cycle: Cycle) -> list[PairLine]:
    """Who looks at whom, and how many registers wait for the exchange."""
    pairs = {pair.unit_id: pair.by_unit for pair in ExchangePair.objects.filter(cycle=cycle).select_related("by_unit")}
    rows = waiting_at(cycle, "exchange").order_by().values_list("section_id", "unit_id")
    waiting: dict[int, int] = {}
    for section, unit in rows:
        waiting[section or unit] = waiting.get(section or unit, 0) + 1
    return [PairLine(unit, pairs.get(unit.pk), waiting.get(unit.pk, 0)) for unit in exchange_units(cycle)]
