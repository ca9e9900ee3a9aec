"""Pieces that were printed before, by the digest of all that they are made of: only what changed is printed again.

They lie beside the other files of the installation and are as confidential as these; nothing serves them. The folder
is bounded: what was not used for the longest time goes first.
"""

import json
import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

FOLDER = "handbook"
MOST_BYTES = 512 * 1024 * 1024
LONGEST_UNUSED = 60 * 86400.0  # seconds

Anchors = dict[str, tuple[int, float]]  # anchor → page of the piece (from 0), points from its top


@dataclass(frozen=True, slots=True)
class Printed:
    """One piece as PDF, with the places that contents and index point to."""

    pdf: bytes
    pages: int
    anchors: Anchors


@dataclass(frozen=True, slots=True)
class Shelved:
    """A printed piece whose PDF waits on disk until it is bound."""

    shelf: BinaryIO
    start: int
    size: int
    pages: int
    anchors: Anchors

    @property
    def pdf(self) -> bytes:
        self.shelf.seek(self.start)
        return self.shelf.read(self.size)


def shelve(printed: Printed, shelf: BinaryIO) -> Shelved:
    """Put a piece at the end of a file, so that a long volume does not fill the memory."""
    start = shelf.seek(0, os.SEEK_END)
    shelf.write(printed.pdf)
    return Shelved(shelf, start, len(printed.pdf), printed.pages, printed.anchors)


def _path(key: str) -> Path:
    return Path(settings.MEDIA_ROOT) / FOLDER / key[:2] / f"{key}.piece"


def get(key: str) -> Printed | None:
    """The piece of that digest; None when it is not there or was cut short."""
    path = _path(key)
    try:
        head, _, pdf = path.read_bytes().partition(b"\n")
        told = json.loads(head)
        if len(pdf) != told["size"]:
            return None
        os.utime(path)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Printed(pdf, told["pages"], {name: (page, top) for name, page, top in told["anchors"]})


def put(key: str, printed: Printed) -> None:
    """Keep a piece. A full disk is no reason not to print: then it is not kept."""
    path = _path(key)
    anchors = [(name, page, top) for name, (page, top) in printed.anchors.items()]
    head = json.dumps({"pages": printed.pages, "size": len(printed.pdf), "anchors": anchors})
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(head.encode() + b"\n" + printed.pdf)
        os.replace(name, path)
    except OSError:
        return


def prune(most: int = MOST_BYTES, unused: float = LONGEST_UNUSED) -> int:
    """Remove what was not used for long, then the oldest until the folder is within its bounds; returns how many."""
    found = []
    for path in (Path(settings.MEDIA_ROOT) / FOLDER).glob("*/*"):
        try:
            stat = path.stat()
        except OSError:
            continue
        found.append((stat.st_mtime, stat.st_size, path))
    found.sort(reverse=True)
    held, removed, limit = 0, 0, time.time() - unused
    for used, size, path in found:
        held += size
        if held > most or used < limit:
            path.unlink(missing_ok=True)
            removed += 1
    return removed
