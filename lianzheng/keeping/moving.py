"""Move everything from SQLite to PostgreSQL in one transaction: all of it, held against the source, or nothing.

Rows come as they are, with the journal and the chain, so no trigger may write while they are copied: all are taken
away before and put back after. Numbers that a deleted row once had are not given out again.
"""

import datetime
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder

from audit import triggers
from audit.verify import verify
from lianzheng.keeping import copies
from lianzheng.keeping.faults import KeepingError, NotToBeUsed
from lianzheng.keeping.restoring import PREPARED
from lianzheng.keeping.tables import Column, Sum, columns_of, differences, rows_of, sums_of, table_names
from lianzheng.settings import database

TARGET = "move_target"


@dataclass(frozen=True)
class Moved:
    """What a move did."""

    tables: int
    rows: int
    links: int


def move(*, url: str) -> Moved:
    """Copy this SQLite database into the empty PostgreSQL database of that address, and note it there.

    Raises KeepingError when nothing arrived, NotToBeUsed when something did that is not to be used.

    Nobody writes to the source meanwhile: the writers' lock is held to the end, so nothing is left behind.
    """
    if connection.vendor != "sqlite":
        raise KeepingError("现在用的已经是 PostgreSQL；这个命令从 SQLite 搬到 PostgreSQL。")
    connections.settings[TARGET] = connections.settings["default"] | {"OPTIONS": {}} | database(url)
    there = connections[TARGET]
    try:
        with transaction.atomic(), tempfile.TemporaryDirectory(dir=settings.DATA_DIR, prefix=".keeping-") as folder:
            path = Path(folder) / "database.sqlite3"
            copies.copy_sqlite(Path(connection.settings_dict["NAME"]), path)
            copies.check_sqlite(path)
            with copies.opened(path) as source:
                return _into(there, source, url)
    finally:
        there.close()
        del connections[TARGET]
        del connections.settings[TARGET]


def _into(there: BaseDatabaseWrapper, source: BaseDatabaseWrapper, url: str) -> Moved:
    _prepare(there, source, url)
    with transaction.atomic(using=TARGET):
        triggers.remove(there)
        before = copy_all(source, there)
        if wrong := differences(before, sums_of(there)):
            raise KeepingError("搬过去的与原来的不同，没有搬：" + "；".join(wrong[:5]))
        triggers.install(there)
        there.evidence.begin_anew()
    found = verify(there)
    if found.findings:
        raise NotToBeUsed(f"内容已搬到，但证据核验没有通过，请不要使用：{found.findings[0]}")
    try:
        run_there(url, "move_to_postgresql", "postgresql://", "--arrived")  # no password in the list of processes
    except KeepingError as fault:
        raise NotToBeUsed(f"内容已搬到，核验也完好，但没有记下这次搬迁，请不要使用：{fault}") from fault
    return Moved(len(before), sum(table.rows for table in before.values()), found.links)


def _prepare(there: BaseDatabaseWrapper, source: BaseDatabaseWrapper, url: str) -> None:
    """The same structure on both sides, and nobody's work in the target."""
    filled = [name for name in table_names(there) if name not in PREPARED and _count(there, name)]
    evidence = {"audit_event", "audit_change", "audit_link", "audit_chain"}
    if work := [name for name in filled if name not in evidence]:
        raise KeepingError(f"目标数据库里已有内容（{'、'.join(work[:5])}），没有搬。请另建一个空的数据库。")
    run_there(url, "migrate", "--verbosity", "0", "--no-input")
    here, other = (set(MigrationRecorder(one).applied_migrations()) for one in (source, there))
    if here != other:
        raise KeepingError("现在的数据库不是这个版本的结构，请先运行一次 bin/manage migrate。")


def run_there(url: str, *arguments: str) -> None:
    """One of our commands over the target, as the program will run from now on: in a process of its own."""
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments]
    environment = os.environ | {"LIANZHENG_DATABASE_URL": url}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise KeepingError(f"在新库里 {arguments[0]} 没有成功：{done.stderr.strip()[-400:]}")


def _count(there: BaseDatabaseWrapper, table: str) -> int:
    with there.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {there.ops.quote_name(table)}")
        return cursor.fetchone()[0]


def copy_all(source: BaseDatabaseWrapper, there: BaseDatabaseWrapper) -> dict[str, Sum]:
    """Every table's rows in the place of what the migrations put there; the source's digests."""
    tables = table_names(source)
    if missing := sorted(set(tables) ^ set(table_names(there))):
        raise KeepingError(f"两边的表不一样：{'、'.join(missing[:5])}。")
    with there.cursor() as cursor:
        names = ", ".join(there.ops.quote_name(table) for table in tables)
        cursor.execute(f"TRUNCATE {names}")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    for table in tables:
        copy_table(source, there, table)
    _go_on_counting(source, there)
    return sums_of(source)


def copy_table(source: BaseDatabaseWrapper, there: BaseDatabaseWrapper, table: str) -> None:
    """One table, by PostgreSQL's COPY."""
    columns = columns_of(source, table)
    if [c.name for c in columns] != [c.name for c in columns_of(there, table)]:
        raise KeepingError(f"表 {table} 两边的列不一样。")
    quote = there.ops.quote_name
    names = ", ".join(quote(column.name) for column in columns)
    with there.cursor() as cursor, cursor.copy(f"COPY {quote(table)} ({names}) FROM STDIN") as sink:
        for row in _as_given(source, table, columns):
            sink.write_row(row)


def _as_given(source: BaseDatabaseWrapper, table: str, columns: list[Column]) -> Iterator[list]:
    """SQLite's instants are in UTC without saying so; its texts may hold a NUL, which PostgreSQL cannot keep."""
    for row in rows_of(source, table, columns):
        given = []
        for column, value in zip(columns, row, strict=True):
            if isinstance(value, datetime.datetime) and value.tzinfo is None:
                value = value.replace(tzinfo=datetime.UTC)
            elif column.holds == "bool" and value is not None:
                value = bool(value)
            elif isinstance(value, str) and "\0" in value:
                raise KeepingError(f"表 {table} 的 {column.name} 有一处含空字符，PostgreSQL 不能保存；请先改掉。")
            given.append(value)
        yield given


def _go_on_counting(source: BaseDatabaseWrapper, there: BaseDatabaseWrapper) -> None:
    """Each table's next number, beyond all that were ever given out."""
    with source.cursor() as cursor:
        cursor.execute("SELECT name, seq FROM sqlite_sequence")
        last = dict(cursor.fetchall())
    with there.cursor() as cursor:
        for table in table_names(there):
            for sequence in there.introspection.get_sequences(cursor, table):
                column = there.ops.quote_name(sequence["column"])
                cursor.execute(f"SELECT max({column}) FROM {there.ops.quote_name(table)}")
                highest = max(cursor.fetchone()[0] or 0, last.get(table, 0))
                if highest:
                    cursor.execute("SELECT setval(%s, %s)", [sequence["name"], highest])
