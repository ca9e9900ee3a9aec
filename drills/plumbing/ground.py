"""A database for one run, copied from a migrated template so that a drill starts in seconds, and gone at its end."""

import contextlib
import importlib
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import django
import psycopg
from django.conf import settings
from django.db import connections
from django.test.signals import setting_changed

from drills.plumbing.template import ROOT, postgresql_template, sqlite_template

__all__ = ["ROOT", "database", "set_environment"]
# What is not tested is not ours to set: the drills' own environment begins without what the shell has of ours.
KEPT = ("LIANZHENG_DATABASE_URL", "LIANZHENG_CHROMIUM", "LIANZHENG_PYTHON", "LIANZHENG_DRILL_CACHE")


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


def load_program() -> None:
    """Django over the environment as it is now; where it is loaded already (`nursery`) its settings are read anew."""
    if not settings.configured:
        django.setup()
        return
    module = importlib.reload(sys.modules[os.environ["DJANGO_SETTINGS_MODULE"]])
    for name in filter(str.isupper, dir(module)):
        value = getattr(module, name)
        if value != getattr(settings, name):
            setattr(settings, name, value)
            setting_changed.send(sender=type(settings), setting=name, value=value, enter=True)
    for alias in connections:
        with contextlib.suppress(AttributeError):  # there is none
            del connections[alias]
    connections.settings = connections.configure_settings(settings.DATABASES)
    if loaded := sys.modules.get("lianzheng.wsgi"):  # its middleware has read the settings
        importlib.reload(loaded)


@contextmanager
def database(db: str, folder: Path) -> Iterator[None]:
    """Where the settings will look for it, a database of this run alone."""
    if db == "sqlite":
        os.environ.pop("LIANZHENG_DATABASE_URL", None)
        shutil.copyfile(sqlite_template(), folder / "lianzheng.sqlite3")
        yield
        return
    server = os.environ["LIANZHENG_DATABASE_URL"]
    name = f"drill_{os.getpid()}"
    template = postgresql_template(server)
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    os.environ["LIANZHENG_DATABASE_URL"] = urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    try:
        yield
    finally:
        os.environ["LIANZHENG_DATABASE_URL"] = server
        with psycopg.connect(server, autocommit=True) as admin:  # another one: a drill may restart the server
            admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
