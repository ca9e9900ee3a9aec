"""An evidence pack: chains with all that they fixed, as docs/evidence.md describes it, for the stand-alone verifier.

What is in the tables is written as it stands, damaged or not: it is the verifier that says what does not fit.
"""

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from audit import checkpoints
from audit.canonical import ranges_of
from audit.reading import CHANGE_COLUMNS, EVENT_COLUMNS, as_object, instant
from audit.verifier import single
from audit.verify import snapshot

FORMAT = "lianzheng-evidence/1"
LINK_COLUMNS = ("bureau", "seq", "event_id", "changes", "algorithm", "digest")
AT_ONCE = 2000
README = """廉政风险防控登记系统的证据包。怎样核验：

python3 verify_evidence.py 这个包.zip --checkpoint 早先另存的检查点文件或文件夹 --checkpoint "纸上印的一行检查点"

只要 Python 3.8 以上。包里带的 verify_evidence.py 可能和包一起被换过，要紧的核验请用另外得到的一份。
没有外面的检查点，只能核对这个包前后一致；整条链被重新算过、退回过早先的备份，要有外面的检查点才查得出。
"""


def bureaus_of(wrapper: BaseDatabaseWrapper) -> list[int]:
    """All bureaus that have a chain or events."""
    with wrapper.cursor() as cursor:
        cursor.execute(
            "SELECT bureau FROM audit_chain UNION SELECT bureau FROM audit_link UNION SELECT bureau FROM audit_event"
        )
        return sorted(bureau for (bureau,) in cursor.fetchall())


def write(wrapper: BaseDatabaseWrapper, out: IO[bytes], bureaus: Mapping[int, str]) -> None:
    """The pack of these bureaus (id → name) in one state of the database. Where the installation's own chain (0) is
    among them, rows that no chain names are told too; they may be anybody's, so others do not get them."""
    made = _Made(wrapper, out)
    # Read before the state of the database is fixed: what is dropped meanwhile may tell of links that came after it.
    kept = {bureau: checkpoints.kept_text(bureau) for bureau in bureaus}
    with snapshot(wrapper), made.zip:
        told = [_bureau(made, bureau, name, kept[bureau]) for bureau, name in sorted(bureaus.items())]
        made.file("loose.jsonl", _loose(made, bureaus) if 0 in bureaus else ())
        made.file(single.NAME, [single.text()])
        made.file("README.txt", [README])
        at = timezone.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        manifest = {"format": FORMAT, "made_at": at, "bureaus": told, "files": dict(made.sums)}
        made.file("manifest.json", [_line(manifest)])


class _Made:
    """The zip being written, and the digest of each file in it."""

    def __init__(self, wrapper: BaseDatabaseWrapper, out: IO[bytes]) -> None:
        self.wrapper, self.sums = wrapper, {}
        self.zip = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=3)

    def file(self, name: str, lines: Iterable[str]) -> None:
        digest = hashlib.sha256()
        with self.zip.open(zipfile.ZipInfo(name), "w", force_zip64=True) as member:
            for line in lines:
                data = line.encode("utf-8", "backslashreplace")
                digest.update(data)
                member.write(data)
        self.sums[name] = digest.hexdigest()

    def ask(self, question: str, values: list[Any]) -> Iterator[tuple]:
        with self.wrapper.chunked_cursor() as cursor:
            cursor.execute(question, values)
            while rows := cursor.fetchmany(AT_ONCE):
                yield from rows


def _bureau(made: _Made, bureau: int, name: str, kept: str) -> dict[str, Any]:
    own = ", ".join(f"l.{column}" for column in LINK_COLUMNS)
    events = ", ".join(f"e.{column}" for column in EVENT_COLUMNS)
    links = f"SELECT {own} FROM audit_link l WHERE l.bureau = %s ORDER BY l.seq"
    joined = (
        f"SELECT {events} FROM audit_link l JOIN audit_event e ON e.id = l.event_id WHERE l.bureau = %s ORDER BY l.seq"
    )
    rows = (_line(dict(zip(LINK_COLUMNS, row, strict=True))) for row in made.ask(links, [bureau]))
    made.file(f"{bureau}/links.jsonl", rows)
    made.file(f"{bureau}/events.jsonl", (_event(row) for row in made.ask(joined, [bureau])))
    made.file(f"{bureau}/changes.jsonl", _changes(made, bureau))
    made.file(f"{bureau}/checkpoints.txt", [kept])
    with made.wrapper.cursor() as cursor:
        cursor.execute("SELECT seq, digest FROM audit_chain WHERE bureau = %s", [bureau])
        seq, digest = cursor.fetchone() or (0, "")
    return {"id": bureau, "name": name, "seq": seq, "digest": digest}


def _spans(text: str) -> list[tuple[int, int]]:
    try:
        return ranges_of(text)
    except ValueError:
        return []  # the verifier will say so


def _changes(made: _Made, bureau: int) -> Iterator[str]:
    """The row versions that the links name, link after link."""
    question = f"SELECT {', '.join(CHANGE_COLUMNS)} FROM audit_change WHERE id BETWEEN %s AND %s ORDER BY id"
    named = made.ask("SELECT changes FROM audit_link WHERE bureau = %s AND changes <> '' ORDER BY seq", [bureau])
    with made.wrapper.cursor() as cursor:
        for (text,) in named:
            for first, last in _spans(text):
                for start in range(first, last + 1, AT_ONCE):
                    cursor.execute(question, [start, min(last, start + AT_ONCE - 1)])
                    rows = cursor.fetchall()
                    yield from (_change(row) for row in rows)
                    if not rows:
                        break


def _loose(made: _Made, bureaus: Mapping[int, str]) -> Iterator[str]:
    """Events and row versions that no link names."""
    columns = ", ".join(f"e.{column}" for column in EVENT_COLUMNS)
    question = f"SELECT {columns} FROM audit_event e LEFT JOIN audit_link l ON l.event_id = e.id WHERE l.id IS NULL"
    yield from (_event(row) for row in made.ask(question, []) if row[2] in bureaus)
    with made.wrapper.cursor() as cursor:
        cursor.execute("SELECT MAX(id) FROM audit_change")
        known = bytearray((cursor.fetchone()[0] or 0) + 1)
    for (text,) in made.ask("SELECT changes FROM audit_link WHERE changes <> ''", []):
        for first, last in _spans(text):
            last = min(last, len(known) - 1)
            if first <= last:
                known[first : last + 1] = b"\1" * (last + 1 - first)
    for row in made.ask(f"SELECT {', '.join(CHANGE_COLUMNS)} FROM audit_change ORDER BY id", []):
        if not known[row[0]]:
            yield _change(row)


def _event(row: tuple) -> str:
    told = dict(zip(EVENT_COLUMNS, row, strict=True))
    try:
        told |= {"at": instant(told["at"]), "detail": as_object(told["detail"])}
    except (ValueError, TypeError, AttributeError):
        told |= {"at": str(told["at"]), "detail": str(told["detail"])}
    return _line(told)


def _change(row: tuple) -> str:
    told = dict(zip(CHANGE_COLUMNS, row, strict=True))
    return _line(told | {"row_id": str(told["row_id"])})


def _line(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=repr) + "\n"
