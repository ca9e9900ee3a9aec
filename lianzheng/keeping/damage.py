"""Whether the data was found damaged: a flag file in the data folder, by which the whole installation turns read-only.

A file, since the database itself may be what is broken, and since all processes must see it at once.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.utils import timezone

FLAG = "read_only"
# By numbers, not by words: an error's text repeats what people typed.
SQLITE_SIGNS = {11, 26}  # SQLITE_CORRUPT, SQLITE_NOTADB, whatever their finer kind
SQLITE_READING = {266, 522, 8202}  # SQLITE_IOERR_READ, _SHORT_READ, _DATA
POSTGRESQL_SIGNS = {"XX001", "XX002"}  # data_corrupted, index_corrupted


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


def is_sign(fault: BaseException | None) -> bool:
    """Whether a database's error, or what caused it, says that the file is damaged."""
    while fault is not None:
        code = getattr(fault, "sqlite_errorcode", None) or 0
        if code & 0xFF in SQLITE_SIGNS or code in SQLITE_READING:
            return True
        if getattr(fault, "sqlstate", None) in POSTGRESQL_SIGNS:
            return True
        fault = fault.__cause__
    return False
