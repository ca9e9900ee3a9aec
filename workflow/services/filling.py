"""The filler's acts: taking a register up, submitting, withdrawing, compiling; and the co-holders' confirmation."""

from django.db import transaction
from django.utils import timezone

from accounts.exceptions import NotAllowed, NotNow
from accounts.models import User
from audit import services as audit
from registers import quality
from registers.access import standing
from registers.enums import RatingKind, RegisterState
from registers.models import Appointment, Rating, Register, RiskPoint
from registers.parts import rates_subject
from registers.schemes.model import SchemeSpec
from registers.schemes.store import spec_of
from workflow import compiling, decisions, desks, engine, guards, levels, seals, tasks
from workflow.acts import Act
from workflow.enums import Action, TaskKind
from workflow.models import Decision, Inclusion, Task


@transaction.atomic
def claim(*, register: Register, by: User) -> Register:
    """Become the filler of a register that lies on one of one's desks. One filler; others confirm.

    Raises NotNow when it is not with its filler, NotAllowed when it is somebody else's.
    """
    register = engine.locked(register.pk)
    if register.state != RegisterState.FILLING:
        raise NotNow("登记表不在填写环节。")
    if register.filler_id == by.pk:
        return register
    if not guards.my_tasks(by, register):
        raise NotAllowed("这张登记表不由您填写。")
    if register.filler_id and _still_at_desk(register):
        raise NotAllowed(f"这张登记表正由{register.filler}填写；同岗位人员在提交后确认。")
    before = str(register.filler or "")
    Register.objects.filter(pk=register.pk).update(filler=by)
    register.filler = by
    audit.record(verb="register.claim", by=by, bureau=register.bureau_id, target=register, before=before)
    return register


def _still_at_desk(register: Register) -> bool:
    """Whether the present filler still sits where the register has to be filled."""
    waiting = {task.desk for task in guards.open_tasks(register) if task.kind == TaskKind.ACT}
    people = desks.holders_of(waiting, timezone.localdate())
    return any(holder.user.pk == register.filler_id for holders in people.values() for holder in holders)


@transaction.atomic
def submit(*, register: Register, by: User, act: Act) -> Decision:
    """Seal what was filled in and send it on its road; co-holders of the post are asked to confirm first.

    Raises NotAllowed for another than the filler; NotNow when the register is not ready, with what is missing.
    """
    register = engine.locked(register.pk)
    if done := decisions.repeated(act, by):
        return done
    step = engine.step_of(register)
    guards.check(user=by, register=register, step=step, action=Action.SUBMIT)
    register = claim(register=register, by=by)
    _ready(register, step)
    if "points" in step.opens or "levels" in step.opens:
        _declare(register, spec_of(register.scheme), by)
    compiling.refresh(register)
    sealed = seals.seal(register=register, by=by)
    mine = guards.my_tasks(by, register)
    decision = decisions.write(register, step, by=by, action=Action.SUBMIT, act=act, seal=sealed, task=mine[0])
    others = _other_holders(register, by)
    if others:
        tasks.close(register=register, by=by, kinds=(TaskKind.ACT,))
        engine.wait_for(register, "confirm")
        for user_id in others:
            tasks.lay(register=register, step=step, desk=desks.of_user(user_id), kind=TaskKind.CONFIRM)
    else:
        engine.complete(register, step, by)
    return decision


def _ready(register: Register, step) -> None:
    """Raise NotNow with everything that is missing."""
    missing = [str(child) for child in compiling.missing_children(register)] if step.mode == "compile" else []
    if missing:
        shown = "、".join(missing[:5]) + (f"等 {len(missing)} 张" if len(missing) > 5 else "")
        raise NotNow(f"下级登记表尚未办到可汇总的步骤：{shown}。")
    if step.mode == "compile" and compiling.is_behind(register):
        raise NotNow(f"{compiling.BEHIND}。")
    faults = [finding.text for finding in quality.findings(register) if finding.blocks]
    if faults:
        raise NotNow("还不能提交：" + "；".join(faults[:8]) + "。")


def _declare(register: Register, spec: SchemeSpec, by: User) -> None:
    """Note the declared levels as ratings; until a body determines another, they hold."""
    points = list(RiskPoint.objects.filter(register=register, block__removed_at=None))
    declared = [("", register.declared_rank)]
    if not rates_subject(spec, register.scope):
        declared += [(point.lineage, point.declared_rank) for point in points]
    for lineage, rank in declared:
        if rank is not None:
            Rating.objects.create(
                register=register,
                lineage=lineage,
                kind=RatingKind.DECLARED,
                rank=rank,
                step=register.step,
                round=register.round,
                by=by,
                by_text=by.name,
            )
    if rates_subject(spec, register.scope):
        RiskPoint.objects.filter(register=register).update(level_rank=register.declared_rank)
        levels.refresh_subject_level(register, spec, register.declared_rank)
        return
    for point in points:
        if point.level_rank != point.declared_rank:
            RiskPoint.objects.filter(pk=point.pk).update(level_rank=point.declared_rank)
    levels.refresh_subject_level(register, spec)


