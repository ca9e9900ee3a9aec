"""Every request of every test: what it changed in a protected row stands beside an event of the same request.

Asked below Django, so that tests that count queries do not see it.
"""

import threading

import pytest
from django.core.handlers.base import BaseHandler
from django.db import connection

from audit.linking import UNEXPLAINED

SENTENCE = "a protected row was changed without an event: "


def _ask(sql: str, *values) -> list[tuple]:
    marked = sql if connection.vendor == "postgresql" else sql.replace("%s", "?")
    return connection.connection.cursor().execute(marked, values).fetchall()


def _ends() -> tuple[int, int] | None:
    """The last change and the last event; None where there is no database at hand or no transaction that works."""
    if connection.connection is None or connection.needs_rollback:
        return None
    return _ask("SELECT (SELECT MAX(id) FROM audit_change), (SELECT MAX(id) FROM audit_event)")[0]


def _alone() -> bool:
    """Whether numbers rise in the order of commits: PostgreSQL gives them out before, so that between requests at the
    same moment an event may have a lower number than one that was there already."""
    return connection.vendor == "sqlite" or threading.current_thread() is threading.main_thread()


def _check(before: tuple[int, int], path: str) -> None:
    after = _ends()
    if after is None or (after[0] or 0) <= (before[0] or 0):
        return
    events = _ask("SELECT verb, detail FROM audit_event WHERE id > %s", before[1] or 0)
    if events and all(verb != UNEXPLAINED for verb, _ in events):
        return
    tables = _ask("SELECT DISTINCT table_name, op FROM audit_change WHERE id > %s", before[0] or 0)
    raise AssertionError(f"{SENTENCE}{path} {sorted(tables)} {events}")


@pytest.fixture(autouse=True, scope="session")
def no_change_without_event():
    original = BaseHandler.get_response

    def watched(self, request):
        before = _ends()
        response = original(self, request)
        if before is not None and _alone():
            _check(before, request.path)
        return response

    BaseHandler.get_response = watched
    yield
    BaseHandler.get_response = original
