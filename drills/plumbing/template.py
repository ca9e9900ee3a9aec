"""A migrated, empty database of either kind, made once and copied by every drill and every test run.

Migrating takes many seconds, copying none. A change of any migration makes a new one; what no migration says (the
triggers) is put right after every copy by the migration that finds nothing to do.
"""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROOT = Path(__file__).resolve().parent.parent.parent
PLACES = ("*/migrations/*.py", "audit/**/*.py", "*/apps.py", "requirements.lock", "drills/plumbing/template.py")


def code_digest() -> str:
    """Changes with everything that a migrated database depends on."""
    digest = hashlib.sha256()
    for path in sorted(path for place in PLACES for path in ROOT.glob(place)):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def cache() -> Path:
    """Where SQLite's are kept between runs."""
    usual = Path(tempfile.gettempdir()) / f"lianzheng-drill-{os.getuid()}"
    folder = Path(os.environ.get("LIANZHENG_DRILL_CACHE") or usual)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


@contextmanager
def _alone() -> Iterator[None]:
    """Of several that miss it at once, one makes it and the others wait."""
    with (cache() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _migrate(**environment: str) -> None:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("LIANZHENG_")}
    known = {"DJANGO_SETTINGS_MODULE": "lianzheng.settings", "LIANZHENG_TEST": "1", **environment}
    command = [sys.executable, str(ROOT / "manage.py"), "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=inherited | known, check=True)


def sqlite_template() -> Path:
    """The file to copy."""
    file = cache() / f"{code_digest()}.sqlite3"
    if file.is_file():
        return file
    with _alone():
        if not file.is_file():
            with tempfile.TemporaryDirectory(prefix="lianzheng-template-") as folder:
                _migrate(LIANZHENG_DATA=folder)
                fresh = Path(folder) / "whole.sqlite3"
                source, target = sqlite3.connect(Path(folder) / "lianzheng.sqlite3"), sqlite3.connect(fresh)
                source.backup(target)
                source.close()
                target.close()
                shutil.move(fresh, file)
    return file


def postgresql_template(server: str) -> str:
    """The name of the database to create others from, on that server."""
    name = f"template_{code_digest()}"
    with _alone(), psycopg.connect(server, autocommit=True) as admin:
        if admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return name
        admin.execute(f'DROP DATABASE IF EXISTS "{name}_new" WITH (FORCE)')
        admin.execute(f'CREATE DATABASE "{name}_new"')
        with tempfile.TemporaryDirectory(prefix="lianzheng-template-") as folder:
            url = urlunsplit(urlsplit(server)._replace(path=f"/{name}_new"))
            _migrate(LIANZHENG_DATABASE_URL=url, LIANZHENG_DATA=folder)
        admin.execute(f'ALTER DATABASE "{name}_new" RENAME TO "{name}"')
    return name
