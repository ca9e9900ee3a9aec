"""本科室(单位)进度: how far the registers of an open cycle are, for heads and for the office."""

import datetime
from dataclasses import dataclass

from django.db.models import Count, Q

from accounts.models import User
from accounts.roles import Permission
from registers.access import standing
from registers.enums import CycleState, RegisterState
from registers.models import Register
from registers.schemes.model import SchemeSpec
from workflow.specs import scope_name, specs_by_digest


@dataclass(frozen=True)
class ScopeProgress:
    """How many registers of one scope stand where, in the order of the road."""

    name: str
    total: int
    in_force: int
    late: int
    steps: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Progress:
    title: str
    cycle: str
    scopes: tuple[ScopeProgress, ...]


def progress(user: User) -> list[Progress]:
    """For a head: how far the registers of his unit are; for the office: those of its bureau. Open cycles only."""
    me = standing(user)
    where, title = Q(pk__in=[]), ""
    for grant in me.grants_with(Permission.RUN_CYCLE):
        if grant.unit.parent_id is None:
            where, title = where | Q(bureau=grant.unit_id), "本单位进度"
    for unit in me.led_units:
        whole = unit.parent_id is None
        where |= Q(bureau=unit.pk) if whole else Q(section=unit.section_id)
        title = title or ("本单位进度" if whole else "分管范围进度" if me.charges else "本科室进度")
    if not title or me.is_administrator:
        return []
    return _progress(where, title, me.day)


def _progress(where: Q, title: str, day: datetime.date) -> list[Progress]:
    rows = Register.objects.filter(where, cycle__state=CycleState.OPEN).exclude(state=RegisterState.STOPPED).order_by()
    late = Count("pk", filter=Q(due_on__lt=day, state__in=(RegisterState.FILLING, RegisterState.MOVING)))
    grouped = list(
        rows.values("cycle", "cycle__name", "scheme", "scheme__digest", "scope", "step", "state").annotate(
            n=Count("pk"), late=late
        )
    )
    specs = specs_by_digest({row["scheme"]: row["scheme__digest"] for row in grouped})
    cycles: dict[int, list[dict]] = {}
    for row in grouped:
        cycles.setdefault(row["cycle"], []).append(row)
    found = []
    for rows in cycles.values():
        spec = specs[rows[0]["scheme"]]
        parts = tuple(part for scope in spec.scopes if (part := _scope_progress(spec, scope.key, rows)).total)
        found.append(Progress(title, rows[0]["cycle__name"], parts))
    return found


def _scope_progress(spec: SchemeSpec, scope: str, rows: list[dict]) -> ScopeProgress:
    mine = [row for row in rows if row["scope"] == scope]
    moving = {str(RegisterState.FILLING), str(RegisterState.MOVING)}
    at = {}
    for row in mine:
        if row["state"] in moving:
            at[row["step"]] = at.get(row["step"], 0) + row["n"]
    return ScopeProgress(
        name=scope_name(spec, scope),
        total=sum(row["n"] for row in mine),
        in_force=sum(row["n"] for row in mine if row["state"] == RegisterState.IN_FORCE),
        late=sum(row["late"] for row in mine),
        steps=tuple((step.name, at[step.key]) for step in spec.route(scope).steps if step.key in at),
    )
