"""待办、已办、我发起: what waits for a user, what he did, what he is the subject of. Reads only, in bounded queries."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, F, Max, Min, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from registers.access import standing
from registers.enums import RegisterState
from registers.models import Register, RiskPoint
from registers.schemes.model import SchemeSpec
from workflow import desks
from workflow.enums import Action, TaskKind
from workflow.models import Decision, Inclusion, Task
from workflow.specs import scope_name, specs_by_digest, specs_of, step_named

# What is asked of a person, by the kind of step that the register stands at.
ASKED = {
    "fill": "填写",
    "opinions": "提意见",
    "exchange": "互查",
    "review": "审核",
    "countersign": "会签",
    "meeting": "记录会议决定",
    "audit": "审核",
    "superior": "提出意见",
    "notice": "公示",
    "issue": "印发",
}
ASKED_BY_TASK = {
    TaskKind.CONFIRM: "确认",
    TaskKind.PAIR: "确定互查对象",
    TaskKind.FILE: "报送备案",
    TaskKind.RECEIPT: "出具备案回执",
}
RELATED = ("register__unit", "register__cycle")

MOST_COUNTED = 1000


@dataclass(frozen=True)
class LevelCount:
    name: str
    tone: str
    n: int


@dataclass
class About:
    """What lists say about one register."""

    register: Register
    spec: SchemeSpec
    points: list[LevelCount] = field(default_factory=list)
    compiled: int = 0
    last: Decision | None = None
    holders: str = ""

    @property
    def scope(self) -> str:
        return scope_name(self.spec, self.register.scope)

    @property
    def step(self) -> str:
        found = step_named(self.spec, self.register.scope, self.register.step)
        return found.name if found else self.register.step

    @property
    def total(self) -> int:
        return sum(count.n for count in self.points)

    @property
    def place(self) -> str:
        """The unit, unless the register is the unit's own and says it already."""
        register = self.register
        return register.unit.name if register.post_id else ""

    @property
    def sent(self) -> str:
        """Who sent it here and how, in a few words; empty when the opening of the cycle did."""
        if self.last is None:
            return ""
        who = self.last.by_title or self.last.by_name
        return f"{who} {self.last.get_action_display()}".strip()

    @property
    def returned(self) -> bool:
        return bool(self.last and self.last.to_step and self.last.action != Action.WITHDRAW)

    @property
    def reasons(self) -> str:
        """Why it came back, in the scheme's words; empty when it did not."""
        if not self.returned:
            return ""
        names = {reason.key: reason.name for reason in self.spec.return_reasons}
        return "、".join(names.get(key, key) for key in self.last.reasons)

    @property
    def where(self) -> str:
        """The step, or what became of it."""
        if self.register.state in (RegisterState.FILLING, RegisterState.MOVING):
            return self.step
        return self.register.get_state_display()


@dataclass
class TaskRow:
    task: Task
    about: About

    @property
    def late(self) -> bool:
        return bool(self.task.due_on and self.task.due_on < timezone.localdate())

    @property
    def step_kind(self) -> str:
        """Kind of the step where the task is to act at it; empty for letters and confirmations."""
        step = step_named(self.about.spec, self.about.register.scope, self.task.step)
        return step.kind if step and self.task.kind == TaskKind.ACT else ""

    @property
    def asked(self) -> str:
        """请您……: the verb for this kind of task, step and moment."""
        if self.task.kind in ASKED_BY_TASK:
            return ASKED_BY_TASK[TaskKind(self.task.kind)]
        step = step_named(self.about.spec, self.about.register.scope, self.task.step)
        if step is None:
            return "办理"
        if step.kind == "fill":
            if self.task.round > 1 and self.about.returned:
                return "修改后重新提交"
            return "汇总填写" if step.mode == "compile" else "填写"
        if step.kind == "notice" and self.about.register.waiting == "notice":
            return "结束公示"
        if step.kind == "superior" and step.mode == "decide":
            return "审定"
        verb = ASKED[step.kind]
        return f"{verb}并确定等级" if step.determines and step.kind in ("audit", "review") else verb


@dataclass
class DoneRow:
    decision: Decision
    about: About


def open_tasks(user: User, *, scope: str = "", step: str = "") -> QuerySet[Task]:
    """What waits for the user today, the late ones first; one task per register and kind of act."""
    rows = Task.objects.filter(pk__in=_first_of_each(user))
    if scope:
        rows = rows.filter(register__scope=scope)
    if step:
        rows = rows.filter(step=step)
    return rows.select_related(*RELATED).order_by(F("due_on").asc(nulls_last=True), "pk")


