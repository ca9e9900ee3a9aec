"""The one door: every move of a register goes through `_move`, called only from here.

Each public verb runs in the caller's transaction (services open it), takes the register's lock first, asks the guard,
writes one decision with one event, and moves the register if the step is done.
"""

import datetime
from collections.abc import Iterable

from django.db import connection
from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.exceptions import NotNow
from accounts.models import User
from accounts.roles import Role
from registers.enums import RegisterState
from registers.models import CycleDate, Register, Unit
from registers.schemes.model import SchemeSpec
from registers.schemes.road import FilesTo, Step
from registers.schemes.store import spec_of
from registers.services import in_force
from workflow import actors, compiling, decisions, desks, guards, levels, seals, tasks
from workflow.acts import Act
from workflow.calendar import add_working_days
from workflow.enums import Action, TaskKind
from workflow.models import Decision, FilingItem, Seal, Task

VOTES = (Action.AGREE, Action.OPINE)


def _lockable() -> QuerySet[Register]:
    rows = Register.objects.select_related("scheme", "bureau", "unit", "post", "cycle", "section")
    return rows.select_for_update(of=("self",)) if connection.vendor == "postgresql" else rows


def locked(register_id: int) -> Register:
    """The register, locked until the transaction ends (on SQLite transactions take turns anyhow)."""
    return _lockable().get(pk=register_id)


def locked_all(ids: Iterable[int]) -> list[Register]:
    """Many registers, locked in the order of their ids: two acts on the same ones never wait for each other."""
    return list(_lockable().filter(pk__in=set(ids)).order_by("pk"))


def step_of(register: Register) -> Step:
    """The step that the register stands at."""
    return spec_of(register.scheme).route(register.scope).step(register.step)


def begin(*, register: Register, spec: SchemeSpec, by: User | None) -> None:
    """Put a new register on its road: the first step's tasks are laid out."""
    _enter(register, spec, spec.route(register.scope).steps[0], by)


def decide(*, register: Register, by: User, action: Action, act: Act) -> Decision:
    """One person's act at the present step; when the step's quorum is reached the register goes on.

    Raises NotAllowed, NotNow.
    """
    step = step_of(register)
    seal = seals.latest(register)
    decisions.check_seen(register, seal, act)
    guards.check(user=by, register=register, step=step, action=action)
    mine = guards.my_tasks(by, register)
    decision = decisions.write(register, step, by=by, action=action, act=act, seal=seal, task=mine[0])
    tasks.close_these(tasks=mine, by=by)
    if act.levels:
        levels.determine(register, decision, act.levels)
    if _quorum_reached(register, step):
        complete(register, step, by)
    return decision


def pass_on(*, register: Register, by: User, action: Action, act: Act, seal: Seal | None = None) -> Decision:
    """A batch act (meeting, end of a notice) carries this register over its step. Raises NotAllowed, NotNow."""
    step = step_of(register)
    seal = seal or seals.latest(register)
    decisions.check_seen(register, seal, act)
    guards.check(user=by, register=register, step=step, action=action)
    task = guards.my_tasks(by, register)[0]
    decision = decisions.write(register, step, by=by, action=action, act=act, seal=seal, task=task)
    if act.levels:
        levels.determine(register, decision, act.levels)
    _move(register, waiting="")
    complete(register, step, by)
    return decision


def send_back(*, register: Register, by: User, act: Act, action: Action = Action.SEND_BACK, task: Task | None = None):
    """Back to an allowed earlier step, with grounds and a limit; a new round begins. Raises NotAllowed, NotNow."""
    step = step_of(register)
    seal = seals.latest(register)
    decisions.check_seen(register, seal, act)
    if task is None:
        guards.check(user=by, register=register, step=step, action=action)
        task = next(iter(guards.my_tasks(by, register)), None)
    target = _return_target(step, act)
    decision = decisions.write(register, step, by=by, action=action, act=act, seal=seal, task=task, to_step=target.to)
    to_step = spec_of(register.scheme).route(register.scope).step(target.to)
    resume = step.key if target.resume == "direct" else ""
    reopen(register, to_step, by, resume=resume, due=act.limit_on)
    return decision


def reopen(register: Register, to_step: Step, by: User | None, *, resume: str = "", due: datetime.date | None = None):
    """Back to a step in a new round; what was owed to bodies outside and not yet handed in is cancelled."""
    FilingItem.objects.filter(register=register, filing=None, cancelled=False).update(cancelled=True)
    tasks.close(register=register, by=by, kinds=(TaskKind.FILE,))
    _move(register, round=register.round + 1, resume_at=resume, waiting="")
    _enter(register, spec_of(register.scheme), to_step, by, due=due)


def complete(register: Register, step: Step, by: User | None) -> None:
    """The step is done: file where the scheme says so, then go on unless a receipt is waited for."""
    if _owe_filings(register, step):
        tasks.close_step(register)
        _move(register, waiting="receipt")
        return
    advance(register, step, by)


def advance(register: Register, after: Step, by: User | None) -> None:
    """Enter the next step, or the one that a direct send-back goes on at; steps that nobody has to do are skipped."""
    spec = spec_of(register.scheme)
    route = spec.route(register.scope)
    resumes = register.resume_at and after.kind == "fill"
    index = route.index(register.resume_at) if resumes else route.index(after.key) + 1
    if resumes:
        _move(register, resume_at="")
    while not _enter(register, spec, route.steps[index], by):
        index += 1


