"""First the table of addresses, then a register walked along its road, stopped at each step and asked everything."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from random import Random
from unittest.mock import patch

from django.conf import settings
from django.urls import reverse

from drills.plumbing.model import Ask, Report
from drills.plumbing.prepared import prepared_cast
from registers.access import Standing
from tests.matrix import states
from tests.matrix.addresses import patterns
from tests.matrix.asking import Asker
from tests.matrix.cast import IDENTITIES, PEOPLE, Cast, session_of
from tests.matrix.judging import Cell, Judge, cells_of
from tests.matrix.stages import stages
from tests.world import make_world
from workflow import guards

TOLD = 20
SMALL, FEW = 1_000, 4  # a short run sees a register at its first steps only


def run(ask: Ask) -> Report:
    report, random = Report(missed=0, facts={"地址": 0, "状态": 0}), Random(ask.seed)
    logging.disable(logging.CRITICAL)
    cast = prepared_cast()
    cells = list(addresses(cast, report))
    report.facts["全部格"] = len(cells)
    half = ask.count - ask.count // 2
    judge, files = Judge(cast), Files(Path(settings.MEDIA_ROOT))
    with faults(ask):
        for cell in cells if ask.count > len(cells) else random.sample(cells, half):
            found = judge.faults(cell)
            files.put_back()
            report.facts["地址"] += 1
            _count(report, not found, "；".join(found))
    walk(judge.asker, cast, random, ask, report)
    return report


class Files:
    """What was uploaded, as it was: what a request does with files no transaction takes back."""

    def __init__(self, place: Path) -> None:
        self.kept = {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}

    def put_back(self) -> None:
        for path, data in self.kept.items():
            if not path.exists() or path.read_bytes() != data:
                path.write_bytes(data)


def faults(ask: Ask) -> ExitStack:
    stack = ExitStack()
    if ask.fault:
        stack.enter_context(patch.object(Standing, "may_own", lambda *given: True))
        stack.enter_context(patch.object(guards, "_desk", lambda *given: None))
    return stack


def addresses(cast: Cast, report: Report) -> Iterator[Cell]:
    """All cells of the table of addresses; one without a row is a fault."""
    for pattern in patterns():
        try:
            yield from cells_of(pattern, cast)
        except LookupError as fault:
            report.problems.append(str(fault))


def walk(asker: Asker, cast: Cast, random: Random, ask: Ask, report: Report) -> None:
    """A register in each of its states: the cells of that state."""
    world = make_world("s000", tag="丙")
    sessions = cast.sessions | {who: session_of(world.people[name]) for who, name in PEOPLE.items()}
    share, reached = max(1, ask.count // 2 // (len(states.STEPS) if ask.count >= SMALL else FEW)), set()
    for where, register in islice(stages(world, "规划管理岗"), None if ask.count >= SMALL else FEW):
        reached.add(where)
        if where not in states.STEPS:
            report.problems.append(f"登记表到了没有写明的一步：{where}")
            continue
        cells = list(states.cells(IDENTITIES))
        with faults(ask):
            for act, method, who in random.sample(cells, min(share, len(cells))):
                path = reverse(f"register_{act}" if act else "register", args=[register.pk])
                status = asker.ask(method, path, sessions.get(who, "")).status
                right = states.expected(where, act, who)
                report.facts["状态"] += 1
                told = f"{'/'.join(filter(None, where))} {method} {act or '页'} {who}"
                _count(report, states.fits(right, method, status), f"{told}：{status}，应为 {right}")
    if (left := states.STEPS.keys() - reached) and ask.count >= SMALL:
        report.problems.append(f"写明了却没有走到：{sorted(left)}")


def _count(report: Report, right: bool, told: str) -> None:
    report.count += 1
    if not right:
        report.missed += 1
        if len(report.problems) < TOLD:
            report.problems.append(told)
