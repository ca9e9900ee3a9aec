"""A bit is flipped without the file's time changing, as a disk does it; then the checks of the program look."""

import os
import random
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from django.conf import settings
from django.db import DatabaseError, connection, transaction

from audit.verify import Result
from drills.plumbing.model import Ask, Report
from jobs import files
from jobs.models import Job
from lianzheng.keeping import archive, atrest, backup, checking, copies, damage
from lianzheng.keeping.faults import KeepingError
from lianzheng.keeping.tables import Sum, sums
from registers.services import regulations
from tests.world import make_world

SECRET = "a drill's secret, which guards nothing"
LOG_ACTS = 4


@dataclass
class Ground:
    """The files as they were, and what was in the tables."""

    database: Path
    kept: Path
    before: dict[str, Sum]
    backup: Path
    made: Path

    def restore(self, name: str) -> Path:
        """The file as it was, with its time."""
        connection.close()
        damage.clear()
        for ending in ("-wal", "-shm"):
            Path(f"{self.database}{ending}").unlink(missing_ok=True)
        target = {"database": self.database, "backup": self.backup, "made": self.made}[name]
        shutil.copy2(self.kept / target.name, target)
        return target


def run(ask: Ask) -> Report:
    report, chance = Report(found=0, missed=0, false_alarms=0), random.Random(ask.seed)
    ground = prepare()
    kinds: list[Callable] = [at_rest, after_a_kill, at_rest, in_the_log, at_rest, in_a_backup, after_a_kill, in_a_file]
    with planted() if ask.fault else nullcontext():
        report.false_alarms += honest(ground)
        for number in range(ask.count):
            kind = kinds[number % len(kinds)]
            noticed, harmless = kind(ground, chance)
            report.count += 1
            report.found += noticed
            name = kind.__doc__.split("：")[0]
            report.facts[name] = report.facts.get(name, 0) + 1
            if harmless and not noticed:
                report.facts["没有影响"] = report.facts.get("没有影响", 0) + 1
            if not noticed and not harmless:
                report.missed += 1
                report.problems += [f"{name}，第 {number + 1} 次(seed {ask.seed})没有发现"][: 10 - len(report.problems)]
    ground.restore("database")
    return report


def prepare() -> Ground:
    """A bureau with some history, a backup, a made file; then the database is closed and sealed."""
    world = make_world("s000")
    for number in range(60):
        regulations.add_regulation(by=None, bureau=world.bureau, title=f"第{number}号制度")
    name = files.new_name("台账.xlsx")
    made = files.path_of(name)
    made.write_bytes(random.Random(0).randbytes(50_000))
    with transaction.atomic():
        Job.objects.create(
            kind="ledger", title="台账", by=world.people["办公室甲"], state="done", file=name, file_name="台账.xlsx",
            sha256=files.digest_of(name),
        )  # fmt: skip
    place = Path(tempfile.mkdtemp(prefix="kept-", dir=settings.DATA_DIR))
    taken = backup.take(out=place / "backups", secret=SECRET)
    before = sums()
    connection.close()
    if not atrest.seal():
        raise RuntimeError("somebody has the file open")
    database = Path(connection.settings_dict["NAME"])
    for path in (database, taken.path, made):
        shutil.copy2(path, place / path.name)
    return Ground(database, place, before, taken.path, made)


def flip(path: Path, chance: random.Random, low: int = 0) -> None:
    told = path.stat()
    with path.open("r+b") as stream:
        place = chance.randrange(low, told.st_size)
        stream.seek(place)
        byte = stream.read(1)[0] ^ (1 << chance.randrange(8))
        stream.seek(place)
        stream.write(bytes([byte]))
    os.utime(path, ns=(told.st_atime_ns, told.st_mtime_ns))


def at_rest(ground: Ground, chance: random.Random) -> tuple[bool, bool]:
    """数据库文件，停止期间：the start sees it."""
    flip(ground.restore("database"), chance)
    return bool(checking.at_start().damaged) and damage.noticed() is not None, same(ground)


def after_a_kill(ground: Ground, chance: random.Random) -> tuple[bool, bool]:
    """数据库文件，没有停止时的摘要：the start, or the check that a timer runs, sees it."""
    path = ground.restore("database")
    flip(path, chance)
    os.utime(path)
    looked = checking.at_start().damaged or checking.thoroughly().damaged
    return bool(looked) and damage.noticed() is not None, same(ground)


def in_the_log(ground: Ground, chance: random.Random) -> tuple[bool, bool]:
    """预写日志，被杀之后：what was written since is not dropped silently."""
    path = ground.restore("database")
    log = Path(f"{path}-wal")
    left = left_by_a_kill(path)
    after = sums()  # the writer is gone, and what he wrote is in the database by now
    ground.restore("database")
    log.write_bytes(left)
    flip(log, chance)
    looked = checking.at_start().damaged
    if looked:
        return damage.noticed() is not None, False
    return False, sums() == after


def left_by_a_kill(path: Path) -> bytes:
    """The log of a process that wrote and was killed: the file as it is while the writer still has it open."""
    writer = sqlite3.connect(path, isolation_level=None)
    try:
        writer.execute("PRAGMA wal_autocheckpoint=0")
        for number in range(LOG_ACTS):
            writer.execute("INSERT INTO django_content_type (app_label, model) VALUES ('drill', ?)", [f"act {number}"])
        return Path(f"{path}-wal").read_bytes()
    finally:
        writer.close()


def in_a_backup(ground: Ground, chance: random.Random) -> tuple[bool, bool]:
    """备份文件：it cannot be opened."""
    path = ground.restore("backup")
    flip(path, chance)
    try:
        archive.unpack(path, SECRET)
    except KeepingError:
        return True, False
    return False, False


def in_a_file(ground: Ground, chance: random.Random) -> tuple[bool, bool]:
    """后台做好的文件：it is not handed out, and the check names it."""
    ground.restore("database")
    path = ground.restore("made")
    flip(path, chance)
    job = Job.objects.get(file_name="台账.xlsx")
    noticed = not files.is_whole(job) and bool(checking.thoroughly().damaged)
    ground.restore("made")
    return noticed, False


def same(ground: Ground) -> bool:
    """Whether every table still says the same."""
    try:
        return sums() == ground.before
    except (DatabaseError, sqlite3.DatabaseError, ValueError, OverflowError):
        return False
    finally:
        connection.close()


def honest(ground: Ground) -> int:
    """Nothing was flipped: nobody may cry."""
    ground.restore("database")
    ground.restore("backup")
    ground.restore("made")
    cries = len(checking.at_start().damaged) + len(checking.thoroughly().damaged)
    archive.unpack(ground.backup, SECRET)
    copies.check_sqlite(ground.database)
    return cries


@contextmanager
def planted() -> Iterator[None]:
    """The fault: only what SQLite finds by itself; a flipped bit in the middle of a text is a sound database to it."""
    with (
        mock.patch.object(atrest, "fault", return_value=""),
        mock.patch.object(checking, "verify", return_value=Result()),
    ):
        yield
