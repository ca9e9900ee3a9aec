"""Every place where bytes may lie: files of the data folder, packed ones unpacked; tables; the command lines."""

import base64
import gzip
import io
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote_plus

from django.db import connection

from accounts.models import Session
from accounts.sessions import SessionStore

PROC = Path("/proc")


def spellings(secret: str) -> set[bytes]:
    """How a secret may stand in a file."""
    plain = secret.encode()
    found = {plain, secret.encode("utf-16-le"), plain.hex().encode(), quote_plus(secret).encode()}
    for before in range(3):  # in base64 it depends on what stands before
        whole = base64.b64encode(b"\0" * before + plain)
        found.add(whole[(before * 8 + 5) // 6 + (before > 0) : len(whole) - 4])
    return {one for one in found if len(one) > 7}


def files(folder: Path, *without: Path) -> Iterator[tuple[str, bytes]]:
    """Each file of the folder with its content, and what is packed in it."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path not in without:
            yield from _unpacked(str(path.relative_to(folder)), path.read_bytes())


def _unpacked(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    yield name, data
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            for one in packed.namelist():
                yield from _unpacked(f"{name}/{one}", packed.read(one))
    elif data[:2] == b"\x1f\x8b":
        yield f"{name}/unpacked", gzip.decompress(data)


def tables() -> Iterator[tuple[str, bytes]]:
    """What a reader of the database is told: on PostgreSQL every table as text; the sessions with their content."""
    yield "会话（解开）", repr([SessionStore().decode(row.data) for row in Session.objects.all()]).encode()
    if connection.vendor != "postgresql":
        return
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" TO STDOUT') as rows:
            yield f"表 {table}", b"".join(bytes(row) for row in rows)


def settle() -> None:
    """All that was written so far stands in the database's own files."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def database_files(folder: Path, server: str) -> Iterator[tuple[str, bytes]]:
    """The raw files: SQLite's; of PostgreSQL those of our database, the journal and the log, if the server is ours."""
    if connection.vendor == "sqlite":
        yield from ((path.name, path.read_bytes()) for path in folder.glob("lianzheng.sqlite3*"))
        return
    if not server:
        return
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute("SELECT oid FROM pg_database WHERE datname = current_database()")
        own = cursor.fetchone()[0]
    root = Path(server)
    for path in (*root.glob(f"base/{own}/*"), *root.glob("pg_wal/*"), *root.rglob("*log"), *root.parent.glob("*log*")):
        if path.is_file():
            yield f"PostgreSQL 的 {path.name}", path.read_bytes()


class Processes:
    """The command lines of all processes, looked at over and over until the end."""

    def __init__(self) -> None:
        self.seen: set[bytes] = set()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._over.is_set():
            for path in PROC.glob("[0-9]*/cmdline"):
                try:
                    self.seen.add(path.read_bytes().replace(b"\0", b" "))
                except OSError:
                    continue
            time.sleep(0.05)

    def end(self) -> bytes:
        self._over.set()
        self._thread.join()
        return b"\n".join(self.seen)
