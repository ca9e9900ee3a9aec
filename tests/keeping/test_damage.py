"""Damaged data: noticed at the start, in a file at rest and at work; then nothing is written, and everybody is told."""

import os
import random
import sqlite3

import pytest
from django.conf import settings as real
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection
from django.db.backends.utils import CursorWrapper

from accounts.models import User
from audit.models import Event
from lianzheng.keeping import atrest, damage
from lianzheng.read_only import ReadOnlyError, Watch
from registers.services import regulations
from tests.factories import make_bureau, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data(tmp_path, settings):
    settings.DATA_DIR = tmp_path
    return tmp_path


class Corrupt(sqlite3.DatabaseError):
    sqlite_errorcode = 267  # SQLITE_CORRUPT_VTAB: a finer kind of 11


@pytest.fixture
def failing(monkeypatch):
    """The database fails at every statement about users."""
    real = CursorWrapper._execute

    def plant(fault: DatabaseError, cause: Exception | None = None):
        def execute(self, sql, params, *ignored):
            if "accounts_user" in sql:
                raise fault from cause
            return real(self, sql, params, *ignored)

        monkeypatch.setattr(CursorWrapper, "_execute", execute)

    return plant


def test_an_error_at_work_turns_the_site_read_only(client, failing):
    client.raise_request_exception = False
    client.force_login(make_user("甲"))
    assert damage.noticed() is None
    failing(DatabaseError("database disk image is malformed"), Corrupt("malformed"))
    answer = client.get("/")
    assert answer.status_code == 503
    assert "暂时只能查看" in answer.content.decode()
    assert damage.noticed().seen == "database disk image is malformed"


def test_an_error_that_only_repeats_what_somebody_typed_is_no_damage(client, failing):
    client.raise_request_exception = False
    client.force_login(make_user("甲"))
    failing(DatabaseError("Key (username)=(database disk image is malformed) already exists"))
    assert client.get("/").status_code == 500
    assert damage.noticed() is None


def test_while_read_only_pages_are_shown_with_a_notice_and_nothing_is_written(client):
    client.force_login(make_user("甲"))
    before = Event.objects.count()
    damage.note("seen")
    page = client.get("/account/")
    assert page.status_code == 200
    assert "已停止一切改动" in page.content.decode()
    written = "一段写了很久的意见，不该丢掉，长过二十个字才算。"
    answer = client.post("/account/password/", {"opinion": written, "new_password1": "never-shown-again-0000000"})
    assert answer.status_code == 503
    assert written in answer.content.decode()
    assert "never-shown" not in answer.content.decode()
    assert answer.headers["Content-Security-Policy"]
    assert client.post("/signin/", {"username": "x", "password": "y"}).status_code == 503
    assert client.post("/account/password/", {}, headers={"X-Autosave": "1"}).json()["refusal"]
    assert Event.objects.count() == before


def test_also_what_a_page_would_write_by_itself_is_refused():
    watch = Watch(closed=True)
    bureau = make_bureau()
    with connection.execute_wrapper(watch):
        assert User.objects.count() == 0
        with pytest.raises(ReadOnlyError):
            regulations.add_regulation(by=None, bureau=bureau, title="制度")


def test_only_the_command_line_takes_it_back_after_a_check(capsys):
    damage.note("seen")
    with pytest.raises(CommandError, match="--resume") as refused:
        call_command("check_data")
    assert refused.value.returncode == 3
    call_command("check_data", resume=True)
    assert damage.noticed() is None
    assert Event.objects.get(verb="damage.clear").detail["seen"] == "seen"


def test_evidence_that_was_changed_keeps_it_read_only(monkeypatch):
    damage.note("seen")
    make_user("甲")
    connection.guarded = False
    try:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("UPDATE accounts_user SET name = '乙'")
    finally:
        connection.guarded = True
    with pytest.raises(CommandError) as refused:
        call_command("check_data", resume=True)
    assert refused.value.returncode == 3
    assert damage.noticed()


@pytest.fixture
def file(data, settings):
    """A database file of its own, in which somebody wrote."""
    path = data / "lianzheng.sqlite3"
    told = real.DATABASES["default"] | {"ENGINE": "audit.backends.sqlite3", "NAME": path}
    settings.DATABASES = {"default": told}
    with sqlite3.connect(path) as one:
        one.execute("PRAGMA journal_mode=WAL")
        one.execute("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)")
        one.executemany("INSERT INTO t (b) VALUES (?)", [("廉政" * 50,)] * 500)
    one.close()
    return path


def flip(path, place: int) -> None:
    """As a disk does it: nobody wrote, so the time stays."""

    told = path.stat()
    data = bytearray(path.read_bytes())
    data[place] ^= 0x10
    path.write_bytes(data)
    os.utime(path, ns=(told.st_atime_ns, told.st_mtime_ns))


def test_a_file_that_changed_by_itself_while_nobody_had_it_open_is_noticed(file):
    assert atrest.fault() == ""
    assert atrest.seal()
    assert atrest.fault() == ""
    whole, told = file.read_bytes(), file.stat()
    chance = random.Random(6)
    for _ in range(30):
        flip(file, chance.randrange(len(whole)))
        assert "磁盘故障" in atrest.fault()

        file.write_bytes(whole)
        os.utime(file, ns=(told.st_atime_ns, told.st_mtime_ns))


def test_a_file_that_a_program_wrote_to_since_is_no_fault(file):
    atrest.seal()
    with sqlite3.connect(file) as one:
        one.execute("DELETE FROM t WHERE a < 100")
    one.close()
    assert atrest.fault() == ""


def test_a_log_with_a_broken_middle_is_noticed_and_one_that_just_ends_is_not(file):
    writer = sqlite3.connect(file, isolation_level=None)
    writer.execute("PRAGMA wal_autocheckpoint=0")
    for number in range(20):
        writer.execute("INSERT INTO t (b) VALUES (?)", (f"{number}" * 400,))
    log = file.with_name(file.name + "-wal")
    whole = log.read_bytes()
    assert atrest.fault() == ""
    log.write_bytes(whole[:-3000])
    assert atrest.fault() == "", "cut off by a kill in the middle of a transaction"
    log.write_bytes(whole)
    for place in (0, 20, 40, 1000, len(whole) // 2):
        flip(log, place)
        assert "预写日志" in atrest.fault(), place
        log.write_bytes(whole)
    writer.close()
