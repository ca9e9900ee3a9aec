"""People live with their secrets on the real site; then everything is turned over in search of them."""

import logging
import os
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from accounts.models import Session
from drills.plumbing.model import Ask, Report
from drills.road import server
from drills.road.site import Site
from drills.secrets import places
from drills.secrets.acts import Life, word
from lianzheng.middleware import EveryAnswer

logger = logging.getLogger("drills.secrets")


def run(ask: Ask) -> Report:
    folder = Path(settings.DATA_DIR)
    _everything_into(folder)
    if ask.fault:
        _tell_everything()
    database = connection.settings_dict
    database["PASSWORD"] = database["PASSWORD"] or word()  # the tests' own server trusts whoever comes
    site = Site(folder)
    site.start()
    processes = places.Processes()
    lives = [Life(site.port, number) for number in range(ask.count)]
    try:
        for life in lives:
            life.live()
        key = _kept(folder)
    finally:
        site.stop()
        seen = processes.end()
    report = Report(count=len(lives), missed=0, problems=[line for life in lives for line in life.problems])
    secrets = {secret: what for life in lives for secret, what in life.secrets.items()}
    secrets |= {
        database["PASSWORD"]: "数据库密码",
        key.read_text().strip(): "备份密钥",
        settings.SECRET_KEY: "系统密钥",
    }
    _search(folder, key, secrets, seen, report)
    _gone(folder, lives, report)
    report.facts |= {"秘密": len(secrets), "找过的进程": seen.count(b"\n") + 1}
    return report


def _everything_into(folder: Path) -> None:
    """Temporary files lie under the data folder too, and whatever is logged is written there at every level."""
    place = folder / "tmp"
    place.mkdir()
    os.environ["TMPDIR"] = tempfile.tempdir = str(place)
    root = logging.getLogger()
    root.handlers[:] = [logging.FileHandler(folder / "drill.log")]
    root.setLevel(logging.DEBUG)


def _tell_everything() -> None:
    """The fault: somebody wanted to see what people send."""
    real = EveryAnswer.__call__

    def telling(self, request):
        if request.method == "POST":
            logger.warning("POST %s %s", request.path, request.POST.dict())
        return real(self, request)

    EveryAnswer.__call__ = telling


def _kept(folder: Path) -> Path:
    """A backup and an evidence pack, as an administrator makes them. Returns the backup's key file."""
    key = folder / "backup.key"
    with (folder / "commands.log").open("w") as said:
        call_command("backup", make_key=key, stdout=said)
        call_command("backup", out=folder / "backups", key_file=key, stdout=said)
        call_command("evidence_pack", out=folder / "pack.zip", stdout=said)
        call_command("check_data", stdout=said)
    return key


def _search(folder: Path, key: Path, secrets: dict[str, str], seen: bytes, report: Report) -> None:
    everywhere = [*places.files(folder, key), *places.tables(), ("进程列表", seen)]
    places.settle()
    raw = list(places.database_files(folder, server.place()))
    spelled = {secret: places.spellings(secret) for secret in secrets}
    for place, data in everywhere:
        for secret, ways in spelled.items():
            if any(way in data for way in ways):
                report.problems.append(f"{place}里有{secrets[secret]}")
    for place, data in raw:  # megabytes, and nobody encodes what he writes there
        report.problems += [f"{place}里有{what}" for secret, what in secrets.items() if secret.encode() in data]
    everywhere += raw
    report.problems = list(dict.fromkeys(report.problems))
    report.missed = len(report.problems)
    report.facts |= {"找过的文件和表": len(everywhere), "找过的字节": sum(len(data) for _, data in everywhere)}
    names = [name for name, data in everywhere if b"ren0000" in data]
    if not names or any(name.startswith("backups/") for name in names):
        report.problems.append(f"用户名应当在库里找得到、在备份里找不到，实际在 {names}")


def _gone(folder: Path, lives: list[Life], report: Report) -> None:
    """Of a session that was ended nothing is left in the file. PostgreSQL keeps old rows until it vacuums."""
    if connection.vendor != "sqlite":
        return
    data = b"".join(data for _, data in places.database_files(folder, ""))
    left = [
        f"{life.name} 退出以后，数据库文件里还有{what}"
        for life in lives
        for one, what in life.gone.items()
        if one.encode() in data
    ]
    report.missed += len(left)
    report.problems += left
    if not _left_without_care(folder):
        report.problems.append("没有覆盖的删除也找不到：这样找不可靠")


def _left_without_care(folder: Path) -> bool:
    """Whether a row is found that was deleted without being overwritten, as other builds of SQLite do it."""
    mark = word()
    now = timezone.now()
    row = Session.objects.create(digest=mark, data=mark, expires_at=now, started_at=now, seen_at=now)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete=OFF")
        row.delete()
    places.settle()
    return any(mark.encode() in data for _, data in places.database_files(folder, ""))
