"""Look at the data: at every start in seconds, thoroughly when somebody asks; turn read-only for what is damaged."""

import sqlite3
from dataclasses import dataclass, field

from django.core import checks
from django.db import DatabaseError, connection

from accounts import hashers
from accounts.models import User
from audit import checkpoints
from audit.verify import verify
from jobs import files
from jobs.models import Job
from lianzheng.keeping import atrest, damage, selftest

SHOWN = 5
FAULTS = (DatabaseError, sqlite3.DatabaseError)  # the second between the rows of an answer


@dataclass
class Looked:
    """``damaged``: the data is not what was written. ``wrong``: the database does not work as the program needs it."""

    damaged: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)  # what people must look into, though the data is sound in itself

    @property
    def good(self) -> bool:
        return not self.damaged and not self.wrong


def at_start() -> Looked:
    """Before anything opens the database: its file, its structure, and whether values come back."""
    looked = Looked()
    if said := atrest.fault():
        looked.damaged.append(said)
    _structure("quick_check", looked)
    if not looked.damaged:
        _values(looked)
        _checkpoints(looked)
    if looked.damaged:
        damage.note("；".join(looked.damaged))
    return looked


def thoroughly() -> Looked:
    """Everything: structure with indexes and keys, values, the evidence, files in the data folder."""
    looked = Looked()
    _structure("integrity_check", looked)
    if not looked.damaged:
        _values(looked)
        _evidence(looked)
        looked.damaged += _broken_files()
    if looked.damaged:
        damage.note("；".join(looked.damaged))
    return looked


def _structure(pragma: str, looked: Looked) -> None:
    if connection.vendor != "sqlite":
        return  # PostgreSQL checks each page as it reads it (data checksums), see docs/administrator.md
    try:
        with connection.cursor() as cursor:
            found = [row[0] for row in cursor.execute(f"PRAGMA {pragma}({SHOWN})").fetchall() if row[0] != "ok"]
            if pragma == "integrity_check" and not found:
                found = [f"外键不符：{row[0]}" for row in cursor.execute("PRAGMA foreign_key_check").fetchmany(SHOWN)]
    except FAULTS as fault:
        if not damage.is_sign(fault):
            raise
        found = [str(fault)]
        connection.close()
    looked.damaged += [f"数据库文件损坏：{said}" for said in found]


def _values(looked: Looked) -> None:
    try:
        looked.wrong += selftest.faults() + _passwords()
    except FAULTS as fault:
        (looked.damaged if damage.is_sign(fault) else looked.wrong).append(str(fault))


def _passwords() -> list[str]:
    """Whoever has a password that was hashed by what this machine's OpenSSL lacks could not sign in."""
    if hashers.has_sm3() or User._meta.db_table not in connection.introspection.table_names():
        return []
    count = User.objects.filter(password__startswith=f"{hashers.PBKDF2SM3.algorithm}$").count()
    return [f"{count} 个账号的密码用 SM3 保存，本机 OpenSSL 没有 SM3：请换用带国密算法的 OpenSSL"] if count else []


def _checkpoints(looked: Looked) -> None:
    """Whether the chains still hold what was dropped last. A restored backup lacks it too, so nothing is refused."""
    place = checkpoints.folder()
    if place is None or not place.is_dir() or "audit_link" not in connection.introspection.table_names():
        return
    try:
        gone = checkpoints.missing(place)
    except (OSError, checkpoints.CannotRead) as fault:
        looked.told.append(f"检查点文件夹“{place}”核对不了：{fault}")
        return
    looked.told += [
        f"单位 {point.bureau} 的检查点（第 {point.seq} 节）已不在链中：数据库被退回到从前，或者链被重新算过。"
        "刚从备份恢复过的，请把旧的检查点文件移到别处保存；不是的，请立即核查。"
        for point in gone
    ]


def _evidence(looked: Looked) -> None:
    """What `manage.py verify` says, the first of it."""
    try:
        if "audit_link" not in connection.introspection.table_names():
            return
        looked.damaged += [str(finding) for finding in verify(connection).findings[:SHOWN]]
    except Exception as fault:  # noqa: BLE001 whatever it stumbles over is not what was written
        looked.damaged.append(f"证据核验不了：{fault}")


def _broken_files() -> list[str]:
    """Made files that are not what was made. Who asked for one may make it again."""
    broken = []
    if "jobs_job" not in connection.introspection.table_names():
        return broken
    for job in Job.objects.exclude(file="").exclude(sha256="").iterator():
        if files.path_of(job.file).is_file() and files.digest_of(job.file) != job.sha256:
            broken.append(f"后台任务 {job.pk} 的文件“{job.file_name}”与做成时不同，请删去 {job.file} 后重新生成")
    return broken


def database_gives_back_what_it_got(app_configs=None, databases=None, **kwargs) -> list[checks.CheckMessage]:
    """E010: the self-test as a system check; `migrate` and `check --database default` stop on it."""
    if not databases or "default" not in databases:
        return []
    return [checks.Error(said, id="lianzheng.E010") for said in selftest.faults()]
