"""Threads act through services; backups are taken between; each is restored elsewhere and looked at."""

import itertools
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.db import connection

from accounts.models import User
from drills.plumbing.ground import ROOT
from drills.plumbing.model import Ask, Report
from drills.restore.people import PASSWORD, USERNAME
from lianzheng.keeping import backup, copies, postgres
from lianzheng.keeping.faults import KeepingError
from registers.models import Register
from registers.services import editing, regulations
from tests.factories import make_scheme
from tests.world import World, make_world

WRITERS = 3
SECRET = "a drill's secret, which guards nothing"
KEEP = 3
PATIENCE = 300


@dataclass
class Writers:
    """Acts that were answered, by kind. A backup begun later must hold them."""

    world: World
    register: Register
    go: threading.Event = field(default_factory=threading.Event)  # they rest while a backup is restored elsewhere
    stop: threading.Event = field(default_factory=threading.Event)
    answered: dict[str, list[int]] = field(default_factory=lambda: {"regulations": [], "blocks": []})
    faults: list[str] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def work(self, seed: int) -> None:
        chance = random.Random(seed)
        try:
            while not self.stop.is_set():
                self._act(chance)
                self.go.wait()
        except Exception as fault:  # noqa: BLE001 told in the report
            self.faults.append(f"{type(fault).__name__}: {fault}")
        finally:
            connection.close()

    def _act(self, chance: random.Random) -> None:
        if chance.random() < 0.6:
            title = f"第{next(self.numbers)}号制度"
            made = regulations.add_regulation(by=None, bureau=self.world.bureau, title=title)
            self.answered["regulations"].append(made.pk)
        else:
            made = editing.add_block(register=self.register, by=self.world.people[self.register.post.name])
            self.answered["blocks"].append(made.pk)
        time.sleep(chance.random() / 200)


def run(ask: Ask) -> Report:
    report = Report(acknowledged=0, lost=0)
    User.objects.create_user(USERNAME, name="查看员", password=PASSWORD)
    make_scheme("s000")
    world = make_world("s000")
    printed = Register.objects.get(post=world.posts["规划管理岗"])
    filled = Register.objects.get(post=world.posts["施工许可岗"])
    Register.objects.filter(pk=filled.pk).update(filler=world.people["施工许可岗"])
    writers = Writers(world, filled)
    threads = [threading.Thread(target=writers.work, args=(ask.seed * 1000 + number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    try:
        with tempfile.TemporaryDirectory(prefix="lianzheng-restore-") as place, planted(ask):
            for number in range(ask.count):
                _round(ask, writers, printed.pk, Path(place) / str(number), report)
                report.count += 1
                if writers.faults:
                    break
    finally:
        writers.stop.set()
        writers.go.set()
        for thread in threads:
            thread.join()
    report.problems += [f"写入的人遇到：{fault}" for fault in writers.faults]
    report.acknowledged = sum(len(done) for done in writers.answered.values())
    return report


def _round(ask: Ask, writers: Writers, register: int, folder: Path, report: Report) -> None:
    """One backup and its restore."""
    with somebody_reading(ask), everybody_writing(writers):
        time.sleep(0.5)
        answered = {kind: list(done) for kind, done in writers.answered.items()}
        began = time.monotonic()
        try:
            taken = backup.take(out=folder.parent / "backups", secret=SECRET, keep=KEEP)
        except KeepingError as fault:
            report.problems.append(f"第 {report.count + 1} 份没有做成：{fault}")
            return
    report.facts["备份秒数"] = round(max(report.facts.get("备份秒数", 0), time.monotonic() - began), 2)
    if len(backup.backups_in(taken.path.parent)) > KEEP:
        report.problems.append("多于要留的份数")
    with clean_machine(ask, folder) as environment:
        began = time.monotonic()
        done = _manage(environment, "restore", str(taken.path), "--key-file", environment["KEY"])
        report.facts["恢复秒数"] = round(max(report.facts.get("恢复秒数", 0), time.monotonic() - began), 2)
        where = f"第 {report.count + 1} 份(seed {ask.seed})"
        if done.returncode:
            report.problems.append(f"{where} 没有恢复：{(done.stderr or done.stdout)[-400:]}")
            return
        looked = _run(environment, "-m", "drills.restore.look", str(register))
        line = next((line for line in looked.stdout.splitlines() if line.startswith("LOOKED ")), "")
        if not line:
            report.problems.append(f"{where} 打不开：{looked.stderr[-400:]}")
            return
        judge(json.loads(line[7:]), answered, where, report)
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def everybody_writing(writers: Writers) -> Iterator[None]:
    writers.go.set()
    try:
        yield
    finally:
        writers.go.clear()


def judge(seen: dict, answered: dict[str, list[int]], where: str, report: Report) -> None:
    """What was answered before is there; nothing is half done; it can be worked with."""
    for kind, done in answered.items():
        gone = set(done) - set(seen[kind])
        report.lost += len(gone)
        if gone:
            report.problems.append(f"{where} 少了 {len(gone)} 个应答过的 {kind}：{sorted(gone)[:5]}")
    if not seen["regulations"] == seen["histories"] == seen["told"]:
        report.problems.append(f"{where} 有办了一半的：制度、历史、审计记录不一致")
    if seen["changes"] < len(answered["blocks"]):
        report.problems.append(f"{where} 登记表改了 {len(seen['blocks'])} 行，审计记录只有 {seen['changes']} 条")
    report.problems += [f"{where} 数据库自查：{found}" for found in seen["damage"][:3]]
    wanted = {"登录不了": seen["signed_in"], "打印不了登记表": seen["pdf"], "没有恢复的审计记录": seen["restored"] == 1}
    for said, good in wanted.items():
        if not good:
            report.problems.append(f"{where} {said}")


@contextmanager
def somebody_reading(ask: Ask) -> Iterator[None]:
    """A long list is being read meanwhile: what is written since then cannot leave SQLite's write-ahead log."""
    if ask.db != "sqlite":
        yield
        return
    reader = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM audit_event").fetchone()
    try:
        yield
    finally:
        reader.close()


@contextmanager
def clean_machine(ask: Ask, folder: Path) -> Iterator[dict[str, str]]:
    """The environment of an installation that has nothing yet."""
    data = folder / "data"
    data.mkdir(parents=True)
    key = folder / "key"
    key.write_text(SECRET)
    environment = os.environ | {"LIANZHENG_DATA": str(data), "KEY": str(key)}
    if ask.db == "sqlite":
        yield environment
        return
    here, name = urlsplit(os.environ["LIANZHENG_DATABASE_URL"]), f"drill_restored_{os.getpid()}"
    with psycopg.connect(urlunsplit(here._replace(path="/postgres")), autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        try:
            yield environment | {"LIANZHENG_DATABASE_URL": urlunsplit(here._replace(path=f"/{name}"))}
        finally:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _manage(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess:
    return _run(environment, "manage.py", *arguments)


def _run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=PATIENCE,
        check=False,
    )  # fmt: skip


@contextmanager
def planted(ask: Ask) -> Iterator[None]:
    """The fault: the file as it lies there, without what is still in the write-ahead log; or a table left out."""
    if not ask.fault:
        yield
    elif ask.db == "sqlite":
        with mock.patch.object(copies, "copy_sqlite", lambda source, target: shutil.copyfile(source, target)):
            yield
    else:
        real = postgres.run
        less = "--exclude-table=registers_regulation"
        with mock.patch.object(postgres, "run", lambda name, *given: real(name, *given, less)):
            yield
