"""The triggers that write the journal and that keep evidence from being changed; the same on both databases.

They are put in place after every migration (`audit.apps`), and `audit.verify` compares them with what they should be.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from audit.protection import Protected
from audit.triggers import postgresql, sqlite


def _of(wrapper: BaseDatabaseWrapper) -> Any:
    return sqlite if wrapper.vendor == "sqlite" else postgresql


def install(wrapper: BaseDatabaseWrapper) -> None:
    """Make the triggers be what they should be, on the tables that there are. Call in a transaction."""
    with wrapper.cursor() as cursor:
        _of(wrapper).install(cursor, set(wrapper.introspection.table_names(cursor)))


def remove(wrapper: BaseDatabaseWrapper) -> None:
    """Take all away: while a whole database is copied in, rows and journal come as they are. Call in a transaction."""
    with wrapper.cursor() as cursor:
        _of(wrapper).remove(cursor)


@contextmanager
def unguarded(wrapper: BaseDatabaseWrapper, one: Protected) -> Iterator[None]:
    """Rows of a table that may only be added to can be written over, and the journal notes it. Call in a transaction:
    for others the guard never stood aside."""
    if not one.append_only:
        yield
        return
    with wrapper.cursor() as cursor:
        _of(wrapper).stand_aside(cursor, one.table)
        yield
        _of(wrapper).install(cursor, {one.table})


def take_in(wrapper: BaseDatabaseWrapper, one: Protected) -> None:
    """Write all rows of a table into the journal as they stand."""
    with wrapper.cursor() as cursor:
        _of(wrapper).take_in(cursor, one)


def live(wrapper: BaseDatabaseWrapper, one: Protected) -> str:
    """The question for all rows of a table as the journal would keep them, without hashes: key, object as text."""
    return _of(wrapper).live(one)


def faults(wrapper: BaseDatabaseWrapper) -> list[str]:
    """Names of the triggers and functions that are missing, switched off or changed, and of strange ones."""
    with wrapper.cursor() as cursor:
        standing, wanted = _of(wrapper).standing(cursor), _of(wrapper).wanted()
    return sorted(name for name in standing.keys() | wanted.keys() if standing.get(name) != wanted.get(name))
