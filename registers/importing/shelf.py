"""Files that wait for what their sender decides: under MEDIA_ROOT, by tokens that nobody can guess, for a time only."""

import json
import re
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

TOKEN = re.compile(r"[A-Za-z0-9_-]{20,64}")
NOTE = "json"


def new_token() -> str:
    """A name for what is put on a shelf."""
    return secrets.token_urlsafe(24)


@dataclass(frozen=True)
class Shelf:
    """One folder; what was not touched for ``seconds`` goes. Beside the files of a token lies a note of values."""

    folder: str
    seconds: int

    def path(self, token: str, ending: str) -> Path:
        """Where a file of that token lies."""
        return self._place() / f"{token}.{ending}"

    def note(self, token: str, values: dict[str, Any]) -> None:
        """Store the note in one step: a reader sees the old or the new one, never half of it."""
        path = self.path(token, NOTE)
        fresh = path.with_suffix(f".{secrets.token_hex(4)}")  # of its own: two pages may note something at once
        fresh.write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
        fresh.replace(path)

    def noted(self, token: str) -> dict[str, Any] | None:
        """The note of a token; None for one that is not there, or is none."""
        if not TOKEN.fullmatch(token):
            return None
        try:
            return json.loads(self.path(token, NOTE).read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return None

    def clear(self) -> None:
        """Delete what is too old."""
        for path in self._place().iterdir():
            if path.is_file() and path.stat().st_mtime < time.time() - self.seconds:
                path.unlink(missing_ok=True)

    def _place(self) -> Path:
        folder = Path(settings.MEDIA_ROOT) / self.folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return folder
