"""A digest of every table, the same for the same rows whatever the order, the connection or the kind of database.

It looks at the tables that are there, not at the models: an older structure, a table that a trigger writes, a column
that nobody reads any more are all part of what must come back.
"""

import datetime
import decimal
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

PIECE = 2000
ROOM = 1 << 256
KINDS = {"JSONField": "json", "BooleanField": "bool", "DateTimeField": "time"}


@dataclass(frozen=True)
class Sum:
    """How many rows a table has, and the sum of their SHA-256."""

    rows: int
    digest: str


@dataclass(frozen=True)
class Column:
    """A column, with what it holds where the bare value does not say so: json, bool, time (an instant), or nothing."""

    name: str
    holds: str = ""


def table_names(database: BaseDatabaseWrapper) -> list[str]:
    """All tables of the database, without the database's own."""
    with database.cursor() as cursor:
        found = database.introspection.get_table_list(cursor)
    return sorted(info.name for info in found if info.type in ("t", "p") and not info.name.startswith("sqlite_"))


def columns_of(database: BaseDatabaseWrapper, table: str) -> list[Column]:
    """In order of names: a rebuilt table may have them in another order."""
    introspection = database.introspection
    with database.cursor() as cursor:
        described = introspection.get_table_description(cursor, table)
    found = []
    for info in described:
        try:
            kind = introspection.get_field_type(info.type_code, info)
        except KeyError:  # a type that Django has no field for
            kind = ""
        found.append(Column(info.name, KINDS.get(kind, "")))
    return sorted(found, key=lambda column: column.name)


def rows_of(database: BaseDatabaseWrapper, table: str, columns: list[Column]) -> Iterator[tuple]:
    """Every row, in no order, without holding them all. On PostgreSQL inside a transaction."""
    quoted = ", ".join(database.ops.quote_name(column.name) for column in columns)
    with database.chunked_cursor() as cursor:
        cursor.execute(f"SELECT {quoted} FROM {database.ops.quote_name(table)}")
        while piece := cursor.fetchmany(PIECE):
            yield from piece


def sums(tables: list[str] | None = None) -> dict[str, Sum]:
    """Table → its digest, all of them at one moment."""
    with transaction.atomic():
        return sums_of(connection, tables)


def sums_of(database: BaseDatabaseWrapper, tables: list[str] | None = None) -> dict[str, Sum]:
    """The same of another database than ours; on PostgreSQL inside a transaction."""
    return {table: sum_of(database, table) for table in tables or table_names(database)}


def sum_of(database: BaseDatabaseWrapper, table: str) -> Sum:
    """The digest of one table."""
    columns = columns_of(database, table)
    heads = [f"{column.name}=".encode() for column in columns]
    holds = [column.holds for column in columns]
    rows = total = 0
    for row in rows_of(database, table, columns):
        digest = hashlib.sha256()
        for head, kind, value in zip(heads, holds, row, strict=True):
            told = canonical(value, kind)
            digest.update(b"%b%d:%b" % (head, len(told), told))
        total += int.from_bytes(digest.digest(), "big")
        rows += 1
    return Sum(rows, f"{total % ROOM:064x}")


def canonical(value: Any, holds: str = "") -> bytes:
    """A value as bytes that tell its kind: 1, true and "1" are three different things."""
    if value is None:
        return b"0"
    if holds == "json":
        value = json.loads(value) if isinstance(value, str | bytes) else value
        return b"j" + json.dumps(value, sort_keys=True, ensure_ascii=False).encode("utf-8", "surrogatepass")
    if holds == "bool" and value in (0, 1):
        return b"b%d" % int(value)
    return _plain(value)


def _plain(value: Any) -> bytes:
    if isinstance(value, bool):
        return b"b%d" % value
    if isinstance(value, str):
        return b"s" + value.encode("utf-8", "surrogatepass")
    if isinstance(value, int):
        return b"i%d" % value
    if isinstance(value, datetime.datetime):  # SQLite keeps instants in UTC, without saying so
        known = value if value.tzinfo else value.replace(tzinfo=datetime.UTC)
        return b"t" + known.astimezone(datetime.UTC).isoformat(timespec="microseconds").encode()
    if isinstance(value, datetime.date | datetime.time):
        return b"d" + value.isoformat().encode()
    if isinstance(value, bytes | bytearray | memoryview):
        return b"y" + bytes(value)
    if isinstance(value, float | decimal.Decimal):
        return b"f" + format(decimal.Decimal(str(value)).normalize(), "f").encode()
    return b"?" + repr(value).encode()


def differences(before: dict[str, Sum], after: dict[str, Sum]) -> list[str]:
    """What is not the same, one sentence a table."""
    said = []
    for table in sorted({*before, *after}):
        old, new = before.get(table), after.get(table)
        if old == new:
            continue
        if old is None or new is None:
            said.append(f"表 {table} {'多出' if old is None else '缺失'}")
        elif old.rows != new.rows:
            said.append(f"表 {table} 原有 {old.rows} 行，现有 {new.rows} 行")
        else:
            said.append(f"表 {table} 的内容不同（{old.rows} 行）")
    return said
