"""The tests' database: a SQLite file in memory-backed storage, or the PostgreSQL of LIANZHENG_DATABASE_URL.

A file, not Django's in-memory SQLite: that one shares a single connection between threads, so that neither a race
nor the live server behaves as in production.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.contenttypes.management import create_contenttypes
from django.db import connection, transaction
from django.db.models.signals import post_migrate

from drills.plumbing.template import postgresql_template, sqlite_template

ROOM_NEEDED = 512 * 1024 * 1024
MEMORY_BACKED = Path("/dev/shm")


def on_postgresql() -> bool:
    return settings.DATABASES["default"]["ENGINE"].endswith("postgresql")


def roomy_folder() -> str | None:
    """Where a commit costs no disk write, if there is such a place with room; None means the usual one."""
    usable = MEMORY_BACKED.is_dir() and os.access(MEMORY_BACKED, os.W_OK)
    return str(MEMORY_BACKED) if usable and shutil.disk_usage(MEMORY_BACKED).free > ROOM_NEEDED else None


OF_THE_TEMPLATE = {"django_content_type", "auth_permission"}  # nothing writes them
TESTS = Path(__file__).resolve().parent.parent
# What asks for a database only to have something to print, to read from a workbook, to show or to send to the right
# address: `bin/test` runs it once, on SQLite, `bin/test --whole` on both. Of 2,221 kinds of statements that the tests
# say to PostgreSQL, 83 are said by the modules of pages below alone, most of them by tests (November 2026).
ONCE = (
    "accounts/test_policy.py",
    "benchmarks",
    "catalogue/test_long.py",
    "catalogue/test_pages.py",
    "documents",
    "evidence/test_printed.py",
    "lianzheng/test_sample.py",
    "matrix",
    "offline/test_libreoffice.py",
    "offline/test_pages.py",
    "offline/test_parse.py",
    "offline/test_round_trip.py",
    "registers/test_importing_bad.py",
    "registers/test_importing_decisions.py",
    "registers/test_importing_fuzz.py",
    "registers/test_importing_pages.py",
    "sample",
    "workflow/test_fill_page.py",
    "workflow/test_forms_come_back.py",
    "workflow/test_human_check.py",
    "workflow/test_kiosk.py",
    "workflow/test_level_direction.py",
    "workflow/test_notice_guard.py",
    "workflow/test_public.py",
    "workflow/test_real_tables.py",
    "workflow/test_register_page.py",
)
WHOLE = bool(os.environ.get("LIANZHENG_TEST_WHOLE"))
ASKING = {"db", "transactional_db", "live_server", "django_db_blocker", "drill_database"}


@cache
def _is_asked_once(path: Path) -> bool:
    return any(path.is_relative_to(TESTS / place) for place in ONCE)


def depends_on_database(item: pytest.Item) -> bool:
    """Whether another database could make another outcome."""
    if item.get_closest_marker("django_db") or ASKING.intersection(item._fixtureinfo.initialnames):
        return True
    fixtures = [one for many in item._fixtureinfo.name2fixturedefs.values() for one in many]
    ours = (one for one in fixtures if not one.func.__module__.startswith("pytest_django"))
    return any(ASKING.intersection(one.argnames) for one in ours)


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """What is not asked on PostgreSQL need not be read either."""
    return (on_postgresql() and not WHOLE and _is_asked_once(collection_path)) or None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if on_postgresql():
        left = [item for item in items if not depends_on_database(item)]
        items[:] = [item for item in items if depends_on_database(item)]
        config.hook.pytest_deselected(items=left)
        return
    refused = pytest.mark.skip(reason="NEEDS POSTGRESQL: bin/test starts one, or set LIANZHENG_DATABASE_URL")
    for item in items:
        if item.get_closest_marker("postgres"):
            item.add_marker(refused)


@contextmanager
def behind_its_back() -> Iterator[None]:
    """As somebody writes who took the triggers away and puts them back after: nothing is refused, nothing noted."""
    with transaction.atomic(), connection.cursor() as cursor:
        connection.guarded = False
        if on_postgresql():
            cursor.execute("SET LOCAL session_replication_role = replica")
        try:
            yield
        finally:
            connection.guarded = True
            if on_postgresql() and not connection.needs_rollback:
                cursor.execute("SET LOCAL session_replication_role = origin")


def statements_that_empty(self, style, tables: list[str], **_) -> list[str]:
    """Only what holds something is emptied, row by row: a TRUNCATE of every table takes PostgreSQL half a second."""
    asked = [
        f"SELECT {number} WHERE EXISTS (SELECT 1 FROM {self.quote_name(table)})"
        for number, table in enumerate(tables)
        if table not in OF_THE_TEMPLATE
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked))
        filled = [tables[number] for (number,) in cursor.fetchall()]
    return [f"DELETE FROM {self.quote_name(table)}" for table in filled]


def empty_with_evidence(self, sql_list: list[str]) -> None:
    """Django's own emptying of all tables after a test with real transactions, which evidence refuses otherwise."""
    with behind_its_back(), connection.cursor() as cursor:
        for statement in sql_list:
            cursor.execute(statement)
        connection.evidence.begin_anew()


OF_DJANGO = transaction.mark_for_rollback_on_error  # as the served site has it


def save_in_transactions() -> None:
    """A row that a test saves by itself is a transaction, as every service of the product is one: evidence asks it."""
    transaction.mark_for_rollback_on_error = lambda using=None: transaction.atomic(using=using, savepoint=False)


@pytest.fixture(scope="session", autouse=True)
def evidence_lets_tests_be():
    save_in_transactions()
    type(connection.ops).sql_flush = statements_that_empty
    type(connection.ops).execute_sql_flush = empty_with_evidence
    post_migrate.disconnect(create_contenttypes)  # the template has them, and they stay
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """A SQLite file that is there is taken as it is: it was copied from the migrated template just now."""
    return not on_postgresql()


@pytest.fixture(scope="session")
def django_db_modify_db_settings():
    """This process's own test database, from the template; a SQLite one goes with its folder at the end."""
    test = settings.DATABASES["default"].setdefault("TEST", {})
    if on_postgresql():
        test["NAME"] = f"test_lianzheng_{os.getpid()}"
        test["TEMPLATE"] = postgresql_template(os.environ["LIANZHENG_DATABASE_URL"])
        yield
        return
    with tempfile.TemporaryDirectory(
        prefix="lianzheng-test-", dir=roomy_folder(), ignore_cleanup_errors=True
    ) as folder:
        test["NAME"] = str(Path(folder) / "test.sqlite3")
        shutil.copyfile(sqlite_template(), test["NAME"])
        yield
