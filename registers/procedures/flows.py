"""A procedure as the flow that `paper.flow` draws.

    flow = flow_of(procedure, ranks=marks_of([procedure], registers))
    if flow: paper.flow.draw(flow)

A step's mark of risk is that of `ranks` (by the step's key), else 有风险 where the step itself says so. Words in 去向
that cannot be read (`check`) count as the next step: an old table is drawn rather than refused.
"""

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Count, QuerySet

from paper.flow import MOST_STEPS, Flow, Risk, Step
from paper.table import TONES
from registers.models import Procedure, Register, RiskPoint, Scheme
from registers.procedures import check
from registers.schemes.store import spec_of

FIELDS = ("id", "name", "kind", "leads_to", "actor", "time_limit", "risky", "note")


def flow_of(procedure: Procedure, *, ranks: Mapping[int, Risk] | None = None) -> Flow | None:
    """The flow of a procedure; None while it has no steps. Reads ``steps.all()``, so prefetch it for many."""
    rows = [{name: getattr(step, name) for name in FIELDS} for step in procedure.steps.all()]
    return flow_of_rows(procedure.name, rows, ranks=ranks)


def flow_of_rows(name: str, rows: Sequence[dict], *, ranks: Mapping[int, Risk] | None = None) -> Flow | None:
    """The flow of rows that may not be saved yet."""
    rows = list(rows)[:MOST_STEPS]
    if not rows:
        return None
    branches = check.read(rows).branches
    drawn = zip(rows, branches, strict=True)
    return Flow(name, tuple(_step(n, row, ways, ranks or {}) for n, (row, ways) in enumerate(drawn, start=1)))


def _step(number: int, row: dict, ways: tuple, ranks: Mapping[int, Risk]) -> Step:
    risk = ranks.get(row.get("id")) or (Risk() if row.get("risky") else None)
    return Step(
        number=number,
        name=row.get("name") or "（未写环节）",
        kind=check.kind_of(row),
        lane=row.get("actor") or "",
        branches=ways,
        time_limit=row.get("time_limit") or "",
        risk=risk,
        note=row.get("note") or "",
    )


def marks_of(procedures: Iterable[Procedure], registers: QuerySet[Register]) -> dict[int, Risk]:
    """For each step, the gravest level of the points that these registers have at it, and how many they are.

    Two queries however many points there are. What a reader may see is decided by `registers`.
    """
    points = RiskPoint.objects.filter(
        block__step__procedure__in=[procedure.pk for procedure in procedures],
        block__removed_at__isnull=True,
        register__in=registers,
    )
    keys = ("block__step", "register__scheme", "level_rank", "declared_rank", "register__level_rank")
    rows = list(points.order_by().values_list(*keys).annotate(n=Count("pk")))
    schemes = Scheme.objects.in_bulk({row[1] for row in rows}) if rows else {}
    found: dict[int, list[tuple[int, int, str, str, int]]] = {}
    for step, scheme, own, declared, whole, n in rows:
        levels = {level.rank: level for level in spec_of(schemes[scheme]).levels}
        level = levels.get(own or whole or declared)
        place = (TONES.index(level.tone), level.rank, level.name, level.tone) if level else (99, 99, "", "")
        found.setdefault(step, []).append((*place, n))
    return {step: _gravest(marks) for step, marks in found.items()}


def _gravest(marks: list[tuple[int, int, str, str, int]]) -> Risk:
    _, _, name, tone, _ = min(marks)
    return Risk(name, tone, sum(mark[-1] for mark in marks))
