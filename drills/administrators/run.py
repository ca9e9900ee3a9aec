"""The run: sequence after sequence from one beginning, each undone at its end; by services, and partly by pages."""

import copy
import logging
import random
from collections.abc import Callable

from django.db import connection, transaction

from drills.administrators import invariants, pages
from drills.administrators.acts import Sequence
from drills.administrators.ground import Days, Ground, make_ground
from drills.plumbing.model import Ask, Report
from registers import apart, two_persons
from registers.models import Appointment, Charge, RoleGrant
from registers.services import appointments, keeping, organisation, roles

LENGTH = (10, 32)
FRESH = 250  # sequences in one transaction
PAGES = 100  # every so many, a sequence goes through the pages
LOOKS = 10  # every so many, the administrators look for business
FAULT_AT_MOST = 1500  # sequences in which the removal of a guard must show
ALL_GUARDS_FROM = 100  # a smaller count tries only the first guards, whose removal shows within a few sequences
SOON = 3


class Undone(Exception):
    """Takes a transaction back."""


def run(ask: Ask) -> Report:
    report = Report(count=0, found=0)
    connection.guarded = False  # the journal of row versions is another drill's business
    logging.getLogger("django.request").setLevel(logging.ERROR)  # refusals are what is asked for
    Days.begin()
    if ask.fault:
        return _without_guards(ask, report)
    ground = make_ground()
    acts = 0
    for first in range(0, ask.count, FRESH):
        for number, run_, problems in _batch(ask.seed, ground, first, min(first + FRESH, ask.count)):
            report.count += 1
            acts += len(run_.told)
            report.problems += [f"第{number}串（种子 {ask.seed}）：{said}" for said in problems]
        if len(report.problems) > 20:
            break
    report.found = None
    report.facts = {"办成的操作": acts} | pages.FACTS
    return report


def _batch(seed: int, ground: Ground, first: int, last: int):
    """The sequences of one transaction, which is taken back as a whole."""
    try:
        with transaction.atomic():
            given = _given()
            for number in range(first, last):
                rng = random.Random(f"{seed}-{number}")  # noqa: S311 - repeatable, no secret
                sequence = Sequence(rng, ground, copy.deepcopy(ground.knowledge))
                start = transaction.savepoint()
                problems = _one(sequence, given)
                if not problems and number % LOOKS == 0:
                    problems = list(invariants.reads_business())
                if not problems and number % PAGES == 0:
                    problems = pages.refused_and_led(sequence)
                transaction.savepoint_rollback(start)
                connection.evidence.begin_anew()
                yield number, sequence, problems
            raise Undone
    except Undone:
        return


def _given() -> set[tuple[str, int]]:
    models = {"grant": RoleGrant, "appointment": Appointment, "charge": Charge}
    return {(name, pk) for name, model in models.items() for pk in model.objects.values_list("pk", flat=True)}


def _one(sequence: Sequence, given: set[tuple[str, int]]) -> list[str]:
    """What is found broken, with what led to it."""
    Days.passed = 0
    for _ in range(sequence.rng.randint(*LENGTH)):
        if sequence.step():
            found = list(invariants.broken(sequence.knowledge, given))
            if found:
                return [f"{said}。此前：{'；'.join(sequence.told)}" for said in found[:3]]
    return []


# With one guard taken away --------------------------------------------------------------------------------------------


def _nothing(*_args, **_kwargs) -> None:
    return None


def _no_refusal(*_args, **_kwargs) -> str:
    return ""


def _without_triggers() -> None:
    with connection.cursor() as cursor:
        for name in apart.standing(connection):
            on = f" ON {name.removeprefix('apart_')}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER {name}{on}")


# What is removed → where it stands, and what stands there instead.
GUARDS: dict[str, tuple[object, str, Callable]] = {
    "重置密码后要交接码": (keeping, "decides_over_others", lambda user: False),
    "三员不兼任（服务和触发器）": (apart, "refusal", _no_refusal),
    "最后一位管理员不能结束": (roles, "_require_successor", _nothing),
    "办公室的任职要安全管理员确认": (appointments, "decides", lambda post: False),
    "经手密码的人不发交接码": (two_persons, "refusal_of_code", _no_refusal),
    "岗位改为负责人后重新等待": (organisation, "_wait_for_confirmation", _nothing),
    "提出的人不能自己确认": (two_persons, "refusal_of_grant", _no_refusal),
    "确认时要交接码": (keeping, "hand_over", lambda **_: []),
}


def _without_guards(ask: Ask, report: Report) -> Report:
    """Red once the removal of each guard was seen; a guard whose removal nobody sees leaves the report green."""
    ground, shown = make_ground(), []
    guards = list(GUARDS.items())[: len(GUARDS) if ask.count >= ALL_GUARDS_FROM else SOON]
    for name, (place, what, instead) in guards:
        guard = getattr(place, what)
        setattr(place, what, instead)
        if place is apart:
            _without_triggers()
        try:
            for number, _, problems in _batch(ask.seed, ground, 0, max(ask.count, FAULT_AT_MOST)):
                report.count += 1
                if problems:
                    report.facts[name] = f"第{number}串"
                    shown.append(f"去掉“{name}”：{problems[0]}")
                    break
        finally:
            setattr(place, what, guard)
            apart.install(connection)
    if len(shown) == len(guards):
        report.problems = shown
    report.found = len(shown)
    return report