def put_in_force(*, register: Register, by: User, act: Act, number: str, day: datetime.date) -> Seal:
    """印发: seal the content with the determined levels, replace the former version, freeze the rows."""
    step = step_of(register)
    decisions.check_seen(register, seals.latest(register), act)
    guards.check(user=by, register=register, step=step, action=Action.ISSUE)
    task = guards.my_tasks(by, register)[0]
    compiling.refresh(register)
    sealed = seals.seal(register=register, by=by, issue=True)
    decisions.write(register, step, by=by, action=Action.ISSUE, act=act, seal=sealed, task=task)
    _owe_filings(register, step)
    live_key = f"{register.subject_key}|{register.scope}|{register.cycle.series}"
    for former in Register.objects.filter(live_key=live_key):
        _move(former, state=RegisterState.REPLACED, live_key=None, in_force_until=day)
        in_force.leave(former)
    tasks.close_step(register)
    _move(
        register,
        state=RegisterState.IN_FORCE,
        live_key=live_key,
        road_key=None,
        number=number,
        in_force_from=day,
        due_on=None,
    )
    in_force.enter(register)
    return sealed


def stop(*, register: Register, by: User, act: Act) -> Decision:
    """终止: the register leaves the road without coming into force (e.g. its post was closed)."""
    guards.require_on_road(register, "终止")
    step = step_of(register)
    decision = decisions.write(register, step, by=by, action=Action.STOP, act=act, seal=seals.latest(register))
    tasks.close_step(register)
    FilingItem.objects.filter(register=register, filing=None, cancelled=False).update(cancelled=True)
    tasks.close(register=register, by=by, kinds=(TaskKind.FILE,))
    _move(register, state=RegisterState.STOPPED, road_key=None, waiting="", due_on=None)
    return decision


def wait_for(register: Register, what: str) -> None:
    """Stand still at the step: "confirm" (other holders), "notice" (period runs), "receipt" (filing)."""
    _move(register, waiting=what)


def _return_target(step: Step, act: Act):
    for target in step.returns:
        if target.to == act.return_to or not act.return_to:
            return target
    raise NotNow("方案不允许退回到所选的步骤。")


def _quorum_reached(register: Register, step: Step) -> bool:
    if step.quorum == "any":
        return True
    if step.quorum == "all":
        return not Task.objects.filter(register=register, open=True, kind=TaskKind.ACT).exists()
    votes = Decision.objects.filter(
        register=register, step=step.key, round=register.round, action__in=[str(vote) for vote in VOTES]
    )
    waiting = Task.objects.filter(register=register, open=True, kind=TaskKind.ACT).exists()
    return votes.count() >= int(step.quorum) or not waiting


def _owe_filings(register: Register, step: Step) -> bool:
    """Note what is owed to bodies outside; True when a receipt must be waited for."""
    seal = seals.latest(register)
    for rule in step.files_to:
        FilingItem.objects.create(
            register=register,
            seal=seal,
            bureau=register.bureau,
            step=step.key,
            body=rule.body,
            role=rule.role,
            to_unit=_body(register, rule),
            wait=rule.wait,
        )
    if step.files_to:
        tasks.lay(register=register, step=step, desk=desks.of_role(Role.OFFICE, register.bureau_id), kind=TaskKind.FILE)
    return any(rule.wait for rule in step.files_to)


def _body(register: Register, rule: FilesTo) -> Unit | None:
    return register.bureau if rule.at == "bureau" else register.bureau.above


def _enter(register, spec: SchemeSpec, step: Step, by: User | None, *, due: datetime.date | None = None) -> bool:
    """Stand at a step: tasks on the desks of its actors. False when nobody has to act and the step was skipped."""
    today = timezone.localdate()
    resolved = actors.resolve(register, spec, step, today)
    if resolved.skipped:
        decisions.write(
            register, step, by=None, action=Action.SKIP, act=Act(opinion=resolved.skipped), seal=seals.latest(register)
        )
        return False
    due = due or _due(register, step, today)
    tasks.close_step(register)
    state = RegisterState.FILLING if step.kind == "fill" else RegisterState.MOVING
    _move(register, step=step.key, state=state, waiting="", due_on=due, entered_at=timezone.now())
    kind = TaskKind.PAIR if resolved.pair_missing else TaskKind.ACT
    for desk in resolved.desks:
        tasks.lay(register=register, step=step, desk=desk, kind=kind, due=due, instead_of=resolved.instead_of)
    return True


def _due(register: Register, step: Step, today: datetime.date) -> datetime.date | None:
    """The earlier of the step's own working days and its deliverable's date in the cycle."""
    dates = [add_working_days(today, step.due_days)] if step.due_days else []
    if step.deliverable:
        rows = CycleDate.objects.filter(cycle=register.cycle_id, key=step.deliverable)
        dates += list(rows.values_list("due_on", flat=True))
    return min(dates, default=None)


def lay_out_again(*, register: Register, by: User | None) -> None:
    """Find the actors of the present step anew (a pair was chosen, a vacancy filled)."""
    _enter(register, spec_of(register.scheme), step_of(register), by, due=register.due_on)


def _move(register: Register, **changes) -> None:
    """The door: nothing else in the program writes a register's place on the road.

    The condition on ``lock_version`` makes two movers at once impossible on every database.
    """
    moved = Register.objects.filter(pk=register.pk, lock_version=register.lock_version).update(
        lock_version=F("lock_version") + 1, **changes
    )
    if moved != 1:
        raise NotNow("这张登记表刚刚由他人办理，请刷新后查看。")
    register.lock_version += 1
    for name, value in changes.items():
        setattr(register, name, value)
