"""Reads of the cycle board: where the registers of a cycle are, who is late, what needs a look.

Everything is counted by the database in a fixed number of queries; nothing is ranked by its number of risk points.
"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.asked import number
from accounts.models import User
from accounts.roles import Permission
from registers.access import standing
from registers.enums import RegisterState
from registers.models import Appointment, Cycle, CycleDate, Post, Power, Register, RiskPoint, Unit
from registers.querysets import tree_order
from registers.schemes.model import SchemeSpec
from registers.schemes.store import spec_of
from workflow import desks
from workflow.models import Task

ROAD = (RegisterState.FILLING, RegisterState.MOVING)


def cycles_of(user: User) -> QuerySet[Cycle]:
    """The cycles whose progress a user may see: of bureaus that his role views as a whole."""
    bureaus = standing(user).bureaus_with(Permission.VIEW_REGISTERS)
    return Cycle.objects.filter(bureau__in=bureaus).select_related("bureau", "scheme")


def own_bureaus(user: User, permission: Permission) -> QuerySet[Unit]:
    """Bureaus in which the user has the right by a grant of that bureau itself."""
    me = standing(user)
    roots = [g.unit_id for g in me.grants_with(permission) if g.unit.parent_id is None]
    return Unit.objects.filter(pk__in=roots).order_by("tree_id")


# The board ------------------------------------------------------------------------------------------------------------


@dataclass
class Line:
    """One section (or the bureau itself) on the board: how many registers stand at which step."""

    section_id: int | None
    name: str = ""
    steps: dict[str, int] = field(default_factory=dict)
    in_force: int = 0
    ended: int = 0
    late: int = 0

    @property
    def total(self) -> int:
        return sum(self.steps.values()) + self.in_force + self.ended

    def add(self, state: str, step: str, count: int) -> None:
        """Count registers of one state and step in."""
        if state in ROAD:
            self.steps[step] = self.steps.get(step, 0) + count
        elif state == RegisterState.IN_FORCE:
            self.in_force += count
        else:
            self.ended += count


@dataclass
class Board:
    """The lines of one scope and their sum."""

    lines: list[Line]
    sum: Line


def boards(cycle: Cycle) -> dict[str, Board]:
    """Where the registers of a cycle are, by scope and section: three queries for any number of registers."""
    rows = Register.objects.filter(cycle=cycle).order_by().values("scope", "section_id", "state", "step")
    found: dict[str, dict[int | None, Line]] = {}
    sums: dict[str, Line] = {}
    for row in rows.annotate(count=Count("pk")):
        line = found.setdefault(row["scope"], {}).setdefault(row["section_id"], Line(row["section_id"]))
        whole = sums.setdefault(row["scope"], Line(None, "合计"))
        for target in (line, whole):
            target.add(row["state"], row["step"], row["count"])
    late = Register.objects.filter(late_filter(), cycle=cycle).order_by().values("scope", "section_id")
    for row in late.annotate(count=Count("pk")):
        found[row["scope"]][row["section_id"]].late = row["count"]
        sums[row["scope"]].late += row["count"]
    names = names_of(cycle, {key for lines in found.values() for key in lines})
    return {scope: Board(_in_order(lines, names), sums[scope]) for scope, lines in found.items()}


def names_of(cycle: Cycle, keys: set[int | None]) -> dict[int | None, str]:
    """Section names in the order of the tree, the bureau itself first."""
    sections = Unit.objects.filter(bureau=cycle.bureau_id, pk__in=[key for key in keys if key])
    return {None: f"{cycle.bureau}本级"} | dict(sections.order_by("tree_id", "lft").values_list("pk", "name"))


def _in_order(lines: dict[int | None, Line], names: dict[int | None, str]) -> list[Line]:
    for key, line in lines.items():
        line.name = names.get(key, "")
    return [lines[key] for key in names if key in lines]


def late_filter(today: datetime.date | None = None) -> Q:
    """Registers with an open task whose date is over."""
    late = Task.objects.filter(register=OuterRef("pk"), open=True, due_on__lt=today or timezone.localdate())
    return Q(Exists(late), state__in=ROAD)


# What needs a look ----------------------------------------------------------------------------------------------------


def posts_in(cycle: Cycle) -> QuerySet[Post]:
    """The open posts that the cycle's scheme asks a register of."""
    wanted = Q(pk__in=[])
    for scope in spec_of(cycle.scheme).scopes:
        if scope.subject == "post":
            one = Q(tier__in=scope.tiers) if scope.tiers else Q(pk__isnull=False)
            wanted |= one & Q(priority=True) if scope.priority_only else one
    posts = Post.objects.open().filter(wanted, bureau=cycle.bureau_id, unit__closed_on=None)
    return posts.select_related("unit").order_by("unit__tree_id", "unit__lft", "order", "pk")


