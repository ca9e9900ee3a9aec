"""Cycles: running a scheme on a bureau, and opening its registers for every subject in scope."""

import datetime
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from accounts.exceptions import NotNow
from accounts.models import User
from accounts.roles import Permission
from audit import services as audit
from registers.access import require
from registers.copying import copy_content
from registers.enums import CycleState, RegisterState, UnitKind
from registers.models import Cycle, CycleDate, Post, Register, Scheme, Unit
from registers.schemes.model import SchemeSpec, Scope
from registers.schemes.store import spec_of
from registers.services.tree import section_units
from workflow import engine
from workflow.models import ExchangePair, Task


@dataclass
class Opened:
    """What `open_registers` did: how many were opened, and why others were not."""

    count: int = 0
    skipped: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Subject:
    key: str
    name: str
    unit: Unit
    post: Post | None = None


@transaction.atomic
def start_cycle(*, by: User, scheme: Scheme, bureau: Unit, name: str, year: int, starts_on: datetime.date) -> Cycle:
    """A new cycle with the scheme's dates copied to real days of that year; the office may move them.

    Dates may lie in the past: plan 004 is dated after the end of its own first stage.
    """
    require(by, Permission.RUN_CYCLE, bureau)
    if bureau.parent_id is not None:
        raise NotNow("周期只能在单位（根节点）上开启。")
    spec = spec_of(scheme)
    name = name.strip()
    known = Cycle.objects.filter(bureau=bureau, name=name).exclude(state=CycleState.CLOSED).first()
    if known and (known.scheme_id, known.year, known.state) == (scheme.pk, year, CycleState.PREPARING):
        return known  # the same form sent twice
    if known:
        raise NotNow(f"已有名为“{name}”的周期。")
    cycle = Cycle.objects.create(
        scheme=scheme,
        bureau=bureau,
        name=name,
        series=spec.series,
        year=year,
        starts_on=starts_on,
        state=CycleState.PREPARING,
    )
    for deliverable in spec.deliverables:
        CycleDate.objects.create(
            cycle=cycle, key=deliverable.key, name=deliverable.name, due_on=real_date(deliverable.due, year)
        )
    audit.record(verb="cycle.start", by=by, bureau=bureau.pk, target=cycle, scheme=f"{scheme.key}/{scheme.version}")
    return cycle


def real_date(date: tuple[str, int], year: int) -> datetime.date:
    """A scheme's month-day with its year offset in a cycle that begins in ``year``; 29 February may become the 28th."""
    month, day = (int(part) for part in date[0].split("-"))
    try:
        return datetime.date(year + date[1], month, day)
    except ValueError:
        return datetime.date(year + date[1], month, 28)


@transaction.atomic
def move_date(
    *, by: User, date: CycleDate, due_on: datetime.date, reason: str, seen: datetime.date | None = None
) -> CycleDate:
    """The office moves a deadline; open tasks of registers that follow it move too.

    ``seen`` is the date that its page showed. Raises NotNow without a reason and when somebody else moved it since.
    """
    date = CycleDate.objects.select_related("cycle__bureau", "cycle__scheme").get(pk=date.pk)
    cycle = date.cycle
    require(by, Permission.RUN_CYCLE, cycle.bureau)
    if due_on == date.due_on:
        return date
    if cycle.state == CycleState.CLOSED:
        raise NotNow("周期已结束，期限不再调整。")
    if not reason.strip():
        raise NotNow("请填写调整期限的理由。")
    if seen and seen != date.due_on:
        raise NotNow(f"“{date.name}”的期限刚刚由他人调整为 {date.due_on}，请重新查看。")
    before, date.due_on = date.due_on, due_on
    date._change_reason = reason[:100]
    date.save()
    spec = spec_of(cycle.scheme)
    for route in spec.routes:
        keys = [step.key for step in route.steps if step.deliverable == date.key]
        rows = Register.objects.filter(cycle=cycle, scope=route.scope, step__in=keys, due_on=before)
        ids = list(rows.values_list("pk", flat=True))
        Register.objects.filter(pk__in=ids).update(due_on=due_on)
        Task.objects.filter(register__in=ids, open=True, due_on=before).update(due_on=due_on)
    audit.record(
        verb="cycle.date",
        by=by,
        bureau=cycle.bureau_id,
        target=cycle,
        key=date.key,
        before=str(before),
        after=str(due_on),
        reason=reason,
    )
    return date


@transaction.atomic
def open_registers(*, by: User, cycle: Cycle) -> Opened:
    """Open a register for every post, section, bureau and leadership in the scheme's scopes that has none yet."""
    require(by, Permission.RUN_CYCLE, cycle.bureau)
    _take_turn(cycle.bureau_id)
    cycle.refresh_from_db(fields=["state"])
    if cycle.state == CycleState.CLOSED:
        raise NotNow("周期已结束。")
    spec, result = spec_of(cycle.scheme), Opened()
    known = set(Register.objects.filter(cycle=cycle).values_list("subject_key", "scope"))
    on_road = set(
        Register.objects.filter(bureau=cycle.bureau_id).exclude(road_key=None).values_list("road_key", flat=True)
    )
    for scope in spec.scopes:
        for subject in subjects_of(cycle.bureau, scope):
            if (subject.key, scope.key) in known:
                continue
            if _road_key(subject, scope, cycle) in on_road:
                result.skipped.append(f"{subject.name}：上一周期的登记表还在办理")
                continue
            _open(cycle, spec, scope, subject, by)
            result.count += 1
    if cycle.state == CycleState.PREPARING:
        cycle.state = CycleState.OPEN
        cycle.save()
    audit.record(
        verb="cycle.open", by=by, bureau=cycle.bureau_id, target=cycle, opened=result.count, skipped=len(result.skipped)
    )
    return result


