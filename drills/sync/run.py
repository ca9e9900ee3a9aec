"""Acts sent one after the other to the site as it is served, under strace."""

import logging
import random
from pathlib import Path

from django.conf import settings
from django.db import connection

from drills.plumbing.model import Ask, Report
from drills.road import server
from drills.road.acting import Person, make_bureau
from drills.road.site import Site
from drills.sync.trace import Found, Trace, read_postgresql, read_sqlite

REGISTERS = 4
SHOWN = 5
LOWERED = ("session", "client", "user", "database", "database user")


def run(ask: Ask) -> Report:
    """``count`` acts; ``missed`` are answers that left before the log was synced."""
    logging.disable(logging.CRITICAL)
    arena = make_bureau(1, REGISTERS)
    if ask.fault:
        _careless()
    report = Report(acknowledged=0, missed=0)
    if ask.db == "postgresql":
        report.problems += _settings(report)
    site = Site(Path(settings.DATA_DIR))
    site.start()
    try:
        person = Person(site.port, arena, arena.registers(), arena.office[0], ask.seed)
        traced = _traced(ask.db, site)
        trace = Trace(traced, Path(settings.DATA_DIR) / "trace") if traced else None
        chance = random.Random(ask.seed)
        while sum(deed.acknowledged for deed in person.deeds) < ask.count:
            person.act(chance.choice(person.registers))
        lines = trace.end() if trace else []
    finally:
        site.stop()
        connection.close()
    report.acknowledged = sum(deed.acknowledged for deed in person.deeds)
    report.count = report.acknowledged
    if trace:
        _judge(read_postgresql(lines) if ask.db == "postgresql" else read_sqlite(lines), report)
    return report


def _careless() -> None:
    if connection.vendor == "sqlite":
        options = connection.settings_dict["OPTIONS"]
        options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=NORMAL")
    else:
        with connection.cursor() as cursor:
            cursor.execute(f'ALTER DATABASE "{connection.settings_dict["NAME"]}" SET synchronous_commit = off')
    connection.close()


def _traced(db: str, site: Site) -> list[int]:
    """The workers; of a PostgreSQL of ours also all its processes. Of somebody else's only the settings are asked."""
    if db == "sqlite":
        return site.workers()
    if not server.place():
        return []
    postmaster = int((Path(server.place()) / "postmaster.pid").read_text().split()[0])
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    return [*site.workers(), postmaster, *map(int, children)]


def _settings(report: Report) -> list[str]:
    """The program lowers nothing; a server of ours is as bin/drill starts it, which is as PostgreSQL comes."""
    asked = ["synchronous_commit", "fsync", "full_page_writes", "wal_sync_method"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, setting, source FROM pg_settings WHERE name = ANY(%s)", [asked])
        rows = cursor.fetchall()
    report.facts |= {name: f"{value}（{source}）" for name, value, source in rows}
    wrong = [name for name, _, source in rows if source in LOWERED]
    if server.place():
        wrong += [name for name, value, _ in rows if value == "off"]
    return [f"{name} 被调低" for name in dict.fromkeys(wrong)]


def _judge(found: Found, report: Report) -> None:
    report.missed = len(found.early)
    report.facts["answers traced"] = found.answers
    report.problems += found.early[:SHOWN]
    if found.answers < report.acknowledged:
        report.problems.append(f"应答了 {report.acknowledged} 件，只跟踪到 {found.answers} 个应答")
