"""集体决定: a body meets and decides on many registers; each then goes its own way."""

import datetime
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.exceptions import NotNow
from accounts.models import User
from accounts.roles import Permission
from audit import services as audit
from paper.text import chinese_date
from registers.access import require, standing
from registers.models import Cycle, Register, RiskPoint
from registers.parts import rates_subject
from registers.schemes.store import spec_of
from workflow import actors, engine, guards, seals
from workflow.acts import Act
from workflow.enums import Action, ItemOutcome
from workflow.models import Decision, Meeting, MeetingAttendee, MeetingItem
from workflow.models.batch import called


@dataclass(frozen=True)
class Attendee:
    """Somebody present: an account, or a name of somebody who has none."""

    name: str
    title: str = ""
    user: User | None = None


@dataclass(frozen=True)
class Item:
    """What the meeting decided on one register: agreed (with levels), or returned with grounds."""

    register: Register
    outcome: ItemOutcome
    seen: str = ""
    opinion: str = ""
    levels: dict[str, int] = field(default_factory=dict)
    return_to: str = ""
    reasons: tuple[str, ...] = ()
    limit_on: datetime.date | None = None


@dataclass(frozen=True)
class Minutes:
    body: str
    held_on: datetime.date
    number: str
    attendees: tuple[Attendee, ...]
    absent: str = ""
    note: str = ""


@transaction.atomic
def record_meeting(*, by: User, cycle: Cycle, minutes: Minutes, items: tuple[Item, ...], key: str) -> Meeting:
    """Record what a body decided; all items or none.

    Whoever holds the post (or filled the register) of an item is recused on it; if nobody else was there, the item is
    refused. Raises NotAllowed, NotNow.
    """
    registers = {register.pk: register for register in engine.locked_all(item.register.pk for item in items)}
    if done := _recorded(by, key):
        return done
    require(by, Permission.RECORD_MEETING, cycle.bureau)
    _complete(cycle, minutes, items)
    meeting = _numbered(by, cycle, minutes)
    for person in minutes.attendees:
        MeetingAttendee.objects.create(meeting=meeting, user=person.user, name=person.name, title=person.title)
    audit.record(verb="meeting.record", by=by, bureau=cycle.bureau_id, target=meeting, items=len(items))
    for item in items:
        _decide(meeting, minutes, registers[item.register.pk], item, by, f"{key}:{item.register.pk}")
    return meeting


def _numbered(by: User, cycle: Cycle, minutes: Minutes) -> Meeting:
    """The meeting itself. The database refuses a number that is taken, also one taken at this moment."""
    try:
        with transaction.atomic():
            return Meeting.objects.create(
                bureau=cycle.bureau,
                cycle=cycle,
                body=minutes.body.strip(),
                held_on=minutes.held_on,
                number=minutes.number.strip(),
                absent=minutes.absent.strip(),
                note=minutes.note.strip(),
                recorded_by=by,
            )
    except IntegrityError:
        raise NotNow(f"纪要编号“{minutes.number.strip()}”已经用过。") from None


def _recorded(by: User, key: str) -> Meeting | None:
    """The meeting that this very form already made, if any."""
    done = Decision.objects.filter(by=by, key__startswith=f"{key}:").first()
    if done is None:
        return None
    rows = MeetingItem.objects.filter(register=done.register_id, seal=done.seal_id, meeting__recorded_by=by)
    return rows.select_related("meeting").latest("pk").meeting


def _complete(cycle: Cycle, minutes: Minutes, items: tuple[Item, ...]) -> None:
    if not minutes.body.strip() or not minutes.number.strip():
        raise NotNow("请填写会议名称和纪要编号。")
    if not minutes.attendees:
        raise NotNow("请填写出席人员。")
    if not items:
        raise NotNow("请至少选择一张登记表。")
    if minutes.held_on > timezone.localdate():
        raise NotNow("会议日期不能晚于今天。")


def _decide(meeting: Meeting, minutes: Minutes, register: Register, item: Item, by: User, key: str) -> None:
    if register.cycle_id != meeting.cycle_id:
        raise NotNow(f"“{register}”不属于本周期。")
    own = actors.own_people(register, standing(by).day)
    recused = [person for person in minutes.attendees if person.user and person.user.pk in own]
    if len(recused) == len(minutes.attendees):
        raise NotNow(f"“{register}”：出席人员均须回避，不能作出决定。")
    step = engine.step_of(register)
    guards.check(user=by, register=register, step=step, action=Action.MEETING)
    if item.levels and not step.determines:
        raise NotNow("这次会议不审定等级。")
    if item.limit_on and item.limit_on < timezone.localdate():
        raise NotNow(f"“{register}”的退回期限不能早于今天。")
    if item.outcome == ItemOutcome.PASSED and step.determines:
        _all_rated(register, item.levels)
    sealed = seals.latest(register)
    if sealed and minutes.held_on < timezone.localdate(sealed.at):
        raise NotNow(f"“{register}”在会议日期之后才提交，会上不可能见过现在的内容，请核对会议日期。")
    MeetingItem.objects.create(
        meeting=meeting,
        register=register,
        seal=sealed,
        outcome=item.outcome,
        opinion=item.opinion.strip(),
        recused="、".join(called(person.title, person.name) for person in recused)[:300],
    )
    act = Act(
        key=key,
        seen=item.seen,
        opinion=item.opinion,
        levels=item.levels,
        return_to=item.return_to,
        reasons=item.reasons,
        limit_on=item.limit_on,
        paper=f"{meeting.number}（{chinese_date(meeting.held_on)}）",
        title=meeting.body,
    )
    if item.outcome == ItemOutcome.RETURNED:
        if not (item.opinion.strip() or item.reasons):
            raise NotNow(f"“{register}”退回须说明理由。")
        engine.send_back(register=register, by=by, act=act, action=Action.MEETING)
    else:
        engine.pass_on(register=register, by=by, action=Action.MEETING, act=act, seal=sealed)


def _all_rated(register: Register, levels: dict[str, int]) -> None:
    """A meeting that fixes levels leaves none open: each rated thing has one, declared before or given now."""
    if rates_subject(spec_of(register.scheme), register.scope):
        if "" not in levels and register.level_rank is None:
            raise NotNow(f"“{register}”还没有审定等级。")
        return
    bare = RiskPoint.objects.filter(register=register, block__removed_at=None, level_rank=None)
    if bare.exclude(lineage__in=[lineage for lineage in levels if lineage]).exists():
        raise NotNow(f"“{register}”还有风险点没有审定等级。")
