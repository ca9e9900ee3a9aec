"""Synthetic bodies of any scheme and size: many bureaus under one authority, in force and on the road."""

import datetime
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from audit import services as audit
from audit.models import Event
from lianzheng.sample.bulk_batches import number_of, open_notices, settle
from lianzheng.sample.bulk_content import Plan, create_rows, subject_level_of, write_rows
from lianzheng.sample.bulk_ground import BATCH, SIZES, Ground, Names, Seat, Size, add_bureau, add_people, add_root
from lianzheng.sample.bulk_road import Trail, Walker, passed_steps, returning
from registers.enums import CycleState, RegisterState, UnitKind
from registers.models import Cycle, CycleDate, Rating, Register, Scheme, Unit
from registers.parts import LEVELS, rates_subject
from registers.schemes.model import SchemeSpec, Scope
from registers.schemes.store import spec_of
from registers.services import in_force
from workflow import actors
from workflow.enums import TaskKind
from workflow.models import Decision, ExchangePair, Inclusion, Seal, Task
from workflow.services.cycles import real_date

DONE, HALF_DONE, BACK = 0.6, 0.5, 0.2  # bureaus and sections that are through; fillers that got theirs back
ABOVE = (Role.OFFICE, Role.LEADING_GROUP, Role.DISCIPLINE, Role.PARTY_GROUP)


@dataclass(frozen=True)
class Made:
    """What was written."""

    bureaus: int
    posts: int
    registers: int
    points: int


