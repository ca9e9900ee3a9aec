"""Restarts under load. The server is restarted where it is ours (bin/drill started it); elsewhere its sessions end."""

import logging
import random
import re
import time
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.urls import reverse

from drills.plumbing.crowd import all_at_once
from drills.plumbing.model import Ask, Report
from drills.road import server
from drills.road.acting import Deed, Person, doubled, make_bureau, missing
from drills.road.browser import NOTHING, Browser
from drills.road.site import Site
from drills.road.verified import verified

PEOPLE, REGISTERS = 6, 12
SHORTEST, LONGEST = 0.3, 1.5
AFTER = 1.5  # seconds of work after each, so that every thread of the server meets its old connection
GRACE = 0.2  # between the server's first answer to us and to the site
HAN = re.compile(r"[一-鿿]{4}")
CLEAN = {200, 302, 403, 409, 503}
OK, AWAY = 200, 503
READERS = 4  # for each person
SHOWN = 10


def run(ask: Ask) -> Report:
    """``acknowledged`` acts must be there; none that was sent after the server was back may fail."""
    logging.disable(logging.CRITICAL)
    chance = random.Random(ask.seed)
    arena = make_bureau(PEOPLE, REGISTERS)
    registers = arena.registers()
    if ask.fault:
        connection.settings_dict["CONN_HEALTH_CHECKS"] = False
    report = Report(acknowledged=0, lost=0, facts={"in flight": 0, "repeated": 0, "away at most": 0.0})
    site = Site(Path(settings.DATA_DIR))
    people = [
        Person(site.port, arena, registers[number::PEOPLE], arena.office[number], ask.seed * 100 + number)
        for number in range(PEOPLE)
    ]
    site.start()
    workers = set(site.workers())
    for person in people:
        person.start()
    try:
        for number in range(ask.count):
            _one(ask, number, chance, people, report)
            if report.problems:
                break
        if set(site.workers()) != workers:
            report.problems.append(f"服务进程重新启动过：{site.log.read_text()[-1500:]}")
    finally:
        for person in people:
            person.over.set()
            person.go.set()
        site.stop()
    report.problems = (report.problems + verified())[:SHOWN]
    connection.close()
    return report


def _one(ask: Ask, number: int, chance: random.Random, people: list[Person], report: Report) -> None:
    for person in people:
        person.resting.clear()
        person.go.set()
    time.sleep(chance.uniform(SHORTEST, LONGEST))
    readers = [Browser(person.office.port, person.office.user) for person in people for _ in range(READERS)]
    all_at_once(_read, readers, len(readers))  # every thread of the server holds a connection by now
    down = time.monotonic()
    if server.place():
        server.restart()
    else:
        server.end_sessions()
    server.wait()
    back = time.monotonic()
    read = all_at_once(_read, readers, len(readers))
    time.sleep(AFTER)
    for person in people:
        person.go.clear()
    for person in people:
        person.resting.wait(90)
        if person.broken:
            raise person.broken
    connection.close()  # ours was cut too
    deeds = [deed for person in people for deed in person.deeds]
    report.count += 1
    report.facts["away at most"] = max(report.facts["away at most"], round(back - down, 1))
    faults = _faults(deeds, back, report) + [f"恢复以后看一页，应答 {status}" for status in read if status != OK]
    report.problems += [f"种子 {ask.seed} 第 {number} 次：{fault}" for fault in faults]
    for person in people:
        person.deeds = []


def _read(browser: Browser) -> int:
    status, _ = browser.get(reverse("home"))
    browser.leave()
    return status


def _faults(deeds: list[Deed], back: float, report: Report) -> list[str]:
    """What is wrong with the answers; what got none that said done is sent again."""
    failed = [deed for deed in deeds if deed.status in (AWAY, NOTHING)]
    report.facts["in flight"] += len(failed)
    report.acknowledged += sum(deed.acknowledged for deed in deeds)
    faults = [f"应答 {deed.status}：{deed}" for deed in deeds if deed.status not in CLEAN]
    faults += [f"不是一页中文：{deed.said[:80]}" for deed in failed if not HAN.search(_readable(deed.said))]
    faults += [
        f"恢复以后 {deed.sent - back:.1f} 秒发出的，应答 {deed.status}" for deed in failed if deed.sent > back + GRACE
    ]
    for deed in failed:
        if deed.kind != "save":
            report.facts["repeated"] += 1
            if (status := deed.by.post(deed.path, deed.fields)[0]) not in CLEAN - {AWAY}:
                faults.append(f"再次提交得到 {status}：{deed}")
    lost = missing(deeds)
    report.lost += len(lost)
    return faults + [f"丢失 {deed}" for deed in lost] + [f"办了两次：{deed}" for deed in doubled(deeds)]


def _readable(said: str) -> str:
    """An answer in JSON writes its characters as numbers."""
    return said.encode().decode("unicode_escape", "replace") if said.startswith("{") else said
