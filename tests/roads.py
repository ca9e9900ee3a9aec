"""Walking registers along their roads with the real services and the people who really sit at the desks.

    walk(register, to="discipline")     # stands at that step, its tasks open
    walk(register)                      # in force
    step_once(register)                 # everybody at the present step acts, once

Who acts is found by the open tasks, so the same lines serve every scheme.
"""

import datetime
import itertools

from django.utils import timezone

from accounts.models import User
from registers.models import Register
from registers.schemes.store import spec_of
from tests.world import fill
from workflow import compiling, desks, engine, guards, seals
from workflow.acts import Act
from workflow.enums import Action, ItemOutcome, TaskKind
from workflow.forms.deciding import rated_items
from workflow.models import ExchangePair, Notice, NoticeItem, Task
from workflow.services import cycles, deciding, filings, filling, issuing, meetings, notices

PATIENCE = 60  # acts on one road, more than any scheme needs
_numbers = itertools.count(1)


def register_at(world, scope: str, step: str = "", subject: str = "") -> Register:
    """The world's register of that scope (and subject), walked to the step; without one it comes into force."""
    return walk(world.register(scope, subject), to=step)


def walk(register: Register, to: str = "") -> Register:
    """Act for everybody until the register stands at the step ``to``, or is in force."""
    for _ in range(PATIENCE):
        register = fresh(register)
        if register.road_key is None or (to and register.step == to and not register.waiting):
            return register
        _step(register)
    raise AssertionError(f"{register} stays at {register.step} ({register.waiting})")


def fresh(register: Register) -> Register:
    return Register.objects.select_related("scheme", "cycle", "bureau", "unit", "post").get(pk=register.pk)


def step_once(register: Register) -> None:
    """One person's act (or all acts of one kind) that the register waits for."""
    _step(fresh(register))


def _step(register: Register) -> None:
    if register.waiting == "confirm":
        task = _task(register, TaskKind.CONFIRM)
        filling.confirm(register=register, by=sitting_at(task.desk), act=Act(), agree=True)
        return
    if register.waiting == "receipt":
        _file(register)
        return
    if pair := _task(register, TaskKind.PAIR):
        _pair(register, sitting_at(pair.desk))
        return
    step = engine.step_of(register)
    BY_KIND[step.kind](register, step)


def sitting_at(desk: str) -> User:
    """Somebody who sits at that desk today."""
    return desks.holders_of([desk], timezone.localdate())[desk][0].user


def actor_of(register: Register, action: Action) -> User:
    """Somebody at one of the open desks whom the guard lets act now; the first refusal is told if nobody may."""
    return _actor_of(fresh(register), action)


def _actor_of(register: Register, action: Action) -> User:
    step, refused = engine.step_of(register), None
    for task in guards.open_tasks(register):
        if task.kind == TaskKind.ACT:
            for holder in desks.holders_of([task.desk], timezone.localdate())[task.desk]:
                refusal = guards.refusal(user=holder.user, register=register, step=step, action=action)
                if refusal is None:
                    return holder.user
                refused = refused or refusal
    raise AssertionError(f"nobody may {action} {register} at {register.step}: {refused}")


def _task(register: Register, kind: TaskKind) -> Task | None:
    return Task.objects.filter(register=register, open=True, kind=kind).order_by("pk").first()


def _fill(register: Register, step) -> None:
    by = _actor_of(register, Action.SUBMIT)
    fill(register)
    register = fresh(register)
    if step.mode == "compile":
        after = spec_of(register.scheme).scope(register.scope).compiles_after
        for child in compiling.missing_children(register):
            _past(child, after)
        filling.compile_children(register=register, by=by)
    filling.submit(register=register, by=by, act=Act())


def _past(child: Register, step: str) -> None:
    """Walk a register below until it can be compiled."""
    for _ in range(PATIENCE):
        child = fresh(child)
        if compiling.is_ready(child, spec_of(child.scheme), step):
            return
        _step(child)
    raise AssertionError(f"{child} does not get past {step}")


def _opine(register: Register, step) -> None:
    deciding.opine(register=register, by=_actor_of(register, Action.OPINE), act=Act(opinion="同意，没有补充。"))


