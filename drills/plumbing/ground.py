"""A database for one run, made from a migrated template so that a drill starts in seconds, and gone at its end."""

import hashlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROOT = Path(__file__).resolve().parent.parent.parent
# What is not tested is not ours to set: the drills' own environment begins without what the shell has of ours.
KEPT = ("LIANZHENG_DATABASE_URL", "LIANZHENG_CHROMIUM", "LIANZHENG_PYTHON", "LIANZHENG_DRILL_CACHE")


def code_digest() -> str:
    """Changes with everything that a migrated database depends on."""
    digest = hashlib.sha256()
    places = ("*/migrations/*.py", "audit/**/*.py", "requirements.lock", "drills/plumbing/ground.py")
    for path in sorted(path for place in places for path in ROOT.glob(place)):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def cache() -> Path:
    """Where templates are kept between runs."""
    folder = Path(
        os.environ.get("LIANZHENG_DRILL_CACHE") or Path(tempfile.gettempdir()) / f"lianzheng-drill-{os.getuid()}"
    )
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def set_environment(folder: Path, extra: dict[str, str]) -> None:
    """The tests' settings over a data folder of its own; what the drill asks comes on top."""
    for name in [name for name in os.environ if name.startswith("LIANZHENG_") and name not in KEPT]:
        del os.environ[name]
    (folder / "static").mkdir(exist_ok=True)
    os.environ.update(
        DJANGO_SETTINGS_MODULE="lianzheng.settings",
        LIANZHENG_TEST="1",
        LIANZHENG_DATA=str(folder),
        LIANZHENG_SECRET_KEY="drills only: this database holds nothing of anybody",
        LIANZHENG_ALLOWED_HOSTS="testserver,127.0.0.1,localhost",
    )
    os.environ.update(extra)


@contextmanager
def database(db: str, folder: Path) -> Iterator[bool]:
    """The place of the run's database. Yields whether it is migrated; if not, the caller migrates and `keep`s it."""
    if db == "sqlite":
        os.environ.pop("LIANZHENG_DATABASE_URL", None)
        template = cache() / f"{code_digest()}.sqlite3"
        if template.is_file():
            shutil.copyfile(template, folder / "lianzheng.sqlite3")
        yield template.is_file()
        return
    server = os.environ["LIANZHENG_DATABASE_URL"]
    name, template = f"drill_{os.getpid()}", f"drill_template_{code_digest()}"
    with psycopg.connect(server, autocommit=True) as admin:
        there = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone()
        admin.execute(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if there else ""))
        os.environ["LIANZHENG_DATABASE_URL"] = urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    try:
        yield bool(there)
    finally:
        os.environ["LIANZHENG_DATABASE_URL"] = server
        with psycopg.connect(server, autocommit=True) as admin:  # another one: a drill may restart the server
            admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def keep(db: str, folder: Path) -> None:
    """Make the migrated, still empty database the template of later runs. Nobody may be connected to it."""
    if db == "sqlite":
        fresh = cache() / f"{os.getpid()}.tmp"
        with sqlite3.connect(folder / "lianzheng.sqlite3") as source, sqlite3.connect(fresh) as target:
            source.backup(target)
        source.close()
        target.close()
        fresh.replace(cache() / f"{code_digest()}.sqlite3")
        return
    url = urlsplit(os.environ["LIANZHENG_DATABASE_URL"])
    with psycopg.connect(urlunsplit(url._replace(path="/postgres")), autocommit=True) as admin:
        try:
            admin.execute(f'CREATE DATABASE "drill_template_{code_digest()}" TEMPLATE "{url.path.lstrip("/")}"')
        except psycopg.Error:  # another drill made it at the same moment, or looks at this one: the next run makes it
            return
