"""Checkpoints: the end of a chain told to somebody outside, so that a later roll-back or re-computation is found.

    lianzheng checkpoint v1
    12 4571 2026-03-01T08:00:00.000000Z
    sha256:7f3a9c0211ab90de…

On paper: 12-4571 7f3a 9c02 11ab 90de. In the folder LIANZHENG_CHECKPOINTS there is a file for each bureau, added to
and never written over: best a folder of another machine.
"""

import logging
import os
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from audit.models import Event, Link
from audit.reading import instant
from audit.verify.finding import HEADING, Checkpoint

logger = logging.getLogger(__name__)

_HEAD = re.compile(r"([0-9]{1,18}) ([0-9]{1,18}) (\S{1,40})")
_VALUE = re.compile(r"(sha256|sm3):([0-9a-f]{64})")
_SHORT = re.compile(r"([0-9]{1,18})-([0-9]{1,18})((?: ?[0-9a-f]){16})")
_TAIL = 4096  # bytes in which the last checkpoint of a file lies


class CannotRead(ValueError):
    """Nobody could read a checkpoint in it; the sentence says what was not understood."""


def parse(text: str) -> list[Checkpoint]:
    """All checkpoints of a text, long or short, as people type, scan or copy them. Raises CannotRead."""
    lines = [" ".join(line.split()) for line in unicodedata.normalize("NFKC", text).replace("\ufeff", "").splitlines()]
    lines, found = [line for line in lines if line][::-1], []
    while lines:
        line = lines.pop()
        if short := _SHORT.fullmatch(line.lower()):
            found.append(Checkpoint(int(short[1]), int(short[2]), short[3].replace(" ", ""), ""))
            continue
        head = _HEAD.fullmatch(lines.pop()) if line == HEADING and lines else None
        value = _VALUE.fullmatch(lines.pop()) if head and lines else None
        if head is None or value is None:
            raise CannotRead(f"看不懂“{line[:60]}”。")
        found.append(Checkpoint(int(head[1]), int(head[2]), value[2], value[1]))
    if not found:
        raise CannotRead("没有检查点。")
    return found


def is_kept(point: Checkpoint) -> bool:
    """Whether the chain still holds the link that the checkpoint tells of."""
    link = Link.objects.filter(bureau=point.bureau, seq=point.seq).first()
    return link is not None and point.fits(link.digest, link.algorithm)


def answer_to(point: Checkpoint) -> str:
    """What the chain says of it now: ``kept``, ``changed`` (computed anew), ``gone`` (rolled back, or its end deleted),
    ``unknown`` (no such chain here)."""
    if link := Link.objects.filter(bureau=point.bureau, seq=point.seq).first():
        return "kept" if point.fits(link.digest, link.algorithm) else "changed"
    return "gone" if Link.objects.filter(bureau=point.bureau).exists() else "unknown"


def of_event(event: int) -> Checkpoint | None:
    """The checkpoint at an event; None where it is not linked (yet)."""
    link = Link.objects.filter(event_id=event).first()
    return _point(link) if link else None


def at_end(bureaus: Iterable[int] | None = None) -> list[Checkpoint]:
    """Where the chains end now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT bureau, seq FROM audit_chain WHERE seq > 0 ORDER BY bureau")
        ends = cursor.fetchall()
    wanted = None if bureaus is None else set(bureaus)
    links = [
        Link.objects.filter(bureau=bureau, seq=seq).first()
        for bureau, seq in ends
        if wanted is None or bureau in wanted
    ]
    return [_point(link) for link in links if link]


def _point(link: Link) -> Checkpoint:
    at = Event.objects.filter(pk=link.event_id).values_list("at", flat=True).first()
    return Checkpoint(link.bureau, link.seq, link.digest, link.algorithm, instant(at) if at else "-")


# -- the folder


def folder() -> Path | None:
    """Where checkpoints are dropped, if somewhere."""
    return Path(settings.CHECKPOINTS) if settings.CHECKPOINTS else None


def kept_text(bureau: int) -> str:
    """What the folder holds of one bureau; empty where there is nothing readable."""
    place = folder()
    try:
        return (place / f"{bureau}.txt").read_text(encoding="utf-8") if place else ""
    except (OSError, UnicodeDecodeError):
        return ""


def last_of(path: Path) -> Checkpoint | None:
    """The last checkpoint of a file; None where there is no file. Raises CannotRead, OSError."""
    try:
        with path.open("rb") as stream:
            stream.seek(0, os.SEEK_END)
            stream.seek(max(0, stream.tell() - _TAIL))
            text = stream.read().decode("utf-8", "replace")
    except FileNotFoundError:
        return None
    start = text.rfind(HEADING)
    if start < 0:
        raise CannotRead(f"“{path.name}”里没有检查点。")
    return parse(text[start:])[-1]


def missing(place: Path) -> list[Checkpoint]:
    """The last checkpoints in the folder that the chains do not hold any more. Raises CannotRead, OSError."""
    points = [last_of(path) for path in sorted(place.glob("*.txt"))]
    return [point for point in points if point and not is_kept(point)]


def drop(place: Path, bureaus: Iterable[int] | None = None) -> list[Checkpoint]:
    """Add the ends of the chains to the files, where they moved on. Returns those. What is there is never written over;
    a file whose last checkpoint is not in the chain any more is left as it is, and said so in the program's log.

    Raises OSError, CannotRead.
    """
    place.mkdir(parents=True, exist_ok=True)
    dropped = []
    for point in at_end(bureaus):
        path = place / f"{point.bureau}.txt"
        last = last_of(path)
        if last and not is_kept(last):
            logger.critical("checkpoint %s-%s is not in the chain: rolled back or computed anew", last.bureau, last.seq)
        elif last is None or last.seq < point.seq:
            _add(path, point.text)
            dropped.append(point)
    return dropped


def _add(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())


def drop_quietly(bureau: int | None = None) -> None:
    """The same into the folder of the settings, never in the way of what people do."""
    if (place := folder()) is None:
        return
    try:
        drop(place, None if bureau is None else [bureau])
    except (OSError, CannotRead):
        logger.exception("checkpoints could not be written to %s", place)


_last_hour = [""]


def drop_hourly() -> None:
    """For the workers' rounds: once in an hour of the clock by each process, and only where chains moved on."""
    hour = timezone.now().strftime("%Y%m%d%H")
    if _last_hour[0] != hour:
        _last_hour[0] = hour
        drop_quietly()
