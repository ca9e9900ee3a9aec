"""Workbooks between their upload and their taking back: kept under MEDIA_ROOT/offline, bound to who sent them.

Beside each file lie its cells as they were read once, and the choices that its sender has made so far.
"""

import json
import re
import secrets
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

from django.conf import settings

from accounts.models import User
from registers.importing import reading
from registers.importing.cells import Sheet

KEPT_FOR = 7 * 24 * 3600
TOKEN = re.compile(r"[A-Za-z0-9_-]{20,64}")


@dataclass
class Sent:
    """One file: its name, the sentence of its refusal if it was refused, else the id of its form."""

    name: str
    fault: str = ""
    form: int = 0
    done: bool = False
    choices: dict[str, str] = field(default_factory=dict)


@dataclass
class Batch:
    """The files of one upload."""

    token: str
    user: int
    files: list[Sent] = field(default_factory=list)

    def sheets(self, number: int) -> list[Sheet]:
        """The cells of a file."""
        return reading.decode(_path(self.token, f"{number}.cells").read_bytes())

    def data(self, number: int) -> bytes:
        """A file as it was sent."""
        return _path(self.token, f"{number}.xlsx").read_bytes()


def _folder() -> Path:
    folder = Path(settings.MEDIA_ROOT) / "offline"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _path(token: str, ending: str) -> Path:
    return _folder() / f"{token}.{ending}"


def new(by: User) -> Batch:
    """An empty batch; batches that nobody finished within a week go."""
    forget_old()
    return Batch(secrets.token_urlsafe(24), by.pk)


def add(batch: Batch, sent: Sent, data: bytes = b"", cells: bytes = b"") -> None:
    """Put a file into a batch; a refused one leaves its name and sentence only."""
    number = len(batch.files)
    batch.files.append(sent)
    if cells:
        _path(batch.token, f"{number}.xlsx").write_bytes(data)
        _path(batch.token, f"{number}.cells").write_bytes(cells)


def keep(batch: Batch) -> None:
    """Store what is known of a batch, in one step."""
    path = _path(batch.token, "json")
    fresh = path.with_suffix(f".{secrets.token_hex(4)}")  # of its own: two pages may note their choices at once
    fresh.write_text(json.dumps(asdict(batch), ensure_ascii=False), encoding="utf-8")
    fresh.replace(path)


def find(token: str, by: User) -> Batch | None:
    """The user's own batch of that token; None for anybody else's and for none."""
    if not TOKEN.fullmatch(token):
        return None
    try:
        told = json.loads(_path(token, "json").read_text(encoding="utf-8"))
        batch = Batch(told["token"], told["user"], [Sent(**sent) for sent in told["files"]])
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return None
    return batch if batch.user == by.pk else None


def forget_old() -> None:
    """Delete files older than a week."""
    for path in _folder().iterdir():
        if path.is_file() and path.stat().st_mtime < time.time() - KEPT_FOR:
            path.unlink(missing_ok=True)
