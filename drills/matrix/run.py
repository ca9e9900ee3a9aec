"""First the table of addresses, then a register walked along its road, stopped at each step and asked everything."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack
from random import Random
from unittest.mock import patch

from django.db import transaction
from django.urls import reverse

from drills.plumbing.model import Ask, Report
from registers.access import Standing
from tests.matrix import states
from tests.matrix.addresses import arguments, patterns
from tests.matrix.answers import table
from tests.matrix.asking import Asker
from tests.matrix.cast import IDENTITIES, PEOPLE, make_cast, session_of
from tests.roads import fresh, step_once
from tests.world import make_world
from workflow import guards

TOLD = 20
ASK_FOR_NOTHING = ("anonymous", "holder", "office", "system_admin")


def run(ask: Ask) -> Report:
    report, random, asker = Report(missed=0, facts={"地址": 0, "状态": 0}), Random(ask.seed), Asker()
    logging.disable(logging.CRITICAL)
    with transaction.atomic():
        cast = make_cast()
        cells = list(addresses(cast, report))
        report.facts["全部格"] = len(cells)
        half = ask.count - ask.count // 2
        chosen = cells if ask.count > len(cells) else random.sample(cells, half)
        with faults(ask):
            for name, method, place, path, who in chosen:
                ask_address(asker, cast, (name, method, place, path, who), report)
        walk(asker, cast, random, ask, report)
        transaction.set_rollback(True)
    logging.disable(logging.NOTSET)
    return report


def faults(ask: Ask) -> ExitStack:
    stack = ExitStack()
    if ask.fault:
        stack.enter_context(patch.object(Standing, "may_own", lambda *given: True))
        stack.enter_context(patch.object(guards, "_desk", lambda *given: None))
    return stack


def addresses(cast, report: Report) -> Iterator[tuple[str, str, str, str, str]]:
    """All cells of the table of addresses; one without a row is a fault."""
    for pattern in patterns():
        for place, given in arguments(pattern, cast).items():
            for method in ("GET", "POST"):
                if (pattern.name, method, place) not in table():
                    report.problems.append(f"{pattern.name} {method} {place or '-'} 没有写明期望的应答")
                    continue
                path = reverse(pattern.name, kwargs=given)
                for who in ASK_FOR_NOTHING if place == "none" else IDENTITIES:
                    yield pattern.name, method, place, path, who


def ask_address(asker: Asker, cast, cell: tuple[str, str, str, str, str], report: Report) -> None:
    name, method, place, path, who = cell
    word = asker.ask(method, path, cast.sessions.get(who, "")).word
    right = table()[(name, method, place)].answer(who)
    report.facts["地址"] += 1
    _count(report, word == right, f"{method} {path}（{place or '-'}）{who}：{word}，应为 {right}")


def walk(asker: Asker, cast, random: Random, ask: Ask, report: Report) -> None:
    """A register at each step of its road: the cells of that step."""
    world = make_world("s000", tag="丙")
    sessions = cast.sessions | {who: session_of(world.people[name]) for who, name in PEOPLE.items()}
    register, seen = world.register("post", "规划管理岗"), set()
    share = max(1, ask.count // 2 // len(states.STEPS))
    while len(seen) < len(states.STEPS):
        register = fresh(register)
        where = (register.step, register.waiting)
        if where in states.STEPS and where not in seen:
            seen.add(where)
            cells = [
                (act, method, who)
                for act in (*states.READS, *states.ACTS)
                for method in (("GET",) if act in (*states.READS, "fill") else ("GET", "POST"))
                for who in IDENTITIES
            ]
            with faults(ask):
                for act, method, who in random.sample(cells, min(share, len(cells))):
                    path = reverse(f"register_{act}" if act else "register", args=[register.pk])
                    status = asker.ask(method, path, sessions.get(who, "")).status
                    right = states.expected(where, act, who)
                    report.facts["状态"] += 1
                    told = f"{register.step}{register.waiting and '/' + register.waiting} {method} {act or '页'} {who}"
                    _count(report, states.fits(right, method, status), f"{told}：{status}，应为 {right}")
        elif where not in states.STEPS or register.road_key is None:
            report.problems.append(f"登记表到了没有写明的一步：{where}")
            return
        step_once(register)


def _count(report: Report, right: bool, told: str) -> None:
    report.count += 1
    if not right:
        report.missed += 1
        if len(report.problems) < TOLD:
            report.problems.append(told)
