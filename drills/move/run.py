"""Fill a SQLite database, move it into an empty PostgreSQL database, and count there with another program."""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from drills.plumbing.ground import ROOT
from drills.plumbing.model import Ask, Report
from drills.plumbing.template import postgresql_template, sqlite_template

ADDED = {"audit_event", "audit_link"}  # the move's own event, written after it arrived


def run(ask: Ask) -> Report:
    report = Report()
    server = os.environ["LIANZHENG_DATABASE_URL"]
    here = urlsplit(server)
    # The real thing goes into an empty database; the fault shows just as well in one that was migrated before.
    like = f' TEMPLATE "{postgresql_template(server)}"' if ask.fault else ""
    for number in range(ask.count):
        name = f"drill_moved_{os.getpid()}"
        with psycopg.connect(urlunsplit(here._replace(path="/postgres")), autocommit=True) as admin:
            admin.execute(f'CREATE DATABASE "{name}"{like}')
            try:
                with tempfile.TemporaryDirectory(prefix="lianzheng-move-") as folder:
                    _round(ask, ask.seed + number, urlunsplit(here._replace(path=f"/{name}")), Path(folder), report)
            finally:
                admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        report.count += 1
    return report


def _round(ask: Ask, seed: int, url: str, folder: Path, report: Report) -> None:
    here = {name: value for name, value in os.environ.items() if name != "LIANZHENG_DATABASE_URL"}
    here["LIANZHENG_DATA"] = str(folder)
    shutil.copyfile(sqlite_template(), folder / "lianzheng.sqlite3")
    steps = [
        (here, "-m", "drills.move.source", "fill", str(seed)),
        (here, "-m", "drills.move.source", "move", url, *(["fault"] if ask.fault else [])),
        (here | {"LIANZHENG_DATABASE_URL": url}, "manage.py", "verify"),
    ]
    for environment, *arguments in steps:
        done = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            report.problems.append(f"seed {seed}：{arguments[-1][:20]}：{(done.stderr or done.stdout)[-300:]}")
            return
    before, after = counted(folder / "lianzheng.sqlite3"), arrived(url)
    for table in ADDED:
        after[table] -= 1
    report.problems += [f"seed {seed}：{table} 的行数不同" for table in before if before[table] != after.get(table)]
    report.facts["行"] = report.facts.get("行", 0) + sum(before.values())


def counted(path: Path) -> dict[str, int]:
    with sqlite3.connect(path) as source:
        rows = source.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        return {name: source.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in rows.fetchall()}


def arrived(url: str) -> dict[str, int]:
    with psycopg.connect(url) as target:
        rows = target.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        return {name: target.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in rows}