def _agree(register: Register, step) -> None:
    by = _actor_of(register, Action.AGREE)
    spec = spec_of(register.scheme)
    marks = {mark.key: True for mark in spec.marks} if step.marks else {}
    deciding.agree(register=register, by=by, act=Act(opinion="同意。", marks=marks, levels=levels_for(register, step)))


def levels_for(register: Register, step) -> dict[str, int]:
    """A level for everything that carries one, where the step determines levels: as declared, else the second."""
    if not step.determines:
        return {}
    spec, sealed = spec_of(register.scheme), seals.latest(register)
    items = rated_items(spec, register.scope, sealed.data, seals.levels_of(register))
    return {lineage: rank or 2 for lineage, _, rank in items}


def _meet(register: Register, step) -> None:
    by = _actor_of(register, Action.MEETING)
    item = meetings.Item(
        register=register, outcome=ItemOutcome.PASSED, opinion="会议同意。", levels=levels_for(register, step)
    )
    minutes = meetings.Minutes(
        body=step.body or "会议",
        held_on=timezone.localdate(),
        number=f"纪要〔{timezone.localdate().year}〕{next(_numbers)}号",
        attendees=(meetings.Attendee(name="甲", title="局长"),),
    )
    meetings.record_meeting(by=by, cycle=register.cycle, minutes=minutes, items=(item,), key=Act().key)


def _notice(register: Register, step) -> None:
    if register.waiting != "notice":
        publish(register, step)
        return
    item = NoticeItem.objects.filter(register=register, outcome=ItemOutcome.PENDING).latest("pk")
    end_period(item.notice)
    by = sitting_at(_task(register, TaskKind.ACT).desk)
    notices.close_notice(by=by, notice=fresh_notice(item.notice), key=Act().key)


def publish(register: Register, step) -> Notice:
    """A notice over this one register, published by who has it."""
    by = _actor_of(register, Action.PUBLISH)
    rule = spec_of(register.scheme).notice(step.notice)
    notice = notices.draft_notice(
        by=by,
        cycle=register.cycle,
        rule=rule.key,
        registers=[register],
        contact="局纪检组，电话见公开栏",
        section=register.section if rule.audience == "section" else None,
    )
    return notices.publish(by=by, notice=notice, key=Act().key)


def end_period(notice: Notice) -> None:
    """Let the days of a notice go by: nothing moves by the clock, but its end enables a button."""
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    Notice.objects.filter(pk=notice.pk).update(ends_on=yesterday)
    Task.objects.filter(register__notice_items__notice=notice, open=True).update(not_before=None)


def fresh_notice(notice: Notice) -> Notice:
    return Notice.objects.get(pk=notice.pk)


def _issue(register: Register, step) -> None:
    today = timezone.localdate()
    document = issuing.Document(title="关于印发廉政风险点登记表的通知", issued_on=today, in_force_from=today)
    by = _actor_of(register, Action.ISSUE)
    issuing.issue(by=by, cycle=register.cycle, registers=(register,), document=document, key=Act().key)


def _file(register: Register) -> None:
    """Hand in what is owed and give the receipts."""
    today = timezone.localdate()
    for item in filings.owed(register.bureau).filter(register=register):
        by = sitting_at(_task(register, TaskKind.FILE).desk)
        filings.file(by=by, cycle=register.cycle, items=[item], filed_on=today, key=Act().key)
    for item in register.filing_items.exclude(filing=None).filter(received_on=None, cancelled=False):
        by = sitting_at(filings.receiving_desk(item))
        filings.receive(item=item, by=by, number=f"备{next(_numbers)}", received_on=today, key=Act().key)


def _pair(register: Register, by: User) -> None:
    unit = register.section or register.unit
    others = register.bureau.get_children().exclude(pk=unit.pk).filter(posts__is_head=True)
    other = others.exclude(kind="leadership").first() or others.first()
    if register.section is None:
        ExchangePair.objects.create(cycle=register.cycle, unit=unit, by_unit=other)
        engine.lay_out_again(register=engine.locked(register.pk), by=by)
        return
    cycles.choose_pair(by=by, cycle=register.cycle, unit=unit, by_unit=other)


BY_KIND = {
    "fill": _fill,
    "opinions": _opine,
    "exchange": _agree,
    "review": _agree,
    "countersign": _agree,
    "audit": _agree,
    "superior": _agree,
    "meeting": _meet,
    "notice": _notice,
    "issue": _issue,
}
