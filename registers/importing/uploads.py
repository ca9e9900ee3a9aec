"""An uploaded workbook between its preview and its import: kept under MEDIA_ROOT/imports, bound to who sent it.

Beside the file lie its texts as they were read once in the limited process, and what was decided on the preview page.
"""

import json
import re
import secrets
import time
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from django.conf import settings

from accounts.exceptions import NotNow
from accounts.models import User
from registers.importing import reading
from registers.importing.cells import Sheet
from registers.importing.choices import Choices, choices_of

KEPT_FOR = 24 * 3600
TOKEN = re.compile(r"[A-Za-z0-9_-]{20,64}")
FILE, TEXTS, ASKED = "xlsx", "texts", "json"


@dataclass(frozen=True)
class Upload:
    """What was asked with the file, and what became of it."""

    token: str
    user: int
    unit: int
    cycle: int
    name: str
    rows: int = 0  # of all sheets
    decided: dict[str, Any] = field(default_factory=dict)  # `Choices` as values
    job: int = 0  # the background job that imports it
    event: int = 0  # the audit row of the import, once it is done

    @property
    def data(self) -> bytes:
        """The file. Raises NotNow when it is gone."""
        return self._read(FILE)

    @property
    def sheets(self) -> list[Sheet]:
        """What is in the file. Raises NotNow when it is gone."""
        return reading.decode(self._read(TEXTS))

    @property
    def choices(self) -> Choices:
        return choices_of(self.decided)

    def _read(self, ending: str) -> bytes:
        try:
            return _path(self.token, ending).read_bytes()
        except FileNotFoundError:
            raise gone() from None


def _folder() -> Path:
    folder = Path(settings.MEDIA_ROOT) / "imports"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _path(token: str, ending: str) -> Path:
    return _folder() / f"{token}.{ending}"


def gone() -> NotNow:
    """The refusal for an upload that was imported or forgotten."""
    return NotNow("这次上传已经导入或已过期，请重新上传。")


def keep(*, data: bytes, by: User, unit: int, cycle: int, name: str, decided: dict[str, Any] | None = None) -> Upload:
    """Read an uploaded file and store it; uploads that nobody confirmed within a day go.

    Raises Unreadable, and stores nothing, for a file that cannot be taken.
    """
    texts = reading.read_text(data)
    rows = sum(len(sheet.rows) for sheet in reading.decode(texts))
    forget_old()
    upload = Upload(secrets.token_urlsafe(24), by.pk, unit, cycle, name[:200], rows, decided or {})
    _path(upload.token, FILE).write_bytes(data)
    _path(upload.token, TEXTS).write_bytes(texts)
    return _noted(upload)


def _noted(upload: Upload) -> Upload:
    path = _path(upload.token, ASKED)
    fresh = path.with_suffix(f".{secrets.token_hex(4)}")
    fresh.write_text(json.dumps(asdict(upload), ensure_ascii=False), encoding="utf-8")
    fresh.replace(path)  # a reader sees the old or the new one, never half of it
    return upload


def find(token: str, by: User) -> Upload | None:
    """The user's own upload of that token; None for anybody else's and for none."""
    if not TOKEN.fullmatch(token):
        return None
    try:
        upload = Upload(**json.loads(_path(token, ASKED).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None
    return upload if upload.user == by.pk else None


def decide(upload: Upload, choices: Choices) -> Upload:
    """Keep what was decided about the columns and words of an upload."""
    return _noted(replace(upload, decided=choices.values()))


def begin(upload: Upload, job: int) -> Upload:
    """Note the background job that imports it."""
    return _noted(replace(upload, job=job))


def finish(upload: Upload, event: int) -> Upload:
    """The upload is imported: its file goes, what came of it is still told for a day."""
    for ending in (FILE, TEXTS):
        _path(upload.token, ending).unlink(missing_ok=True)
    return _noted(replace(upload, event=event))


def forget(upload: Upload) -> None:
    """Delete an upload."""
    for ending in (ASKED, FILE, TEXTS):
        _path(upload.token, ending).unlink(missing_ok=True)


def forget_old() -> None:
    """Delete uploads older than a day."""
    for path in _folder().iterdir():
        if path.is_file() and path.stat().st_mtime < time.time() - KEPT_FOR:
            path.unlink(missing_ok=True)
