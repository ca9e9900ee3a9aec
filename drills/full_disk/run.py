"""Every form with no page left in the database; and the site as it is served on a disk that fills up and is freed."""

import contextlib
import datetime
import html
import logging
import random
import re
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import Session
from audit.verify import verify
from drills.full_disk.disk import Ballast, small
from drills.plumbing.model import Ask, Report
from drills.road import pages, state
from drills.road.acting import Person, make_bureau, missing
from drills.road.effect import Effect, watched
from drills.road.site import Site
from drills.road.verified import verified
from lianzheng import trouble

SMALL = 100  # below so many, some forms
FEW = 2
ROUNDS = 8  # every so many-th case is a whole disk that fills up
PIECES = (0, 1, 2, 4)  # pages that are left
FULL = 503
HAN = re.compile(r"[一-鿿]{4}")
WORD = "越权审批的风险"
REGISTERS = 4
A_WHILE = datetime.timedelta(minutes=3)
SHOWN = 10


def run(ask: Ask) -> Report:
    """``found`` are acts that found no room and left nothing; ``missed`` those that left a half."""
    logging.disable(logging.CRITICAL)
    chance = random.Random(ask.seed)
    report = Report(found=0, missed=0, lost=0, acknowledged=0, facts={"forms": 0, "disks": 0, "done all the same": 0})
    with _forgetful() if ask.fault else contextlib.nullcontext():
        _disks(max(1, ask.count // ROUNDS), ask.seed, report)
        _forms(ask, chance, report)
    report.problems = report.problems[:SHOWN]
    return report


@contextlib.contextmanager
def _forgetful():
    kept, trouble._typed = trouble._typed, lambda request: []
    try:
        yield
    finally:
        trouble._typed = kept


# Each form, with no page left in the database -------------------------------------------------------------------------


def _forms(ask: Ask, chance: random.Random, report: Report) -> None:
    cast = pages.make_people()
    acts = [act for act in pages.ACTS if act.name != "login"]
    acts = chance.sample(acts, FEW) if ask.count < SMALL else acts
    clients = pages.clients_of(cast)
    sendings = [sending for act in acts if (sending := pages.prepared(act, cast, clients))]
    report.facts["forms"] = len(sendings)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")  # no free page inside
    copy, names = state.Copy(), state.tables()
    try:
        while report.count < ask.count and len(report.problems) < SHOWN:
            for sending in sendings:
                with watched(names, copy) as wanted:
                    sending.send()
                for left in chance.sample(PIECES, 2):
                    _without_room(sending, wanted, left, names, copy, report)
                    report.count += 1
        report.problems += [f"证据链：{finding}" for finding in verify(connection).findings]
    finally:
        copy.drop()


def _limit(pages_left: int | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        most = cursor.fetchone()[0] + pages_left if pages_left is not None else 1_000_000_000
        cursor.execute(f"PRAGMA max_page_count = {most}")


def _without_room(sending: pages.Sending, wanted: Effect, left: int, names, copy: state.Copy, report: Report) -> None:
    """The act with so many pages left, then with room again: on the same connection, as in one process."""
    before = state.digest(names)
    _limit(left)
    answer = sending.send()
    _limit(None)
    where, page = f"{sending.act} 剩 {left} 页", answer.content.decode(errors="replace")
    if answer.status_code < 400:
        report.facts["done all the same"] += 1
        copy.back()
        return
    if state.digest(names) != before:
        report.missed += 1
        report.problems.append(f"{where}：应答 {answer.status_code}，却留下了一半")
    elif answer.status_code != FULL or not HAN.search(page):
        report.problems.append(f"{where}：应答 {answer.status_code}：{page[:80]}")
    else:
        report.found += 1
    if lost := [value for value in _words(sending) if value not in html.unescape(page)]:
        report.problems.append(f"{where}：填写的不在页面上：{lost[:2]}")
    with watched(names, copy) as effect:
        again = sending.send().status_code
    if again >= 400 or effect != wanted:
        report.problems.append(f"{where}：有了空间再交，应答 {again}，{effect.verbs}，应为 {wanted.verbs}")


def _words(sending: pages.Sending) -> list[str]:
    """What was typed and must come back: not with files nor passwords."""
    secret = any(word in name for name, _ in sending.fields for word in ("password", "code"))
    return [] if sending.files or secret else [value for _, value in sending.fields if not value.isascii()]


# The site on a disk that fills up -------------------------------------------------------------------------------------


def _disks(rounds: int, seed: int, report: Report) -> None:
    folder = Path(settings.DATA_DIR)
    arena = make_bureau(1, REGISTERS, version=41)
    connection.close()
    with small(folder) as mounted:
        if not mounted:
            report.facts["disks"] = "没有挂载的权限，只试了数据库不能再长"
            return
        temporary, tempfile.tempdir = tempfile.tempdir, str(folder)  # uploads too
        site = Site(folder)
        site.start()
        try:
            person = Person(site.port, arena, arena.registers(), arena.office[0], seed)
            ballast, workers = Ballast(folder), site.workers()
            for _ in range(rounds):
                _fill_and_free(person, ballast, report)
                report.count += 1
                report.facts["disks"] += 1
            if not set(workers) <= set(site.workers()):
                report.problems.append("服务进程重新启动过")
        finally:
            ballast.drop()
            site.stop()
            tempfile.tempdir = temporary
        if not report.facts["refused"]:
            report.problems.append("磁盘写满了，却什么都办成了")
        report.problems += verified()
        connection.close()


def _fill_and_free(person: Person, ballast: Ballast, report: Report) -> None:
    acts = len(person.registers)
    for register in person.registers:
        person.act(register)
    # Being here will be noted again: that must not keep anybody from reading.
    Session.objects.update(seen_at=timezone.now() - A_WHILE)
    connection.close()
    ballast.fill()
    for path in (
        reverse("home"),
        reverse("register", args=[person.registers[0].pk]),
        reverse("unit", args=[person.registers[0].bureau_id]),
    ):
        status, _ = person.office.get(path)
        if status != 200:
            report.problems.append(f"磁盘满时看 {path}：应答 {status}")
    before = len(person.deeds)
    for register in person.registers * 3:
        person.act(register)
    refused = [deed for deed in person.deeds[before:] if not deed.acknowledged]
    report.found += len(refused)
    for deed in refused:
        if deed.status != FULL or not HAN.search(_readable(deed.said)):
            report.problems.append(f"磁盘满时：应答 {deed.status}：{deed.said[:80]}")
        elif deed.kind != "save" and "意见" not in deed.said and "超过期限" not in deed.said:
            report.problems.append(f"磁盘满时：填写的不在页面上：{deed}")
    report.facts["refused"] = report.facts.get("refused", 0) + len(refused)  # the log may still have room inside
    ballast.drop()
    before = len(person.deeds)
    for register in person.registers:
        person.act(register)
    report.problems += [f"有了空间以后：{deed}" for deed in person.deeds[before:] if not deed.acknowledged]
    assert len(person.deeds) >= before + acts - 1
    report.acknowledged += sum(deed.acknowledged for deed in person.deeds)
    report.lost += len(missing(person.deeds))
    person.deeds = []


def _readable(said: str) -> str:
    """An answer in JSON writes its characters as numbers."""
    return said.encode().decode("unicode_escape", "replace") if said.startswith("{") else said