def load(*, scheme: Scheme, size: str, seed: int = 1, tell: Callable[[str], None] = lambda text: None) -> Made:
    """A body of that size under a new authority; each bureau is one transaction, all or nothing.

    The same seed in an empty database gives the same organisation and texts.
    """
    given, spec, names = SIZES[size], spec_of(scheme), Names(scheme.key)
    totals = [0, 0, 0]
    top = None
    for number in range(1, given.bureaus + 1):
        if (number - 1) % given.group == 0:
            with transaction.atomic():
                top, people = _authority(names, spec, number // given.group + 1)
        with transaction.atomic():
            ground = add_bureau(names, number, top, people, given, spec)
            counts = _registers(ground, scheme, spec, random.Random(f"{seed}-{number}"), given)  # noqa: S311
            in_force.rebuild([ground.bureau.pk])
            audit.record(verb="sample.bulk", bureau=ground.bureau.pk, target=ground.bureau, scheme=scheme.key)
        totals = [before + more for before, more in zip(totals, counts, strict=True)]
        if number % 10 == 0:
            tell(f"{number} / {given.bureaus}")
    return Made(given.bureaus, *totals)


def _authority(names: Names, spec: SchemeSpec, number: int) -> tuple[Unit, dict[str, User]]:
    unit = add_root(names, f"{spec.key}廉政风险防控领导小组{number}", UnitKind.AUTHORITY, None)
    return unit, add_people(names, unit, {role: f"上级{role.label}" for role in ABOVE})


def _registers(ground: Ground, scheme: Scheme, spec: SchemeSpec, rng: random.Random, size: Size) -> list[int]:
    """The cycle of one bureau with all its registers; returns posts, registers and points."""
    cycle = _cycle(ground, scheme, spec)
    walker = Walker(spec, ground, cycle, Trail(), rng)
    done = size.bureaus > 1 and rng.random() < DONE
    plans = [plan for scope in _ordered(spec) for plan in _plans(ground, spec, scope, rng)]
    _places(plans, ground, spec, rng, done)
    _create(plans, walker, cycle)
    for plan in plans:
        walker.walk(plan, _children(plan, plans, ground) if plan.place and plan.scope.compiles else ())
    _write(plans, walker)
    return [len(ground.seats), len(plans), sum(len(plan.points) for plan in plans if plan.parts)]


def _cycle(ground: Ground, scheme: Scheme, spec: SchemeSpec) -> Cycle:
    today = timezone.localdate()
    cycle = Cycle.objects.create(
        scheme=scheme,
        bureau=ground.bureau,
        name=f"{today.year}年度",
        series=spec.series,
        year=today.year,
        starts_on=today - datetime.timedelta(days=60),
        state=CycleState.OPEN,
    )
    CycleDate.objects.bulk_create(
        CycleDate(cycle=cycle, key=due.key, name=due.name, due_on=real_date(due.due, today.year))
        for due in spec.deliverables
    )
    looked_at = [*ground.sections, ground.bureau]
    ExchangePair.objects.bulk_create(
        ExchangePair(cycle=cycle, unit=unit, by_unit=ground.sections[(place + 1) % len(ground.sections)])
        for place, unit in enumerate(looked_at)
    )
    return cycle


def _ordered(spec: SchemeSpec) -> list[Scope]:
    """Scopes so that what is compiled comes before what compiles it."""
    height = {"post": 0, "section": 1, "leadership": 2, "bureau": 3}
    return sorted(spec.scopes, key=lambda scope: height[scope.subject])


# Subjects and their rows ---------------------------------------------------------------------------------------------


def _plans(ground: Ground, spec: SchemeSpec, scope: Scope, rng: random.Random) -> list[Plan]:
    """A plan for every subject that the scheme opens a register for."""
    if scope.subject == "post":
        seats = [seat for seat in ground.seats if not scope.tiers or seat.post.tier in scope.tiers]
        seats = [seat for seat in seats if seat.post.priority or not scope.priority_only]
        return [_of_seat(ground, spec, scope, seat, rng) for seat in seats]
    units = {"section": ground.sections, "leadership": [ground.leadership]}.get(scope.subject, [ground.bureau])
    return [_of_unit(ground, spec, scope, unit, rng) for unit in units]


def _of_seat(ground: Ground, spec: SchemeSpec, scope: Scope, seat: Seat, rng: random.Random) -> Plan:
    plan = Plan(scope, seat.post.unit, seat.post, seat.user)
    write_rows(plan, ground.seats, ground.head(seat.post.unit).post, seat.powers, spec, rng)
    return plan


def _of_unit(ground: Ground, spec: SchemeSpec, scope: Scope, unit: Unit, rng: random.Random) -> Plan:
    head = ground.head(unit if unit != ground.bureau else ground.leadership)
    filler = ground.roles[scope.filler.role] if scope.filler.who == "role" else head.user
    powers = [ground.section_powers[unit.pk]] if unit.pk in ground.section_powers else head.powers
    plan = Plan(scope, unit, None, filler)
    write_rows(plan, ground.seats, head.post, powers, spec, rng)
    return plan


# How far everybody is ------------------------------------------------------------------------------------------------


def _places(plans: Sequence[Plan], ground: Ground, spec: SchemeSpec, rng: random.Random, done: bool) -> None:
    """In a bureau that is through everything is in force; elsewhere some sections are, the others are spread."""
    through = {unit.pk for unit in ground.sections if done or rng.random() < HALF_DONE}
    for plan in plans:
        end = len(spec.route(plan.scope.key).steps)
        if done:
            plan.place = end
        elif plan.scope.subject == "post":
            plan.place = end if plan.unit.pk in through else rng.choice((*range(end + 1), end))
        elif plan.scope.compiles:
            plan.place = rng.randrange(end + 1) if plan.unit.pk in through else 0
        else:
            plan.place = rng.randrange(end + 1)
        if plan.filler is None:
            plan.place, plan.filler = (end, ground.clerk) if plan.place == end else (0, None)
        elif plan.place == 0 and not plan.scope.compiles and returning(plan.scope.key, spec):
            plan.returned = rng.random() < BACK


def _children(plan: Plan, plans: Sequence[Plan], ground: Ground) -> list[Plan]:
    found = [child for child in plans if child.scope.key in plan.scope.compiles]
    whole = plan.unit == ground.bureau
    return [child for child in found if whole or child.unit == plan.unit]


# Rows ----------------------------------------------------------------------------------------------------------------


def _create(plans: Sequence[Plan], walker: Walker, cycle: Cycle) -> None:
    """The registers as they stand at the end, so that everything else can point to them."""
    ends: dict[str, str] = {}
    half = 0
    for plan in plans:
        steps = walker.spec.route(plan.scope.key).steps
        in_force = plan.place == len(steps)
        if in_force and plan.scope.key not in ends:
            ends[plan.scope.key] = number_of(walker, "issue")
        step = steps[min(plan.place, len(steps) - 1)]
        half += step.kind == "notice" and not in_force
        plan.register = _register(plan, cycle, step, in_force, walker.rng)
        plan.register.number = ends[plan.scope.key] if in_force else ""
        plan.register.waiting = "notice" if step.kind == "notice" and not in_force and half % 2 else ""
        _levels(plan, walker.spec)
    Register.objects.bulk_create([plan.register for plan in plans], batch_size=BATCH)


def _register(plan: Plan, cycle: Cycle, step, in_force: bool, rng: random.Random) -> Register:
    key = f"{plan.subject_key}|{plan.scope.key}|{cycle.series}"
    today = timezone.localdate()
    moving = RegisterState.FILLING if step.kind == "fill" else RegisterState.MOVING
    return Register(
        cycle=cycle,
        scheme=cycle.scheme,
        scope=plan.scope.key,
        unit=plan.unit,
        post=plan.post,
        bureau_id=plan.unit.bureau_id,
        section_id=plan.unit.section_id,
        subject_key=plan.subject_key,
        subject_name=plan.subject_name,
        step=step.key,
        state=RegisterState.IN_FORCE if in_force else moving,
        round=2 if plan.returned else 1,
        filler=plan.filler if plan.place or plan.returned else None,
        live_key=key if in_force else None,
        road_key=None if in_force else key,
        in_force_from=today if in_force else None,
        due_on=None if in_force else today + datetime.timedelta(days=rng.randrange(-10, 20)),
        lock_version=plan.place,
    )


def _levels(plan: Plan, spec: SchemeSpec) -> None:
    """The head fields as the steps that are over leave them."""
    passed = passed_steps(plan, spec)
    parts = frozenset(part for step in passed for part in step.opens)
    fixed = any(step.determines for step in passed)
    by_subject = rates_subject(spec, plan.scope.key)
    plan.parts = parts
    if fixed:
        plan.determined = {"": plan.declared} if by_subject else {point.lineage: point.rank for point in plan.points}
    plan.register.level_rank = subject_level_of(plan, spec)
    plan.register.factors = plan.factors if LEVELS in parts else {}
    plan.register.declared_rank = plan.declared if LEVELS in parts else None
    plan.parts, plan.determined = frozenset(), {}


def _write(plans: Sequence[Plan], walker: Walker) -> None:
    """Everything in the order in which things point to each other."""
    trail = walker.trail
    create_rows(plans, walker.spec)
    Seal.objects.bulk_create(trail.seals, batch_size=BATCH)
    compiled = [(plan, child) for plan in plans if plan.place for child in _compiled_by(plan, plans, walker.ground)]
    Inclusion.objects.bulk_create(
        [Inclusion(register=plan.register, child=child.register, seal=child.seals[-1]) for plan, child in compiled],
        BATCH,
    )
    settle(walker)
    open_notices(walker, [plan for plan in plans if plan.register.waiting == "notice"])
    Decision.objects.bulk_create(trail.decisions, batch_size=BATCH)
    Rating.objects.bulk_create(trail.ratings, batch_size=BATCH)
    _lay_tasks(plans, walker)
    Task.objects.bulk_create(trail.tasks, batch_size=BATCH)
    audit.record_many([_event(decision, walker.ground) for decision in trail.decisions], batch_size=BATCH)


def _compiled_by(plan: Plan, plans: Sequence[Plan], ground: Ground) -> list[Plan]:
    return _children(plan, plans, ground) if plan.scope.compiles else []


def _lay_tasks(plans: Sequence[Plan], walker: Walker) -> None:
    """Open tasks where the program itself would lay them."""
    today = timezone.localdate()
    for plan in plans:
        register = plan.register
        if register.state == RegisterState.IN_FORCE or register.waiting:
            continue
        step = walker.spec.route(register.scope).step(register.step)
        resolved = actors.resolve(register, walker.spec, step, today)
        kind = TaskKind.PAIR if resolved.pair_missing else TaskKind.ACT
        walker.trail.tasks += [
            Task(
                register=register,
                step=step.key,
                round=register.round,
                kind=kind,
                desk=desk,
                due_on=register.due_on,
                instead_of=resolved.instead_of,
            )
            for desk in resolved.desks
        ]


def _event(decision: Decision, ground: Ground) -> Event:
    return Event(
        verb=f"register.{decision.action}",
        bureau=ground.bureau.pk,
        actor=decision.by_id,
        actor_name=decision.by_name,
        actor_post=decision.by_title,
        object_type="register",
        object_id=decision.register_id,
        object_label=decision.register.subject_name,
        detail={"decision": decision.pk, "step": decision.step, "round": 1, "seal": decision.seal.digest},
    )
