"""Worlds that many tests begin with: built once by the services, then their rows are put back as they were.

Only into an empty database and only inside a test after which it is empty again; everywhere else, and in the drills,
the builder builds.
"""

import functools
import pickle
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from tests.plumbing.database import behind_its_back

# Empty: so are the others.
TELLING = ("accounts_user", "registers_unit", "registers_scheme", "audit_event", "audit_change")
AT_ONCE = 100  # rows of one statement


@dataclass
class _Kept:
    """What a builder gave, and the rows that it wrote."""

    result: bytes
    events: set[int]
    tables: dict[str, tuple[list[str], list[tuple]]] = field(default_factory=dict)


_kept: dict[tuple, _Kept] = {}
_emptied = False  # by pytest-django after the test that is running: it commits


@pytest.fixture(autouse=True)
def what_comes_after(request):
    """Tells whether the test commits; before every other fixture of the test."""
    global _emptied
    marker = request.node.get_closest_marker("django_db")
    commits = {"transactional_db", "live_server"}.intersection(request.fixturenames)
    _emptied = bool(commits or marker and marker.kwargs.get("transaction"))
    yield
    _emptied = False


def remembered(build: Callable[..., Any]) -> Callable[..., Any]:
    """The builder, which does its work once for each set of arguments and each hour of the clock."""

    @functools.wraps(build)
    def made(*args: Any, **named: Any) -> Any:
        if not (_emptied or _rolled_back()) or not _empty():
            return build(*args, **named)
        hour = f"{timezone.now():%Y-%m-%d %H}"
        key = build.__module__, build.__name__, repr((args, named)), hour, _emptied  # only what is committed is linked
        if key not in _kept:
            filled = {table for table in _tables() if _any(table)}
            result = build(*args, **named)
            _kept[key] = _take(result, filled)
            return result
        return _put_back(_kept[key])

    return made


def _rolled_back() -> bool:
    return any(block._from_testcase for block in connection.atomic_blocks)


def _any(*tables: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT * FROM (SELECT 1 FROM {table} LIMIT 1) x" for table in tables))
        return cursor.fetchone() is not None


def _empty() -> bool:
    return not _any(*TELLING)


def _tables() -> list[str]:
    with connection.cursor() as cursor:
        return connection.introspection.table_names(cursor)


def _take(result: Any, filled: set[str]) -> _Kept:
    kept = _Kept(pickle.dumps(result), set(connection.evidence.events))
    with connection.cursor() as cursor:
        for table in _tables():
            if table not in filled:
                cursor.execute(f"SELECT * FROM {table}")
                if rows := cursor.fetchall():
                    kept.tables[table] = [column[0] for column in cursor.description], rows
    return kept


def _put_back(kept: _Kept) -> Any:
    quote = connection.ops.quote_name
    with behind_its_back(), connection.cursor() as cursor:
        for table, (columns, rows) in kept.tables.items():
            into = f"INSERT INTO {table} ({', '.join(map(quote, columns))}) VALUES "
            one = f"({', '.join(['%s'] * len(columns))})"
            for start in range(0, len(rows), AT_ONCE):
                some = rows[start : start + AT_ONCE]
                cursor.execute(into + ", ".join([one] * len(some)), [value for row in some for value in row])
    connection.evidence.events |= kept.events
    return pickle.loads(kept.result)
