"""Every statement of every test is held against what compatible databases lack (`drills.sql.rules`).

A test that says such a thing itself (raw SQL to attack the database, say) is let be: only what the program says counts.
"""

import sys
from pathlib import Path
from types import FrameType

import pytest
from django.db import connections
from django.db.backends.signals import connection_created

from drills.sql.rules import broken, told

ROOT = Path(__file__).resolve().parent.parent.parent
TESTING = tuple(str(ROOT / place) + "/" for place in ("tests", "drills", "benchmarks"))
KNOWN: dict[str, list[str]] = {}  # statement → rules that it breaks: each is read once
FAULTS: list[str] = []


def watch(execute, sql, params, many, context):
    """An execute wrapper of Django."""
    rules = KNOWN.get(sql)
    if rules is None:
        rules = KNOWN[sql] = broken(sql)
    if rules and said_by_the_program(sys._getframe()):
        FAULTS.append(told(sql, rules))
    return execute(sql, params, many, context)


def said_by_the_program(frame: FrameType | None) -> bool:
    """Whether our own code nearest to the statement is the product's, and not a migration."""
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith(str(ROOT)) and "/.venv/" not in name and frame.f_code is not watch.__code__:
            return not name.startswith(TESTING) and "/migrations/" not in name
        frame = frame.f_back
    return False


def put_on(connection, **_) -> None:
    if watch not in connection.execute_wrappers:
        connection.execute_wrappers.insert(0, watch)


@pytest.fixture(scope="session", autouse=True)
def every_statement_is_looked_at():
    connection_created.connect(put_on)
    for connection in connections.all(initialized_only=True):
        put_on(connection)


@pytest.fixture(autouse=True)
def only_sql_that_compatible_databases_take():
    FAULTS.clear()
    yield
    assert not FAULTS, "\n".join(dict.fromkeys(FAULTS))
