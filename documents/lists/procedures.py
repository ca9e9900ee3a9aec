"""The procedures of a bureau or section: for each its flow diagram and its steps (业务运行流程图)."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from documents.lists.asked import Asked, Body
from documents.lists.powers import powers_of
from documents.tables import columns_of
from paper import Row, Table
from paper.flow import Risk
from registers.models import Procedure, ProcedureStep, Register, RiskPoint
from registers.procedures.flows import flow_of, marks_of
from workflow.access import visible_registers


@dataclass(frozen=True)
class _Line:
    number: int
    step: ProcedureStep
    last: bool
    points: tuple[str, ...]


def body(asked: Asked) -> Body:
    """One table for each procedure; what a reader may not read gives no mark and no point."""
    found = _procedures(asked)
    in_force = Register.objects.in_force().filter(bureau=asked.unit.bureau_id or asked.unit.pk)
    if asked.reader is not None:
        in_force = in_force.filter(pk__in=visible_registers(asked.reader).values("pk"))
    marks = marks_of(found, in_force)
    points = _points(found, in_force) if "point" in asked.keys else {}
    risky = sum(step.risky or step.pk in marks for procedure in found for step in procedure.steps.all())
    steps = sum(len(procedure.steps.all()) for procedure in found)
    said = f"流程 {len(found)} 个，环节 {steps} 个，其中有廉政风险的 {risky} 个"

    def tables(rows: range) -> tuple[Table, ...]:
        shown = list(enumerate(found, 1))[rows.start : rows.stop]
        return tuple(_table(asked, number, procedure, marks, points) for number, procedure in shown)

    return Body(len(found), said if found else "", tables)


def _procedures(asked: Asked) -> list[Procedure]:
    rows = Procedure.objects.filter(power__in=powers_of(asked).order_by().values("pk"))
    rows = rows.select_related("power__unit").prefetch_related("steps")
    return list(rows.order_by("power__unit__lft", "power__order", "power__pk", "pk"))


def _points(procedures: Sequence[Procedure], registers: QuerySet[Register]) -> dict[int, tuple[str, ...]]:
    """The points at each step, each name once."""
    rows = RiskPoint.objects.filter(
        block__step__procedure__in=procedures, block__removed_at__isnull=True, register__in=registers
    )
    found: dict[int, dict[str, None]] = defaultdict(dict)
    for step, name in rows.order_by("pk").values_list("block__step", "name"):
        found[step][name] = None
    return {step: tuple(names) for step, names in found.items()}


def _table(asked: Asked, number: int, procedure: Procedure, marks: dict[int, Risk], points) -> Table:
    steps = list(procedure.steps.all())
    lines = [_Line(n, step, n == len(steps), points.get(step.pk, ())) for n, step in enumerate(steps, 1)]
    rows = tuple(Row(tuple(CELLS[key](line) for key in asked.keys)) for line in lines)
    return Table(
        columns_of(asked.form),
        rows,
        caption=f"{number}. {procedure.name}（{procedure.power.unit.name}　{procedure.power.name}）",
        flow=flow_of(procedure, ranks=marks),
        empty_text="（还没有登记环节）",
    )


def _leads_to(line: _Line) -> str:
    if line.step.leads_to:
        return line.step.leads_to
    return "办结" if line.last or line.step.kind == "end" else "下一环节"


CELLS: dict[str, Callable[[_Line], Any]] = {
    "order": lambda line: line.number,
    "step": lambda line: line.step.name,
    "step_kind": lambda line: line.step.get_kind_display(),
    "actor": lambda line: line.step.actor,
    "time_limit": lambda line: line.step.time_limit,
    "leads_to": _leads_to,
    "risky": lambda line: "有" if line.step.risky or line.points else "",
    "point": lambda line: list(line.points),
    "note": lambda line: line.step.note,
    "remark": lambda line: "",
}
