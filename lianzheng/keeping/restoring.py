"""Put a backup back: on a clean machine, or in the place of what is there, which is kept aside."""

import shutil
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, connections, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from audit import services as audit
from lianzheng.keeping import archive, copies, damage, place, postgres
from lianzheng.keeping.archive import Manifest
from lianzheng.keeping.backup import DATA, DATABASE
from lianzheng.keeping.faults import KeepingError
from lianzheng.keeping.tables import differences, sums, table_names

# Filled by migrations and by bin/run on a machine where nobody has worked yet.
PREPARED = {
    "django_migrations", "django_content_type", "auth_permission", "registers_holiday", "registers_scheme",
}  # fmt: skip


@dataclass
class Restored:
    """What a restore did, for its report."""

    manifest: Manifest
    aside: str = ""  # where what was there lies now
    files: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)  # files that were there and stay
    checks: list[str] = field(default_factory=list)


def restore(*, path: Path, secret: str, replace: bool = False, by=None) -> Restored:
    """The backup becomes this installation's data. Raises KeepingError; what was there is there again then."""
    with place.scratch() as folder:
        manifest = archive.unpack(path, secret, folder)
        check_fits(manifest)
        if not replace and (full := filled_tables()):
            raise KeepingError(
                f"数据库里已有内容（{'、'.join(full[:5])} 等 {len(full)} 张表），没有恢复。"
                "确认要用备份代替它的，请加 --replace，原来的会移到一边保留。"
            )
        result = Restored(manifest)
        put = _put_sqlite if manifest.database == "sqlite" else _put_postgresql
        result.aside = put(next((folder / DATABASE).iterdir()), lambda: _check_rows(manifest))
        _put_files(folder / DATA, result)
    damage.clear()
    _prepare(result)
    with transaction.atomic():
        audit.record(
            verb="backup.restore", by=by, label=path.name, made_at=manifest.made_at, tables=len(manifest.tables),
            rows=manifest.rows, aside=result.aside,
        )  # fmt: skip
    return result


def check_fits(manifest: Manifest) -> None:
    """Raises KeepingError for another kind of database, and for a backup of a newer program."""
    if manifest.database != connection.vendor:
        raise KeepingError(
            f"这份备份来自 {manifest.database}，本机设置的是 {connection.vendor}。"
            "请先恢复到同一种数据库，再用 bin/manage move_to_postgresql 搬过去。"
        )
    known = {f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations}
    installed = {config.split(".")[0] for config in known}
    newer = [name for name in manifest.migrations if name not in known and name.split(".")[0] in installed]
    if newer:
        raise KeepingError(f"这份备份是更新的版本做的（{newer[0]}），请先把程序升级到那个版本。")


def filled_tables() -> list[str]:
    """Tables with rows in which somebody's work could be."""
    try:
        return [name for name in table_names(connection) if name not in PREPARED and _has_rows(name)]
    except Exception as fault:
        if damage.is_sign(fault):
            return ["（已损坏的数据库）"]
        raise


def _has_rows(table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {connection.ops.quote_name(table)} LIMIT 1")
        return cursor.fetchone() is not None


def _check_rows(manifest: Manifest) -> None:
    """Every table as it was, and every chain ends where it ended. Raises KeepingError."""
    if wrong := differences(manifest.tables, sums()):
        raise KeepingError("恢复出来的与备份时不同，已退回原状：" + "；".join(wrong[:5]))
    if manifest.chain and copies.ends_of(connection) != manifest.chain:  # older backups do not say it
        raise KeepingError("恢复出来的证据链的末端与备份时不同，已退回原状。")


def _put_sqlite(copy: Path, check) -> str:
    target = Path(connection.settings_dict["NAME"])
    connections.close_all()
    refuse_while_served(target)
    stamp = timezone.localtime().strftime("%Y%m%d-%H%M%S")
    pieces = [target.with_name(target.name + ending) for ending in ("", "-wal", "-shm")]
    moved = {old: old.with_name(f"{old.name}.before-{stamp}") for old in pieces if old.exists()}
    for old, aside in moved.items():
        old.rename(aside)
    try:
        copy.chmod(0o600)
        copy.replace(target)
        place.settle(target.parent)
        check()
    except BaseException:
        connections.close_all()
        for piece in pieces:
            piece.unlink(missing_ok=True)
        for old, aside in moved.items():
            aside.rename(old)
        raise
    return str(moved.get(target, ""))


def refuse_while_served(target: Path) -> None:
    """Raises KeepingError while another process has the file open: it would go on writing into the old one."""
    if not target.exists():
        return
    holder = sqlite3.connect(target, timeout=1, isolation_level=None)
    try:
        holder.execute("PRAGMA locking_mode=EXCLUSIVE")
        holder.execute("BEGIN EXCLUSIVE")
        holder.execute("ROLLBACK")
        holder.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.OperationalError as fault:
        if "locked" in str(fault) or "busy" in str(fault):
            raise KeepingError("网站或后台任务还在运行。请先停止，再恢复。") from fault
    except sqlite3.DatabaseError:
        return  # damaged: what a restore is for
    finally:
        holder.close()


def _put_postgresql(dump: Path, check) -> str:
    """Into a fresh schema; what was there keeps its own, under another name."""
    refuse_other_clients()
    aside = f"{postgres.ASIDE}{timezone.localtime():%Y%m%d_%H%M%S}" if table_names(connection) else ""
    if aside:
        _sql(f"ALTER SCHEMA public RENAME TO {aside}", "CREATE SCHEMA public")
    try:
        connection.close()
        postgres.run(
            "pg_restore", "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error", str(dump)
        )
        check()
    except BaseException:
        connection.close()
        if aside:
            _sql("DROP SCHEMA public CASCADE", f"ALTER SCHEMA {aside} RENAME TO public")
        else:
            _sql("DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
        raise
    return aside and f"数据库模式 {aside}"


def _sql(*statements: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def refuse_other_clients() -> None:
    """Raises KeepingError while the site is connected."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        others = cursor.fetchone()[0]
    if others:
        raise KeepingError(f"数据库还有 {others} 个连接在用。请先停止网站和后台任务，再恢复。")


def _put_files(folder: Path, result: Restored) -> None:
    """What is there stays, but for the secret key: sessions and second factors of the restored accounts need theirs."""
    root = Path(settings.DATA_DIR)
    for source in sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []:
        name = str(source.relative_to(folder))
        target = root / name
        if name == place.SECRET_KEY and target.exists() and target.read_bytes() != source.read_bytes():
            target.rename(target.with_name(f"{name}.before-{timezone.localtime():%Y%m%d-%H%M%S}"))
        if target.exists():
            result.kept.append(name)
            continue
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.move(source, target)
        target.chmod(0o600)
        result.files.append(name)
    shutil.rmtree(root / "done", ignore_errors=True)  # what bin/run had prepared, it prepared in another database


def _prepare(result: Restored) -> None:
    """Bring the structure up to this program, put guards in place, and verify the evidence."""
    call_command("migrate", verbosity=0, interactive=False)
    for command, said in (("protect", "数据库里的保护已装好"), ("verify", "证据链核验通过")):
        if command not in get_commands():
            continue
        try:
            call_command(command, verbosity=0)
            result.checks.append(said)
        except (CommandError, DatabaseError, SystemExit) as fault:
            result.checks.append(f"注意：{command} 没有通过：{fault}")
