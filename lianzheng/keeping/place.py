"""The installation's data folder: what of it a backup takes along, and what can be made again."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

# Made again by bin/run or by who asked for them; held only for hours; or the database itself, which is copied as such.
LEFT_OUT = ("static", "static.stamp", "done", "files/jobs", "files/imports", "files/offline", "files/handbook")
SECRET_KEY = "secret_key"
SCRATCH = ".keeping-"  # folders of a backup under way
STALE = 86400


def data_files(without: Path | None = None) -> Iterator[Path]:
    """Files to take along, in order. ``without``: the folder of backups, should it lie among them."""
    root = Path(settings.DATA_DIR)
    left_out = {root / name for name in LEFT_OUT} | ({without.resolve()} if without else set())
    for path in sorted(root.rglob("*")):
        own = path.relative_to(root).parts[0]
        if own.startswith((SCRATCH, "lianzheng.sqlite3")) or not path.is_file() or path.is_symlink():
            continue
        if not any(path.resolve().is_relative_to(place.resolve()) for place in left_out):
            yield path


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder for copies that are not encrypted yet: beside the data, for its user only, gone at the end."""
    root = Path(settings.DATA_DIR)
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in root.glob(f"{SCRATCH}*"):
        if old.stat().st_mtime < time.time() - STALE:  # what a killed backup left
            shutil.rmtree(old, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=SCRATCH, dir=root, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def settle(path: Path) -> None:
    """A renamed file stays renamed after a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