def vacant_posts(cycle: Cycle) -> QuerySet[Post]:
    """Posts that nobody holds today: their registers wait."""
    held = Appointment.objects.on(timezone.localdate()).filter(post=OuterRef("pk"), user__is_active=True)
    return posts_in(cycle).filter(~Exists(held))


def posts_without_powers(cycle: Cycle) -> QuerySet[Post]:
    """Posts for which no power is listed: what could be abused there is not known yet."""
    return posts_in(cycle).filter(~Exists(Power.objects.open().filter(post=OuterRef("pk"))))


def zero_registers(cycle: Cycle) -> QuerySet[Register]:
    """Registers whose filler signed that he found no risk point; they stay marked (plan 002)."""
    points = RiskPoint.objects.filter(register=OuterRef("pk"), block__removed_at=None)
    return Register.objects.filter(~Exists(points), cycle=cycle, zero_signed=True).select_related("unit")


# Lists of registers ---------------------------------------------------------------------------------------------------


@dataclass
class Row:
    """A register on a list: its step's name, on whose desk it lies, and the date that counts."""

    register: Register
    scope: str
    step: str = ""
    desk: str = ""
    due_on: datetime.date | None = None
    late: bool = False
    marks: tuple[str, ...] = ()


def filtered(cycle: Cycle, chosen: Mapping[str, str]) -> QuerySet[Register]:
    """The registers of a cycle, narrowed by ``scope, section, step, state, late, q`` where these are given."""
    rows = Register.objects.filter(cycle=cycle)
    if scope := chosen.get("scope"):
        rows = rows.filter(scope=scope)
    if (section := number(chosen.get("section"))) is not None:
        rows = rows.filter(section_id=section or None)
    if step := chosen.get("step"):
        rows = rows.filter(step=step, state__in=ROAD)
    if state := chosen.get("state"):
        rows = rows.filter(state=state)
    if chosen.get("late"):
        rows = rows.filter(late_filter())
    if words := chosen.get("q", "").strip():
        rows = rows.filter(subject_name__icontains=words[:60])
    return rows


def in_tree_order(
    rows: QuerySet[Register], related: tuple[str, ...] = ("unit", "section", "post")
) -> QuerySet[Register]:
    """Registers in the order of the organisation, with what a list shows of them."""
    return rows.select_related(*related).order_by(*tree_order(), "pk")


def rows_of(registers: Iterable[Register], spec: SchemeSpec, today: datetime.date | None = None) -> list[Row]:
    """The registers of one page (of one cycle) with who has them: four queries for any number."""
    registers, today = list(registers), today or timezone.localdate()
    tasks: dict[int, list[Task]] = {}
    for task in Task.objects.filter(register__in=[r.pk for r in registers], open=True).order_by("due_on", "pk"):
        tasks.setdefault(task.register_id, []).append(task)
    labels = desks.labels_of({task.desk for mine in tasks.values() for task in mine})
    return [_row(register, spec, tasks.get(register.pk, []), labels, today) for register in registers]


def _row(register: Register, spec: SchemeSpec, tasks: list[Task], labels: dict[str, str], today) -> Row:
    scope = spec.scope(register.scope).name
    if register.state not in ROAD:
        return Row(register, scope, marks=_marks(register, []))
    step = spec.route(register.scope).step(register.step)
    names = list(dict.fromkeys(labels.get(task.desk, "") for task in tasks))
    desk = "、".join(names[:2]) + (f"等{len(names)}处" if len(names) > 2 else "")
    due_on = next((task.due_on for task in tasks if task.due_on), register.due_on)
    late = any(task.due_on and task.due_on < today for task in tasks)
    return Row(register, scope, step.name, desk, due_on, late, _marks(register, tasks))


WAITING = {"receipt": "等回执", "confirm": "等确认", "notice": "公示中"}


def _marks(register: Register, tasks: list[Task]) -> tuple[str, ...]:
    """Short words beside a register: what is unusual about it."""
    marks = [WAITING[register.waiting]] if register.waiting in WAITING else []
    marks += ["零风险点"] if register.zero_signed else []
    marks += ["代办"] if any(task.instead_of for task in tasks) else []
    marks += [f"第{register.round}轮"] if register.round > 1 else []
    return tuple(marks)


# Dates ----------------------------------------------------------------------------------------------------------------


def moved_dates(cycle: Cycle) -> dict[int, tuple[str, datetime.date | None]]:
    """For each deadline that the office moved: the reason of the last move and the date of the scheme."""
    found: dict[int, tuple[str, datetime.date | None]] = {}
    for row in CycleDate.history.filter(cycle=cycle.pk).order_by("history_date", "history_id"):
        first = found[row.id][1] if row.id in found else row.due_on
        found[row.id] = (row.history_change_reason or "", first)
    return {pk: told for pk, told in found.items() if told[0]}
