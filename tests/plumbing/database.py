"""The tests' database: a SQLite file in memory-backed storage, or the PostgreSQL of LIANZHENG_DATABASE_URL.

A file, not Django's in-memory SQLite: that one shares a single connection between threads, so that neither a race
nor the live server behaves as in production.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from django.conf import settings

ROOM_NEEDED = 512 * 1024 * 1024
MEMORY_BACKED = Path("/dev/shm")


def on_postgresql() -> bool:
    return settings.DATABASES["default"]["ENGINE"].endswith("postgresql")


def roomy_folder() -> str | None:
    """Where a commit costs no disk write, if there is such a place with room; None means the usual one."""
    usable = MEMORY_BACKED.is_dir() and os.access(MEMORY_BACKED, os.W_OK)
    return str(MEMORY_BACKED) if usable and shutil.disk_usage(MEMORY_BACKED).free > ROOM_NEEDED else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if on_postgresql():
        return
    refused = pytest.mark.skip(reason="NEEDS POSTGRESQL: bin/test starts one, or set LIANZHENG_DATABASE_URL")
    for item in items:
        if item.get_closest_marker("postgres"):
            item.add_marker(refused)


@pytest.fixture(scope="session")
def django_db_modify_db_settings():
    """Name this process's own test database; a SQLite one goes with its folder at the end."""
    test = settings.DATABASES["default"].setdefault("TEST", {})
    if on_postgresql():
        test["NAME"] = f"test_lianzheng_{os.getpid()}"
        yield
        return
    with tempfile.TemporaryDirectory(
        prefix="lianzheng-test-", dir=roomy_folder(), ignore_cleanup_errors=True
    ) as folder:
        test["NAME"] = str(Path(folder) / "test.sqlite3")
        yield