def _other_holders(register: Register, by: User) -> list[int]:
    """A post held by several people has one filler; the others confirm (product decision, see docs/decisions)."""
    if not register.post_id:
        return []
    rows = Appointment.objects.current().filter(post=register.post_id, user__is_active=True).exclude(user=by)
    return sorted(set(rows.values_list("user_id", flat=True)))


@transaction.atomic
def confirm(*, register: Register, by: User, act: Act, agree: bool) -> Decision:
    """Another holder of the post confirms what the filler submitted, or gives it back to him."""
    register = engine.locked(register.pk)
    if done := decisions.repeated(act, by):
        return done
    step = engine.step_of(register)
    mine = guards.my_tasks(by, register, TaskKind.CONFIRM)
    if register.waiting != "confirm" or not mine:
        raise NotNow("没有等您确认的登记表。")
    action = Action.CONFIRM if agree else Action.SEND_BACK
    decision = decisions.write(register, step, by=by, action=action, act=act, seal=seals.latest(register), task=mine[0])
    if not agree:
        engine.reopen(register, step, by)
        return decision
    tasks.close_these(tasks=mine, by=by)
    if not Task.objects.filter(register=register, open=True, kind=TaskKind.CONFIRM).exists():
        engine.wait_for(register, "")
        engine.complete(register, step, by)
    return decision


def withdrawal_refusal(register: Register, by: User) -> str:
    """Why a submission cannot be taken back; empty when it can."""
    last = Decision.objects.filter(register=register).exclude(action=Action.SKIP).order_by("-pk").first()
    if register.state == RegisterState.IN_FORCE or last is None or last.action != Action.SUBMIT:
        return "已有人办理，不能撤回。" if last else "还没有提交。"
    if last.by_id != by.pk:
        return "只能由提交人撤回。"
    return ""


@transaction.atomic
def withdraw(*, register: Register, by: User, act: Act) -> Decision:
    """Take a submission back while nobody has acted on it; a new round begins. Raises NotNow."""
    register = engine.locked(register.pk)
    if done := decisions.repeated(act, by):
        return done
    if reason := withdrawal_refusal(register, by):
        raise NotNow(reason)
    last = Decision.objects.filter(register=register, action=Action.SUBMIT).latest("pk")
    step = spec_of(register.scheme).route(register.scope).step(last.step)
    decision = decisions.write(
        register, step, by=by, action=Action.WITHDRAW, act=act, seal=seals.latest(register), to_step=step.key
    )
    engine.reopen(register, step, by, resume=register.resume_at)
    return decision


@transaction.atomic
def compile_children(*, register: Register, by: User) -> int:
    """汇总: take in every register below that is ready, at its newest seal. Returns how many.

    The register must be with its filler; when something below changed later, `recompile` brings it back to him.
    """
    register = engine.locked(register.pk)
    step = engine.step_of(register)
    if register.state != RegisterState.FILLING or step.mode != "compile":
        raise NotNow("登记表不在汇总环节。")
    register = claim(register=register, by=by)
    spec = spec_of(register.scheme)
    after = spec.scope(register.scope).compiles_after
    Inclusion.objects.filter(register=register).delete()
    count = 0
    for child in compiling.children_of(register, spec):
        sealed = seals.latest(child)
        if sealed and compiling.is_ready(child, spec, after):
            Inclusion.objects.create(register=register, child=child, seal=sealed)
            count += 1
    audit.record(verb="register.compile", by=by, bureau=register.bureau_id, target=register, included=count)
    return count


@transaction.atomic
def recompile(*, register: Register, by: User, act: Act) -> Decision:
    """重新汇总: something below changed, so the register goes back to its filler in a new round. Raises NotNow."""
    register = engine.locked(register.pk)
    if done := decisions.repeated(act, by):
        return done
    if register.state != RegisterState.MOVING or not compiling.stale_children(register):
        raise NotNow("下级登记表没有变动，不需要重新汇总。")
    route = spec_of(register.scheme).route(register.scope)
    first = next(step for step in route.steps if step.mode == "compile")
    people = desks.holders_of(_filler_desks(register, first), standing(by).day)
    if by.pk != register.filler_id and by.pk not in {h.user.pk for holders in people.values() for h in holders}:
        raise NotAllowed("只能由填报人重新汇总。")
    decision = decisions.write(
        register,
        engine.step_of(register),
        by=by,
        action=Action.RECOMPILE,
        act=act,
        seal=seals.latest(register),
        to_step=first.key,
    )
    engine.reopen(register, first, by)
    return decision


def _filler_desks(register: Register, step) -> set[str]:
    rows = Task.objects.filter(register=register, step=step.key, kind=TaskKind.ACT)
    return set(rows.values_list("desk", flat=True))
