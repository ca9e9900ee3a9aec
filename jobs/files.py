"""Where outputs lie: under MEDIA_ROOT/jobs, by names that nobody can guess."""

import hashlib
import secrets
from pathlib import Path

from django.conf import settings

from jobs.models import Job

FOLDER = "jobs"
PIECE = 64 * 1024


def path_of(name: str) -> Path:
    """The place of a stored file."""
    return Path(settings.MEDIA_ROOT) / name


def new_name(shown: str) -> str:
    """A random name with the ending of the name that is shown; its folder is there afterwards."""
    folder = path_of(FOLDER)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    ending = Path(shown).suffix.lower()
    return f"{FOLDER}/{secrets.token_hex(16)}{ending if ending.isascii() else ''}"


def digest_of(name: str) -> str:
    """SHA-256 of a stored file."""
    with path_of(name).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def is_whole(job: Job) -> bool:
    """Whether the file is still what was made: a disk may have changed it."""
    return not job.sha256 or digest_of(job.file) == job.sha256


def drop(name: str) -> None:
    """Away with a stored file, if it is there."""
    if name:
        path_of(name).unlink(missing_ok=True)


def strays(older_than: float) -> list[Path]:
    """Files that no job names, written before that moment: what a killed worker left."""
    folder = path_of(FOLDER)
    found = [path for path in folder.iterdir() if path.stat().st_mtime < older_than] if folder.is_dir() else []
    names = {f"{FOLDER}/{path.name}": path for path in found}
    known: set[str] = set()
    keys = list(names)
    for start in range(0, len(keys), 500):
        known.update(Job.objects.filter(file__in=keys[start : start + 500]).values_list("file", flat=True))
    return [path for name, path in names.items() if name not in known]
