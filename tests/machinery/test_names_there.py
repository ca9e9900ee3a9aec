"""The names that really stand in the database, with those of many-to-many and history tables, triggers, sequences.

Tables, columns, triggers, functions and all that we name are no longer than thirty characters: more is cut off by some
databases. What Django names by itself (foreign keys, indexes of single columns: parts of names and eight hexadecimal
digits) is a backend's own matter: Django asks it how long they may be.
"""

import re

import pytest
from django.db import connection

from tests.architecture.test_names import LONGEST
from tests.plumbing.database import on_postgresql

pytestmark = pytest.mark.django_db
BY_DJANGO = re.compile(r"_[0-9a-f]{8}(_uniq|_like|_check|_pk|_fk(_\w+)?)?$")
BY_POSTGRESQL = re.compile(r"_(id_seq|pkey|key\d*|check\d*|not_null)$")  # what is named when nobody does
BY_SQLITE = re.compile(r"^(sqlite_autoindex_|__)")


# django-simple-history names its tables itself; other names would break the journal, which notes rows by their table.
HISTORY = {
    "registers_historicalappointment",
    "registers_historicalpower_regulations",
    "registers_historicalprocedurestep",
}


def asked(sql: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [row[0] for row in cursor.fetchall()]


def ours(name: str) -> bool:
    return not any(pattern.search(name) for pattern in (BY_DJANGO, BY_POSTGRESQL, BY_SQLITE))


def named_within() -> dict[str, list[str]]:
    """Kind → the names of that kind."""
    if not on_postgresql():
        return {"indexes": asked("SELECT name FROM sqlite_master WHERE type = 'index'")}  # its triggers stay on it
    return {
        "indexes": asked("SELECT indexname FROM pg_indexes WHERE schemaname = 'public'"),
        "constraints": asked("SELECT conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace"),
        "triggers": asked("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"),
        "functions": asked("SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"),
        "sequences": asked("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'"),
    }


def test_tables_and_columns_are_short():
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        names = {f"{table}.{column.name}" for table in tables
                 for column in connection.introspection.get_table_description(cursor, table)}  # fmt: skip
    assert {table for table in tables if len(table) > LONGEST} == HISTORY
    assert [name for name in names if len(name.partition(".")[2]) > LONGEST] == []
    assert {"registers_power_regulations", "registers_historicalunit"} <= set(tables), "those that Django makes too"


def test_what_we_name_is_short_and_the_rest_is_djangos():
    found = named_within()
    assert all(found.values()), "each kind is there"
    long = [f"{kind}: {name}" for kind, names in found.items() for name in names if len(name) > LONGEST and ours(name)]
    assert long == []


def test_constraints_of_every_table_too():
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            for name in connection.introspection.get_constraints(cursor, table):
                assert len(name) <= LONGEST or not ours(name), f"{table}: {name}"
