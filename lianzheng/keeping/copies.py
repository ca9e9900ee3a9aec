"""One consistent copy of the database while people write, with the digests of what is in it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.sqlite3.base import DatabaseWrapper

from lianzheng.keeping import postgres
from lianzheng.keeping.faults import KeepingError
from lianzheng.keeping.tables import Sum, sums, sums_of


@dataclass(frozen=True)
class Copy:
    """The copy's file, the digests of its tables and the ends of its chains, all of the same moment."""

    path: Path
    tables: dict[str, Sum]
    chain: list[dict]


def take(folder: Path) -> Copy:
    """A copy in that folder."""
    return _of_sqlite(folder) if connection.vendor == "sqlite" else _of_postgresql(folder)


def _of_sqlite(folder: Path) -> Copy:
    target = folder / "database.sqlite3"
    copy_sqlite(Path(connection.settings_dict["NAME"]), target)
    check_sqlite(target)
    with opened(target) as copy:
        return Copy(target, sums_of(copy), ends_of(copy))


def copy_sqlite(source: Path, target: Path) -> None:
    """SQLite's own copying: one read transaction, so that who writes meanwhile is neither held up nor half copied."""
    reader, writer = sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=20), sqlite3.connect(target)
    try:
        reader.backup(writer, pages=-1)
        writer.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.DatabaseError as fault:
        raise KeepingError(f"数据库复制不了：{fault}") from fault
    finally:
        reader.close()
        writer.close()


def check_sqlite(path: Path) -> None:
    """Raises KeepingError where the file is damaged: a damaged copy must not take the place of a good one."""
    reader = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        found = [row[0] for row in reader.execute("PRAGMA integrity_check(5)")]
    except sqlite3.DatabaseError as fault:
        found = [str(fault)]
    finally:
        reader.close()
    if found != ["ok"]:
        raise KeepingError("数据库文件已损坏：" + "；".join(found))


@contextmanager
def opened(path: Path) -> Iterator[BaseDatabaseWrapper]:
    """A Django connection to another SQLite file, beside the ones that there are."""
    given = {name: value for name, value in connection.settings_dict.items() if name != "TEST"}
    own = {"NAME": path, "CONN_MAX_AGE": 0, "OPTIONS": {"timeout": 20}, "TEST": {}}
    other = DatabaseWrapper(given | own, alias="default")
    try:
        yield other
    finally:
        other.close()


def ends_of(database: BaseDatabaseWrapper) -> list[dict]:
    """Where each chain of events ends, as a backup says it: what left the machine later can be held against it."""
    names = ("bureau", "seq", "algorithm", "digest")
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT c.bureau, c.seq, l.algorithm, l.digest FROM audit_chain c"
            " LEFT JOIN audit_link l ON l.bureau = c.bureau AND l.seq = c.seq WHERE c.seq > 0 ORDER BY c.bureau"
        )
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _of_postgresql(folder: Path) -> Copy:
    """pg_dump of a snapshot, in which the digests are taken too."""
    target = folder / "database.dump"
    connection.close()
    connection.ensure_connection()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        postgres.run(
            "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}",
            f"--exclude-schema={postgres.ASIDE}*", f"--file={target}",
        )  # fmt: skip
        return Copy(target, sums(), ends_of(connection))
