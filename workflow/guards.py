"""May this be done at this step by this person now? Every rule is a sentence."""

import datetime
from dataclasses import dataclass

from django.utils import timezone

from accounts.exceptions import NotAllowed, NotNow, Refused
from accounts.models import User
from registers.access import standing
from registers.enums import RegisterState
from registers.models import Register
from registers.schemes.road import Step
from workflow import actors, compiling, desks
from workflow.enums import Action, TaskKind
from workflow.models import Decision, Task

# Which act belongs to which kind of step.
ACTIONS_BY_KIND: dict[str, frozenset[Action]] = {
    "fill": frozenset({Action.SUBMIT}),
    "opinions": frozenset({Action.OPINE}),
    "exchange": frozenset({Action.AGREE, Action.SEND_BACK}),
    "review": frozenset({Action.AGREE, Action.SEND_BACK}),
    "countersign": frozenset({Action.AGREE, Action.SEND_BACK}),
    "audit": frozenset({Action.AGREE, Action.SEND_BACK}),
    "superior": frozenset({Action.AGREE, Action.SEND_BACK}),
    "meeting": frozenset({Action.MEETING}),
    "notice": frozenset({Action.PUBLISH, Action.NOTICE_END, Action.TAKE_OUT}),
    "issue": frozenset({Action.ISSUE}),
}
# Acts by which a person judges somebody's register: nobody does so with his own.
JUDGING = frozenset({Action.AGREE, Action.SEND_BACK, Action.OPINE})


@dataclass(frozen=True)
class Known:
    """What a page has read of a register already, so that asking about several acts costs no further queries."""

    tasks: tuple[Task, ...]  # all open tasks of the register
    stale: tuple[Register, ...]  # `compiling.stale_children`
    own: frozenset[int] | None = None  # `actors.own_people`; None: not read
    decisions: tuple[Decision, ...] | None = None  # all decisions on the register; None: not read


def refusal(
    *,
    user: User,
    register: Register,
    step: Step,
    action: Action,
    day: datetime.date | None = None,
    known: Known | None = None,
) -> Refused | None:
    """Why the act is refused, as an exception not yet raised; None when it may be done."""
    try:
        check(user=user, register=register, step=step, action=action, day=day, known=known)
    except Refused as refused:
        return refused
    return None


def check(
    *,
    user: User,
    register: Register,
    step: Step,
    action: Action,
    day: datetime.date | None = None,
    known: Known | None = None,
) -> None:
    """Raise NotNow for the wrong state, NotAllowed for the wrong person."""
    day = day or timezone.localdate()
    _state(register, step, action)
    if action in JUDGING:
        _not_own(user, register, day, known)
    _desk(user, register, step, known)
    if action in JUDGING:
        _not_twice(user, register, step, known)
    if action != Action.SEND_BACK:
        _compiled(register, step, known)
    if action == Action.SEND_BACK and not step.returns:
        raise NotNow(f"方案没有规定“{step.name}”可以退回。")


def require_on_road(register: Register, act: str) -> None:
    """Raise NotNow for a register that has left its road: in force, replaced or stopped."""
    if register.state not in (RegisterState.FILLING, RegisterState.MOVING):
        raise NotNow(f"登记表{register.get_state_display()}，不能{act}。")


def _state(register: Register, step: Step, action: Action) -> None:
    require_on_road(register, "再办理")
    if action not in ACTIONS_BY_KIND[step.kind]:
        raise NotNow(f"登记表现在“{step.name}”，不能{action.label}。")
    if register.waiting == "receipt":
        raise NotNow("已报备案，正在等待备案机关的回执。")
    if register.waiting == "confirm":
        raise NotNow("正在等待同岗位人员确认。")
    if (action in (Action.NOTICE_END, Action.TAKE_OUT)) != (register.waiting == "notice"):
        raise NotNow("登记表正在公示。" if register.waiting == "notice" else "登记表不在公示中。")


def _not_own(user: User, register: Register, day: datetime.date, known: Known | None) -> None:
    own = known.own if known and known.own is not None else actors.own_people(register, day)
    if user.pk in own:
        raise NotAllowed("这是您本人（本岗位）的登记表，应当回避，不能由您办理。")


def my_tasks(user: User, register: Register, kind: TaskKind = TaskKind.ACT) -> list[Task]:
    """The open tasks of the register that lie on one of the user's desks."""
    mine = desks.desks_of(standing(user))
    return [task for task in open_tasks(register) if task.kind == kind and task.desk in mine]


def open_tasks(register: Register) -> list[Task]:
    """All open tasks of a register."""
    return list(Task.objects.filter(register=register, open=True))


def _desk(user: User, register: Register, step: Step, known: Known | None) -> None:
    tasks = [task for task in (known.tasks if known else open_tasks(register)) if task.kind == TaskKind.ACT]
    mine = desks.desks_of(standing(user))
    if any(task.desk in mine for task in tasks):
        return
    waiting = [task.desk for task in tasks]
    names = "、".join(sorted(desks.labels_of(waiting).values())[:3])
    if Decision.objects.filter(register=register, step=step.key, round=register.round, by=user).exists():
        raise NotNow(f"您已办理过“{step.name}”。")
    if not waiting:
        raise NotNow(f"“{step.name}”目前没有需要办理的事项。")
    raise NotAllowed(f"“{step.name}”由{names}办理。")


def _not_twice(user: User, register: Register, step: Step, known: Known | None) -> None:
    """The plan wants different people at these steps within one round."""
    if not step.distinct_from:
        return
    if known and known.decisions is not None:
        rows = known.decisions
    else:
        rows = Decision.objects.filter(register=register, round=register.round, by=user)
    judged = (
        row for row in rows if row.round == register.round and row.by_id == user.pk and row.step in step.distinct_from
    )
    earlier = next((row for row in judged if row.action in JUDGING), None)
    if earlier:
        raise NotAllowed(f"您已在本轮“{earlier.step_name}”办理过，按方案“{step.name}”须由他人办理。")


def _compiled(register: Register, step: Step, known: Known | None) -> None:
    """A compiled register cannot go on while something below it has changed."""
    if step.kind == "fill":
        return
    stale = known.stale if known else compiling.stale_children(register)
    if stale:
        names = "、".join(str(child) for child in stale[:3])
        raise NotNow(f"下级登记表已变更（{names}），须先重新汇总。")
