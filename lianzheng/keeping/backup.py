"""Take a backup: copy, manifest, envelope, read it back, keep the newest."""

import hashlib
import os
import tomllib
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from audit import services as audit
from lianzheng.keeping import archive, copies, damage, place
from lianzheng.keeping.archive import Manifest
from lianzheng.keeping.faults import KeepingError
from lianzheng.keeping.sealing import MAGIC

NAME, ENDING = "lianzheng-", ".lzbackup"
DATABASE = "database/"  # the database's copy inside the archive
DATA = "data/"  # files of the data folder


@dataclass(frozen=True)
class Taken:
    """A finished backup."""

    path: Path
    manifest: Manifest
    removed: list[Path]


def take(*, out: Path, secret: str, keep: int = 0, with_secret_key: bool = True, by=None) -> Taken:
    """A backup of what is there now, in a new file of that folder; then all but the newest ``keep`` go (0: none goes).

    Raises KeepingError; there is no file then.
    """
    if damage.noticed():
        raise KeepingError("数据库已标为损坏，系统只读：现在不备份，以免坏的顶掉好的。请先按提示检查、恢复。")
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    began = timezone.localtime()
    with place.scratch() as folder:
        copy = copies.take(folder)
        files = {DATABASE + copy.path.name: copy.path}
        files |= {DATA + str(path.relative_to(settings.DATA_DIR)): path for path in place.data_files(without=out)}
        if not with_secret_key:
            files.pop(DATA + place.SECRET_KEY, None)
        manifest = _manifest(began, files, copy)
        path = _written(out / f"{NAME}{began:%Y%m%d-%H%M%S-%f}{ENDING}", secret, manifest, files)
    with transaction.atomic():
        audit.record(
            verb="backup.make", by=by, label=path.name, tables=len(copy.tables), rows=manifest.rows,
            size=path.stat().st_size, sha256=_digest(path),
        )  # fmt: skip
    return Taken(path, manifest, _remove_old(out, keep))


def _manifest(began, files: dict[str, Path], copy: copies.Copy) -> Manifest:
    applied = MigrationRecorder(connection).applied_migrations()
    return Manifest(
        made_at=began.isoformat(),
        program=program_version(),
        database=connection.vendor,
        parts=[archive.part_of(path, name) for name, path in files.items()],
        tables=copy.tables,
        chain=copy.chain,
        migrations=sorted(f"{app}.{name}" for app, name in applied),
        settings=_settings(),
    )


def program_version() -> str:
    """The version of this program."""
    return tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]


def _settings() -> dict:
    """What a new machine has to be told again: names and harmless values, no secrets; the fonts that were given."""
    kept = ("LIANZHENG_ALLOWED_HOSTS", "LIANZHENG_PUBLIC_URL", "LIANZHENG_INTRANET_NETS", "LIANZHENG_BEHIND_PROXY")
    set_here = sorted(name for name in os.environ if name.startswith("LIANZHENG_"))
    fonts = {}
    for given in settings.FONTS:
        path = Path(given.rpartition("=")[2])
        fonts[given] = _digest(path) if path.is_file() else ""
    return {"set": set_here, "values": {name: os.environ[name] for name in kept if name in os.environ}, "fonts": fonts}


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _written(path: Path, secret: str, manifest: Manifest, files: dict[str, Path]) -> Path:
    """The file under its name only when it was read back and found whole."""
    part = path.with_suffix(".part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            archive.write(stream, secret, manifest, files)
            stream.flush()
            os.fsync(stream.fileno())
        if archive.unpack(part, secret) != manifest:
            raise KeepingError("备份写出后读回来不一样，没有保留。请检查磁盘。")
        part.replace(path)
        place.settle(path.parent)
    except OSError as fault:
        raise KeepingError(f"写不了 {path.parent}：{fault.strerror}。") from fault
    finally:
        part.unlink(missing_ok=True)
    return path


def backups_in(folder: Path) -> list[Path]:
    """Ours, the oldest first; other files of the folder are nobody's business."""
    found = []
    for path in sorted(folder.glob(f"{NAME}*{ENDING}")):
        with path.open("rb") as stream:
            if stream.read(len(MAGIC)) == MAGIC:
                found.append(path)
    return found


def _remove_old(folder: Path, keep: int) -> list[Path]:
    old = backups_in(folder)[:-keep] if keep else []
    for path in old:
        path.unlink()
    return old
