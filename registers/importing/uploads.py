"""An uploaded workbook between its preview and its import: kept under MEDIA_ROOT/imports, bound to who sent it."""

import json
import re
import secrets
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings

from accounts.exceptions import NotNow
from accounts.models import User

KEPT_FOR = 24 * 3600
TOKEN = re.compile(r"[A-Za-z0-9_-]{20,64}")


@dataclass(frozen=True)
class Upload:
    """What was asked with the file."""

    token: str
    user: int
    unit: int
    cycle: int
    name: str

    @property
    def data(self) -> bytes:
        """The file. Raises NotNow when it is gone."""
        try:
            return _path(self.token, "xlsx").read_bytes()
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


def keep(*, data: bytes, by: User, unit: int, cycle: int, name: str) -> Upload:
    """Store an uploaded file; uploads that nobody confirmed within a day go."""
    forget_old()
    upload = Upload(secrets.token_urlsafe(24), by.pk, unit, cycle, name[:200])
    _path(upload.token, "xlsx").write_bytes(data)
    _path(upload.token, "json").write_text(json.dumps(asdict(upload), ensure_ascii=False), encoding="utf-8")
    return upload


def find(token: str, by: User) -> Upload | None:
    """The user's own upload of that token; None for anybody else's and for none."""
    if not TOKEN.fullmatch(token):
        return None
    try:
        upload = Upload(**json.loads(_path(token, "json").read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None
    return upload if upload.user == by.pk else None


def forget(upload: Upload) -> None:
    """Delete an upload."""
    for ending in ("json", "xlsx"):
        _path(upload.token, ending).unlink(missing_ok=True)


def forget_old() -> None:
    """Delete uploads older than a day."""
    for path in _folder().iterdir():
        if path.is_file() and path.stat().st_mtime < time.time() - KEPT_FOR:
            path.unlink(missing_ok=True)
