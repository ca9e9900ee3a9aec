"""Rounds of kill -9 under load, on the site as it is served; after each the database must tell one whole story."""

import contextlib
import random
import time
from pathlib import Path

from django.conf import settings
from django.db import connection

from audit import checkpoints
from drills.plumbing.model import Ask, Report
from drills.road import server
from drills.road.acting import Person, doubled, make_bureau, missing
from drills.road.planted import doors_without_transaction
from drills.road.site import Site
from drills.road.verified import verified

PEOPLE, REGISTERS = 6, 12
SHORTEST, LONGEST = 0.05, 0.5
EVERY = 20  # rounds between two looks at the whole of the evidence
UNTIL_IT_SHOWS = 5  # a kill must fall between two steps of one act: with the fault so many times as many rounds
SHOWN = 10


def run(ask: Ask) -> Report:
    """``acknowledged`` acts got an answer that said done; ``lost`` are those of them that are not there."""
    chance = random.Random(ask.seed)
    arena = make_bureau(PEOPLE, REGISTERS)
    registers = arena.registers()
    report = Report(acknowledged=0, lost=0, facts={"killed.workers": 0, "killed.group": 0, "repeated": 0})
    with doors_without_transaction() if ask.fault else contextlib.nullcontext():
        site = Site(Path(settings.DATA_DIR))
        people = [
            Person(site.port, arena, registers[number::PEOPLE], arena.office[number], ask.seed * 100 + number)
            for number in range(PEOPLE)
        ]
        site.start()
        for person in people:
            person.start()
        try:
            _rounds(ask, chance, site, people, report)
        finally:
            for person in people:
                person.over.set()
                person.go.set()
            site.stop()
    report.problems = report.problems[:SHOWN]
    return report


def _rounds(ask: Ask, chance: random.Random, site: Site, people: list[Person], report: Report) -> None:
    since = told = checkpoints.at_end()
    rounds = ask.count * UNTIL_IT_SHOWS if ask.fault else ask.count
    for number in range(rounds):
        _one(chance, site, people, report, ask.db)
        lost, faults = _judge(people, report), []
        last = number == rounds - 1
        if number % EVERY == EVERY - 1 or last or ask.fault:
            faults, since = verified(since=[] if last else since, told=told), checkpoints.at_end()
            told = since
        report.count += 1
        report.lost += len(lost)
        report.problems += [f"种子 {ask.seed} 第 {number} 轮：丢失 {deed}" for deed in lost]
        report.problems += [f"种子 {ask.seed} 第 {number} 轮：{fault}" for fault in faults]
        for person in people:
            if person.broken:
                raise person.broken
        if report.problems:
            return


def _one(chance: random.Random, site: Site, people: list[Person], report: Report, db: str) -> None:
    """Let them work, kill, and bring the site up again; everybody rests when this returns."""
    for person in people:
        person.resting.clear()
        person.go.set()
    _wait_for_load(people)
    time.sleep(chance.uniform(SHORTEST, LONGEST))
    group = chance.random() < 0.5
    if group:
        site.kill_all()
    else:
        site.kill_workers(chance)
    if db == "postgresql" and chance.random() < 0.5:
        what = server.strike(chance)
        report.facts[f"killed.{what}"] = report.facts.get(f"killed.{what}", 0) + 1
    for person in people:
        person.go.clear()
    report.facts["killed.group" if group else "killed.workers"] += 1
    if group:
        site.start()
    for person in people:
        person.resting.wait(90)
    if not group:
        site.wait()


def _wait_for_load(people: list[Person]) -> None:
    """Until acts are under way: the moment of the kill counts from here."""
    until = time.monotonic() + 5
    while sum(len(person.deeds) for person in people) < PEOPLE and time.monotonic() < until:
        time.sleep(0.01)


def _judge(people: list[Person], report: Report) -> list:
    """What was acknowledged and is not there. Then what got no answer is sent again: it must not be done twice."""
    lost = []
    for person in people:
        deeds, person.deeds = person.deeds, []
        report.acknowledged += sum(deed.acknowledged for deed in deeds)
        lost += missing(deeds)
        for deed in [deed for deed in deeds if not deed.status and deed.kind != "save"]:
            status, _ = deed.by.post(deed.path, deed.fields)
            report.facts["repeated"] += 1
            if status >= 500:
                report.problems.append(f"再次提交得到 {status}：{deed}")
        report.problems += [f"办了两次：{deed}" for deed in doubled(deeds)]
        bad = {deed.status for deed in deeds if deed.status >= 500 and deed.status != 503}
        report.problems += [f"应答 {status}" for status in bad]
        for status in {deed.status for deed in deeds}:
            name = f"answers.{status}"
            report.facts[name] = report.facts.get(name, 0) + sum(deed.status == status for deed in deeds)
    connection.close()
    return lost