def _mine(user: User) -> QuerySet[Task]:
    """Open tasks on the user's desks whose day has come; none for administrators."""
    me = standing(user)
    if me.is_administrator:
        return Task.objects.none()
    ripe = Q(not_before__isnull=True) | Q(not_before__lte=me.day)
    return Task.objects.filter(ripe, desk__in=desks.desks_of(me), open=True)


def _first_of_each(user: User) -> QuerySet:
    """A person who sits at two desks of one step sees the register once."""
    grouped = _mine(user).order_by().values("register", "kind").annotate(first=Min("pk"))
    return grouped.values("first")


def open_count(user: User) -> int:
    """How many registers wait for the user; beyond a thousand the number says no more."""
    return len(_mine(user).order_by().values_list("register", "kind").distinct()[:MOST_COUNTED])


def next_task(user: User, after: Register | None = None) -> Task | None:
    """The first open task that is not on that register."""
    rows = open_tasks(user)
    return (rows.exclude(register=after.pk) if after else rows).first()


def choices(user: User) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """What the list can be filtered by: (key, name) of the scopes and of the steps that are in it. One query."""
    asked = ("register__scheme", "register__scheme__digest", "register__scope", "step")
    found = list(_mine(user).order_by().values_list(*asked).distinct())
    specs = specs_by_digest({pk: digest for pk, digest, _, _ in found})
    scopes, steps = {}, {}
    for pk, _, scope, key in found:
        scopes.setdefault(scope, scope_name(specs[pk], scope))
        step = step_named(specs[pk], scope, key)
        steps.setdefault(key, step.name if step else key)
    return sorted(scopes.items()), sorted(steps.items())


def task_rows(tasks: Iterable[Task]) -> list[TaskRow]:
    """Rows of one page, with everything shown: four further queries whatever their number."""
    tasks = list(tasks)
    about = describe([task.register for task in tasks])
    return [TaskRow(task, about[task.register_id]) for task in tasks]


def done(user: User) -> QuerySet[Decision]:
    """What the user did, newest first."""
    return Decision.objects.filter(by=user).select_related(*RELATED).order_by("-pk")


def done_rows(decisions: Iterable[Decision]) -> list[DoneRow]:
    """Rows of one page of what the user did."""
    decisions = list(decisions)
    about = describe([decision.register for decision in decisions])
    return [DoneRow(decision, about[decision.register_id]) for decision in decisions]


def mine(user: User) -> QuerySet[Register]:
    """Registers that the user filled or that are of his posts: those on the road first, then the newest."""
    me = standing(user)
    rows = Register.objects.filter(Q(filler=user) | Q(post__in=[post.pk for post in me.posts]))
    return rows.select_related("unit", "cycle").order_by(F("road_key").asc(nulls_last=True), "-pk")


def mine_rows(registers: Iterable[Register]) -> list[About]:
    """Rows of one page of the user's own registers, with who has each now."""
    registers = list(registers)
    about = describe(registers)
    rows = Task.objects.filter(register__in=list(about), open=True).values_list("register", "desk")
    at = list(rows)
    names = desks.labels_of(desk for _, desk in at)
    for pk, desk in at:
        one = about[pk]
        if names.get(desk) and names[desk] not in one.holders:
            one.holders = f"{one.holders}、{names[desk]}" if one.holders else names[desk]
    return [about[register.pk] for register in registers]


def describe(registers: Iterable[Register]) -> dict[int, About]:
    """Scheme, last decision, points by level and number of compiled registers, each from one query."""
    registers = list(registers)
    specs = specs_of(registers)
    found = {register.pk: About(register, specs[register.scheme_id]) for register in registers}
    ids = list(found)
    newest = Decision.objects.filter(register__in=ids).exclude(action=Action.SKIP)
    last = newest.order_by().values("register").annotate(pk=Max("pk")).values("pk")
    for decision in Decision.objects.filter(pk__in=last):
        found[decision.register_id].last = decision
    _count_points(found, ids)
    compiled = Inclusion.objects.filter(register__in=ids).order_by().values_list("register").annotate(n=Count("pk"))
    for pk, n in compiled:
        found[pk].compiled = n
    return found


def _count_points(found: dict[int, About], ids: list[int]) -> None:
    points = RiskPoint.objects.filter(register__in=ids, block__removed_at=None).order_by()
    for pk, rank, n in points.values_list("register", "level_rank").annotate(n=Count("pk")).order_by("level_rank"):
        one = found[pk]
        level = next((level for level in one.spec.levels if level.rank == rank), None)
        one.points.append(LevelCount(level.name if level else "未定级", level.tone if level else "", n))
