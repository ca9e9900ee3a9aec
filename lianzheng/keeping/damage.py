"""Whether the data was found damaged: a flag file in the data folder, by which the whole installation turns read-only.

A file, since the database itself may be what is broken, and since all processes must see it at once.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.utils import timezone

FLAG = "read_only"
# What a damaged file is called by SQLite and PostgreSQL.
SIGNS = (
    "malformed", "file is not a database", "disk i/o error", "file is encrypted",
    "invalid page", "could not read block", "checksum", "unexpected zero page", "unexpected data beyond eof",
)  # fmt: skip


@dataclass(frozen=True)
class Notice:
    """When it was noticed and what was seen."""

    at: str
    seen: str


def path() -> Path:
    """Where the flag lies."""
    return Path(settings.DATA_DIR) / FLAG


def noticed() -> Notice | None:
    """What was noticed, if anything. Asked at every request: one look at the folder."""
    try:
        text = path().read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except OSError:
        return Notice("", "")
    try:
        return Notice(**json.loads(text))
    except (ValueError, TypeError):
        return Notice("", "")


def note(seen: str) -> None:
    """Turn read-only. The first sight stays."""
    try:
        with path().open("x", encoding="utf-8") as stream:
            json.dump(asdict(Notice(timezone.now().isoformat(), seen[:500])), stream, ensure_ascii=False)
    except FileExistsError:
        return


def clear() -> None:
    """Writable again; only the command line asks for it, after everything was checked."""
    path().unlink(missing_ok=True)


def is_sign(fault: BaseException) -> bool:
    """Whether a database's error speaks of a damaged file."""
    text = str(fault).lower()
    return any(sign in text for sign in SIGNS)
