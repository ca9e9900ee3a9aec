"""Races in bulk: many registers on a road that leads round and round, and what else two people do at once."""

import contextlib
import logging
import random
import time
from pathlib import Path

from django.conf import settings
from django.db import connection

from accounts.roles import Role
from drills.plumbing.model import Ask, Report
from drills.races.kinds import Ground
from drills.races.seats import Seats
from drills.road.acting import make_bureau
from drills.road.planted import doors_without_lock
from drills.road.site import Site
from drills.road.verified import verified
from registers.enums import Tier
from tests.factories import grant, make_post
from workflow.models import Counter

REGISTERS, OFFICES = 40, 4
SHOWN = 10


def run(ask: Ask) -> Report:
    """``count`` races; ``missed`` are those that did not end as they must, ``found`` the losers who read a sentence."""
    logging.disable(logging.CRITICAL)
    chance = random.Random(ask.seed)
    report = Report(found=0, missed=0)
    arena = make_bureau(OFFICES, min(REGISTERS, max(4, ask.count // 6)))
    arena.posts.append(make_post(arena.sections[0], "甲股股长", tier=Tier.MIDDLE, head=True))
    confirming = [grant(Role.SECURITY_ADMIN, arena.bureau).pk for _ in range(2)]
    with doors_without_lock() if ask.fault else contextlib.nullcontext():
        site = Site(Path(settings.DATA_DIR))
        seats = Seats()
        site.start()
        try:
            _races(ask, Ground(arena, confirming, site.port, chance), seats, report)
        finally:
            seats.leave()
            site.stop()
    report.problems += verified() + _gaps(report)
    connection.close()
    report.problems = report.problems[:SHOWN]
    return report


def _races(ask: Ask, ground: Ground, seats: Seats, report: Report) -> None:
    started = time.monotonic()
    while report.count < ask.count and len(report.problems) < SHOWN:
        races = [ground.on_register(register) for register in ground.arena.registers()] + ground.others()
        outcomes = seats.race([race.acts for race in races])
        for race, told in zip(races, outcomes, strict=True):
            faults = list(race.judge(race, told))
            report.count += 1
            report.missed += bool(faults)
            report.found += sum(one.how == "refused" for one in told)
            report.problems += [f"种子 {ask.seed} {race.kind} {race.about}：{fault}" for fault in faults]
            report.facts[race.kind] = report.facts.get(race.kind, 0) + 1
    report.facts["races a second"] = round(report.count / (time.monotonic() - started), 1)


def _gaps(report: Report) -> list[str]:
    """As many numbers were given out as acts that kept theirs: two of four in each race."""
    last = sum(Counter.objects.filter(series="issue").values_list("last", flat=True))
    wanted = 2 * report.facts.get("numbers", 0)
    return [f"编号到了 {last}，应为 {wanted}"] if last != wanted else []
