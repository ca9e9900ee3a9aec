"""The database's file while nobody has it open: its digest when the site stopped, and its write-ahead log.

SQLite keeps no digest of its pages: a flipped bit in the middle of a text is a valid database. So the site leaves the
digest of the file behind when it stops. If the file has another one at the next start although nobody wrote to it
since (its time is still the same), the disk has changed it. Only SQLite; PostgreSQL has data checksums of its own.
"""

import hashlib
import json
import sqlite3
import struct
from pathlib import Path

from django.conf import settings

SEAL = "lianzheng.sqlite3.seal"
WAL_HEAD, FRAME_HEAD = 32, 24
MAGIC = {0x377F0682: "<", 0x377F0683: ">"}  # how the checksum reads its words


def _database() -> Path | None:
    told = settings.DATABASES["default"]
    return Path(told["NAME"]) if told["ENGINE"].endswith("sqlite3") else None


def seal() -> bool:
    """Leave the digest behind, where everybody else has closed the file. Called when the site stops."""
    path = _database()
    if path is None or not path.is_file():
        return False
    last = sqlite3.connect(path, timeout=2, isolation_level=None)
    try:
        busy = last.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except sqlite3.DatabaseError:
        return False
    finally:
        last.close()
    if busy:
        return False
    Path(settings.DATA_DIR, SEAL).write_text(json.dumps(_state(path) | {"sha256": _digest(path)}))
    return True


def fault() -> str:
    """What the disk changed since; empty when nothing was, or nobody can say. Before anybody opens the database."""
    path = _database()
    if path is None or not path.is_file():
        return ""
    return _broken_seal(path) or _broken_log(path.with_name(path.name + "-wal"))


def _state(path: Path) -> dict:
    told = path.stat()
    return {"size": told.st_size, "mtime": told.st_mtime_ns}


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _broken_seal(path: Path) -> str:
    try:
        left = json.loads(Path(settings.DATA_DIR, SEAL).read_text())
    except (OSError, ValueError):
        return ""
    if not isinstance(left, dict) or _state(path) != {name: left.get(name) for name in ("size", "mtime")}:
        return ""  # written to since, by a command or by a site that was killed
    return "" if _digest(path) == left.get("sha256") else "数据库文件在停止期间变了，而没有程序写过它（磁盘故障）"


def _broken_log(path: Path) -> str:
    """A frame of the log that does not add up while a finished transaction follows it: SQLite would silently drop all
    that was written since. The last, unfinished frames of a killed site are nothing of that kind."""
    if not path.is_file() or path.stat().st_size < WAL_HEAD:
        return ""
    with path.open("rb") as stream:
        head = stream.read(WAL_HEAD)
        magic, _, size, _ = struct.unpack(">4I", head[:16])
        order = MAGIC.get(magic)
        if order is None or size not in {1 << bits for bits in range(9, 17)}:
            return "预写日志的开头坏了" if any(head) else ""
        sums = _add(head[:24], order, (0, 0))
        if sums != struct.unpack(">2I", head[24:32]):
            return "预写日志的开头坏了"
        whole = True
        while len(frame := stream.read(FRAME_HEAD + size)) == FRAME_HEAD + size:
            if frame[8:16] != head[16:24] and whole:
                return _follows(stream, head, size)
            sums = _add(frame[FRAME_HEAD:], order, _add(frame[:8], order, sums)) if whole else sums
            whole = whole and sums == struct.unpack(">2I", frame[16:24])
            if not whole and _finishes(frame, head):
                return "预写日志里有一段坏了，其后还有已完成的事务"
    return ""


def _follows(stream, head: bytes, size: int) -> str:
    """After a frame of an older round (the usual end of the log) none of this round may come."""
    while len(frame := stream.read(FRAME_HEAD + size)) == FRAME_HEAD + size:
        if _finishes(frame, head):
            return "预写日志里有一段坏了，其后还有已完成的事务"
    return ""


def _finishes(frame: bytes, head: bytes) -> bool:
    """Whether it is the last frame of a transaction of this round of the log."""
    page, pages = struct.unpack(">2I", frame[:8])
    return frame[8:16] == head[16:24] and 0 < page <= pages


def _add(data: bytes, order: str, sums: tuple[int, int]) -> tuple[int, int]:
    """SQLite's running checksum."""
    one, two = sums
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for first, second in zip(words[::2], words[1::2], strict=True):
        one = (one + first + two) & 0xFFFFFFFF
        two = (two + second + one) & 0xFFFFFFFF
    return one, two
