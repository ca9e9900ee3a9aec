"""The cast of the permission matrix, made once a day and copied: many drills begin with it, and it costs seconds."""

import contextlib
import hashlib
import pickle
import shutil
import sqlite3
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Session
from drills.plumbing.template import ROOT, cache
from tests import factories, roads
from tests.matrix.cast import Cast, make_cast
from tests.workflow import notice_world

CODE = ("accounts", "audit", "documents", "fixtures", "jobs", "lianzheng", "paper", "registers", "supervision", "tests")
CODE += ("workflow", "drills/plumbing")
COUNTERS = ((factories, "_numbers"), (notice_world, "_versions"), (roads, "_numbers"))  # go on where they stood
KEPT = 6  # of other versions of the code: several trees share the place


def prepared_cast() -> Cast:
    """`make_cast`, committed. On SQLite the database file is replaced by the one that holds it."""
    if connection.vendor != "sqlite":
        with transaction.atomic():
            return make_cast()
    kept = cache() / f"cast-{_digest()}"
    return _copied(kept) if kept.is_dir() else _made(kept)


def _digest() -> str:
    """Changes with the code that makes it, and with the day: what it holds begins and ends today."""
    told = hashlib.sha256(f"{timezone.localdate()} {settings.SECRET_KEY}".encode())
    for folder in CODE:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".py", ".json", ".txt"):
                told.update(path.read_bytes())
    return told.hexdigest()[:16]


def _made(kept: Path) -> Cast:
    with transaction.atomic():
        cast = make_cast()
    with tempfile.TemporaryDirectory(prefix="new-", dir=cache()) as place:
        new = Path(place) / "new"
        new.mkdir()
        with sqlite3.connect(new / "whole.sqlite3") as copy:
            connection.connection.backup(copy)
        copy.close()
        if Path(settings.MEDIA_ROOT).is_dir():
            shutil.copytree(settings.MEDIA_ROOT, new / "files")
        (new / "cast.pickle").write_bytes(pickle.dumps((cast, [getattr(*one) for one in COUNTERS])))
        with contextlib.suppress(OSError):  # another one was quicker: nobody waits for a slow one
            new.rename(kept)
    others = sorted(cache().glob("cast-*"), key=lambda one: one.stat().st_mtime)
    for old in others[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)
    return cast


def _copied(kept: Path) -> Cast:
    connection.close()
    file = Path(connection.settings_dict["NAME"])
    for ending in ("-wal", "-shm"):
        Path(f"{file}{ending}").unlink(missing_ok=True)
    shutil.copyfile(kept / "whole.sqlite3", file)
    if (kept / "files").is_dir():
        shutil.copytree(kept / "files", settings.MEDIA_ROOT, dirs_exist_ok=True)
    cast, counted = pickle.loads((kept / "cast.pickle").read_bytes())
    for one, count in zip(COUNTERS, counted, strict=True):
        setattr(*one, count)
    Session.objects.update(seen_at=timezone.now())  # as if everybody had just signed in
    return cast
