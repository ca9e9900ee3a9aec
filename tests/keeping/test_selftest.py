"""The self-test of the database: silent over an honest one, loud over one that gives back something else."""

import contextlib
import datetime
import json
from decimal import Decimal

import pytest
from django.core import checks
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from accounts import hashers
from lianzheng.keeping import selftest
from tests.factories import make_user
from tests.plumbing.database import on_postgresql

pytestmark = pytest.mark.django_db


class LyingCursor:
    """A cursor that changes what it fetches."""

    def __init__(self, cursor, lie):
        self._cursor, self._lie = cursor, lie

    def __getattr__(self, name):
        return getattr(self._cursor, name)

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self._cursor.close()

    def __iter__(self):
        return (self._told(row) for row in self._cursor)

    def _told(self, row):
        return row and tuple(self._lie(value) for value in row)

    def fetchone(self):
        return self._told(self._cursor.fetchone())

    def fetchmany(self, *size):
        return [self._told(row) for row in self._cursor.fetchmany(*size)]

    def fetchall(self):
        return [self._told(row) for row in self._cursor.fetchall()]


@contextlib.contextmanager
def lying(monkeypatch, lie):
    with monkeypatch.context() as patch:
        make = connection.make_cursor
        patch.setattr(connection, "make_cursor", lambda cursor: LyingCursor(make(cursor), lie))
        yield


def turned(kind, into):
    return lambda value: into(value) if isinstance(value, kind) else value


LIES = {
    "true as '1'": turned(bool, lambda value: str(int(value))),
    "'' is nothing": turned(str, lambda value: value or None),
    "rare characters lost": turned(str, lambda value: value.replace("𠮷", "?")),
    "names cut off": turned(str, lambda value: value[:30]),
    "numbers of 32 bits": turned(int, lambda value: value if isinstance(value, bool) else value & 0xFFFFFFFF),
    "amounts cut off": turned((Decimal, float), lambda value: type(value)(int(value))),
    "microseconds lost": turned(datetime.datetime, lambda value: value.replace(microsecond=0)),
    "days moved": lambda value: value - datetime.timedelta(days=1) if type(value) is datetime.date else value,
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_whatever_comes_back_otherwise_is_said(monkeypatch, lie):
    assert selftest.faults() == []
    with lying(monkeypatch, lie):
        assert selftest.faults()
    assert selftest.faults() == [], "and nothing of it stays"


def lost_on_the_way(kind):
    """Parameters of one kind arrive as NULL, as some drivers bound them."""

    def lost(value) -> bool:  # psycopg's whole numbers are a kind of int of their own
        return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))

    def wrapper(execute, sql, params, many, context):
        if selftest.TABLE in sql and params:
            params = tuple(None if lost(value) else value for value in params)
        return execute(sql, params, many, context)

    return wrapper


@pytest.mark.parametrize("kind", [int, str, bool])
def test_parameters_that_get_lost_are_said(kind):
    with connection.execute_wrapper(lost_on_the_way(kind)):
        assert selftest.faults()


def test_values_in_json_that_change_their_kind_are_said(monkeypatch):
    def lie(value):
        if isinstance(value, str) and value.startswith(("{", "[")):
            return json.dumps(json.loads(value.replace("true", "1")))
        return value

    with lying(monkeypatch, lie):
        assert selftest.faults()


def test_no_table_of_it_stays():
    selftest.faults()
    assert selftest.TABLE not in connection.introspection.table_names()


def test_it_is_a_system_check_of_the_database(monkeypatch):
    assert not [one for one in checks.run_checks(databases=["default"]) if one.id == "lianzheng.E010"]
    with lying(monkeypatch, LIES["'' is nothing"]):
        found = checks.run_checks(tags=[checks.Tags.database], databases=["default"])
    assert "lianzheng.E010" in {one.id for one in found}
    assert "lianzheng.E010" not in {one.id for one in checks.run_checks()}, "not without a database"


def test_the_site_does_not_start_over_such_a_database(monkeypatch, capsys, tmp_path, settings):
    settings.DATA_DIR = tmp_path
    with lying(monkeypatch, LIES["'' is nothing"]), pytest.raises(CommandError, match="不能使用") as refused:
        call_command("check_data", start=True)
    assert refused.value.returncode == 1
    assert "读回来是 None" in capsys.readouterr().out


def test_passwords_that_this_machine_cannot_check_stop_the_start(monkeypatch, capsys, tmp_path, settings):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(hashers, "has_sm3", lambda: False)
    call_command("check_data", start=True)
    user = make_user()
    user.password = "pbkdf2_sm3$1$a$b"
    user.save()
    with pytest.raises(CommandError, match="不能使用"):
        call_command("check_data", start=True)
    assert "1 个账号的密码用 SM3 保存" in capsys.readouterr().out


def test_settings_that_lose_an_answered_act_at_a_power_cut_are_said():
    if on_postgresql():
        pytest.skip("about SQLite")
    with connection.cursor() as cursor:
        assert selftest.setting_faults(connection) == []

        class Told:
            def execute(self, sql):
                return cursor.execute(sql.replace("synchronous", "page_size").replace("journal_mode", "page_count"))

        assert len(selftest._of_sqlite(Told())) == 2


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("server_encoding", "SQL_ASCII", "UTF8"),
        ("server_version_num", "130009", "14 或更高"),
        ("fsync", "off", "fsync"),
        ("synchronous_commit", "off", "synchronous_commit"),
    ],
)
def test_postgresql_of_another_kind_is_refused(settings, setting, value, said):
    settings.TESTING = False
    told = {
        "server_version_num": "170000",
        "server_version": "17.0",
        "server_encoding": "UTF8",
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
    }

    class Cursor:
        def execute(self, sql, given):
            self.name = given[0]

        def fetchone(self):
            return (told[self.name],)

    assert selftest._of_postgresql(Cursor()) == []
    told[setting] = value
    found = selftest._of_postgresql(Cursor())
    assert len(found) == 1
    assert said in found[0]