def _take_turn(bureau_id: int) -> None:
    """Openings within one bureau take turns, so that no subject gets two registers on the road."""
    list(Unit.objects.select_for_update(no_key=True).filter(pk=bureau_id).values_list("pk"))


def subjects_of(bureau: Unit, scope: Scope) -> list[Subject]:
    """Who declares in that scope: open posts of its tiers, sections, the bureau, or the leadership."""
    if scope.subject == "post":
        posts = Post.objects.open().filter(bureau=bureau, unit__closed_on=None).select_related("unit")
        if scope.tiers:
            posts = posts.filter(tier__in=scope.tiers)
        if scope.priority_only:
            posts = posts.filter(priority=True)
        return [Subject(f"post:{post.pk}", post.name, post.unit, post) for post in posts.order_by("unit__lft", "order")]
    if scope.subject == "section":
        return [Subject(f"unit:{u.pk}", u.name, u) for u in section_units(bureau).open().order_by("lft")]
    if scope.subject == "leadership":
        unit = Unit.objects.open().filter(parent=bureau, kind=UnitKind.LEADERSHIP).first() or bureau
        return [Subject(f"lead:{unit.pk}", f"{bureau}领导班子" if unit == bureau else unit.name, unit)]
    return [Subject(f"unit:{bureau.pk}", bureau.name, bureau)]


def _road_key(subject: Subject, scope: Scope, cycle: Cycle) -> str:
    return f"{subject.key}|{scope.key}|{cycle.series}"


def _open(cycle: Cycle, spec: SchemeSpec, scope: Scope, subject: Subject, by: User, reason: str = "") -> Register:
    earlier = Register.objects.filter(subject_key=subject.key, scope=scope.key)
    former = earlier.filter(state=RegisterState.IN_FORCE, cycle__series=cycle.series).first()
    register = Register.objects.create(
        cycle=cycle,
        scheme=cycle.scheme,
        scope=scope.key,
        unit=subject.unit,
        post=subject.post,
        bureau_id=subject.unit.bureau_id,
        section_id=subject.unit.section_id,
        subject_key=subject.key,
        subject_name=subject.name,
        version=(earlier.aggregate(Max("version"))["version__max"] or 0) + 1,
        based_on=former,
        change_reason=reason,
        step=spec.route(scope.key).steps[0].key,
        road_key=_road_key(subject, scope, cycle),
    )
    if former:
        copy_content(source=former, target=register)
    engine.begin(register=register, spec=spec, by=by)
    return register


@transaction.atomic
def new_version(*, by: User, register: Register, reason: str) -> Register:
    """A change outside the yearly round: the next version of what is in force, with its rows. Raises NotNow."""
    _take_turn(register.bureau_id)
    register = engine.locked(register.pk)
    own = register.filler_id == by.pk
    if not own:
        require(by, Permission.RUN_CYCLE, register.bureau)
    if register.state != RegisterState.IN_FORCE:
        raise NotNow("只有生效的登记表可以变更。")
    if not reason.strip():
        raise NotNow("请说明变更事由（如法规调整、职权变化、新发现的风险）。")
    spec = spec_of(register.scheme)
    scope = spec.scope(register.scope)
    subject = Subject(register.subject_key, register.subject_name, register.unit, register.post)
    if Register.objects.filter(road_key=_road_key(subject, scope, register.cycle)).exists():
        raise NotNow("这个对象已有一张登记表在办理中。")
    opened = _open(register.cycle, spec, scope, subject, by, reason.strip()[:300])
    audit.record(
        verb="register.change", by=by, bureau=register.bureau_id, target=opened, former=register.pk, reason=reason
    )
    return opened


@transaction.atomic
def choose_pair(*, by: User, cycle: Cycle, unit: Unit, by_unit: Unit) -> ExchangePair:
    """交叉互查: the office names the unit that looks at another's registers; waiting registers then go to it."""
    require(by, Permission.RUN_CYCLE, cycle.bureau)
    if unit.pk == by_unit.pk:
        raise NotNow("不能由本科室检查自己。")
    if by_unit.bureau_id != cycle.bureau_id or unit.bureau_id != cycle.bureau_id:
        raise NotNow("互查双方须是本单位的科室。")
    if cycle.state == CycleState.CLOSED:
        raise NotNow("周期已结束。")
    known = ExchangePair.objects.filter(cycle=cycle, unit=unit, by_unit=by_unit).first()
    if known:
        return known
    pair, _ = ExchangePair.objects.update_or_create(cycle=cycle, unit=unit, defaults={"by_unit": by_unit})
    audit.record(verb="pair.choose", by=by, bureau=cycle.bureau_id, target=unit, by_unit=str(by_unit))
    spec = spec_of(cycle.scheme)
    waiting = Register.objects.on_the_road().filter(Q(section=unit) | Q(section=None, unit=unit), cycle=cycle)
    for register in waiting.select_related("scheme"):
        step = spec.route(register.scope).step(register.step)
        if step.kind == "exchange":
            engine.lay_out_again(register=engine.locked(register.pk), by=by)
    return pair


@transaction.atomic
def close_cycle(*, by: User, cycle: Cycle) -> Cycle:
    """End a cycle when nothing of it is on the road. Raises NotNow."""
    require(by, Permission.RUN_CYCLE, cycle.bureau)
    if cycle.state == CycleState.CLOSED:
        return cycle
    left = Register.objects.on_the_road().filter(cycle=cycle).count()
    if left:
        raise NotNow(f"还有 {left} 张登记表在办理中，不能结束周期。")
    cycle.state, cycle.ends_on = CycleState.CLOSED, timezone.localdate()
    cycle.save()
    audit.record(verb="cycle.close", by=by, bureau=cycle.bureau_id, target=cycle)
    return cycle
