"""A database of the former release, full of rows, is brought up: every row is there, and the evidence verifies."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from tests.architecture.sources import ROOT
from tests.keeping import former
from tests.plumbing.database import on_postgresql


@pytest.fixture
def place(tmp_path, drill_database):
    """The environment of an empty database of its own."""
    known = {name: value for name, value in os.environ.items() if not name.startswith("LIANZHENG_")}
    known |= {"DJANGO_SETTINGS_MODULE": "lianzheng.settings", "LIANZHENG_TEST": "1", "LIANZHENG_DATA": str(tmp_path)}
    if not on_postgresql():
        yield known
        return
    server, name = os.environ["LIANZHENG_DATABASE_URL"], f"former_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        yield known | {"LIANZHENG_DATABASE_URL": urlunsplit(urlsplit(server)._replace(path=f"/{name}"))}
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def drill_database() -> str:
    """Asks for no test database of its own, and still runs on both kinds (`tests.plumbing.database`)."""
    return "postgresql" if on_postgresql() else "sqlite"


def done(task: str, environment: dict, folder) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "tests.keeping.former", task, str(folder)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_every_row_of_the_former_release_is_there_after_the_upgrade_and_the_chain_verifies(place, tmp_path):
    built = done("build", place, tmp_path)
    assert built.returncode == 0, built.stderr[-2000:]
    if not on_postgresql():
        with closing(sqlite3.connect(tmp_path / "lianzheng.sqlite3")) as there:
            there.execute("VACUUM INTO ?", [str(tmp_path / "twins.sqlite3")])
    upgraded = done("upgrade", place, tmp_path)
    assert upgraded.returncode == 0, upgraded.stdout[-2000:] + upgraded.stderr[-2000:]
    if not on_postgresql():
        two_spellings_of_one_name_stop_it(place, tmp_path)


def two_spellings_of_one_name_stop_it(place, tmp_path):
    """It says which, and the database is as it was."""
    with closing(sqlite3.connect(tmp_path / "twins.sqlite3")) as there, there:
        there.execute("UPDATE accounts_user SET username = 'ZHANGSAN' WHERE username = 'wang-wu'")
    for ending in ("", "-wal", "-shm"):
        (tmp_path / f"lianzheng.sqlite3{ending}").unlink(missing_ok=True)
    shutil.move(tmp_path / "twins.sqlite3", tmp_path / "lianzheng.sqlite3")
    refused = done("upgrade", place, tmp_path)
    assert refused.returncode != 0
    assert "只是写法不同" in refused.stderr
    with closing(sqlite3.connect(tmp_path / "lianzheng.sqlite3")) as there:
        names = {name for (name,) in there.execute("SELECT username FROM accounts_user")}
    assert names == {"ZhangSan", "ｌｉｓｉ２", "ZHANGSAN"}


def test_a_row_that_is_lost_or_changed_is_said():
    before = {"a_b": [{"id": "1", "x": "甲"}, {"id": "2", "x": "乙"}]}
    assert former.differences(before, before) == []
    assert former.differences(before, {"a_b": [{"id": "1", "x": "甲"}]})
    assert former.differences(before, {"a_b": [{"id": "1", "x": "丙", "y": "1"}, {"id": "2", "x": "乙"}]})
    assert former.differences(before, {})
