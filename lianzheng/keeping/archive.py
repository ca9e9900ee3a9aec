"""A backup file: a manifest and parts, as a compressed tar inside the sealed envelope."""

import dataclasses
import datetime
import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from lianzheng.keeping.faults import KeepingError
from lianzheng.keeping.sealing import DAMAGED, SealedReader, SealedWriter
from lianzheng.keeping.tables import Sum
from paper.text import grouped

FORMAT = 1
MANIFEST = "manifest.json"
MANIFEST_LIMIT = 16 << 20
PIECE = 1 << 20


@dataclass(frozen=True)
class Part:
    """One file of the backup: its name inside, its size and SHA-256."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself."""

    made_at: str
    program: str
    database: str  # sqlite | postgresql
    parts: list[Part]
    tables: dict[str, Sum]
    migrations: list[str]
    chain: list[dict] = field(default_factory=list)  # where the chains of events end: bureau, seq, algorithm, digest
    settings: dict = field(default_factory=dict)
    format: int = FORMAT

    def text(self) -> str:
        """As it is kept."""
        return json.dumps(dataclasses.asdict(self), ensure_ascii=False, sort_keys=True, indent=1)

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables.values())

    @property
    def ends(self) -> str:
        """The ends of the chains as checkpoints are written on paper."""
        return "、".join(f"{end['bureau']}-{end['seq']} {grouped(end['digest'][:16])}" for end in self.chain)

    @property
    def when(self) -> datetime.datetime:
        return datetime.datetime.fromisoformat(self.made_at)


def _manifest(text: bytes) -> Manifest:
    try:
        told = json.loads(text)
        if told["format"] != FORMAT:
            raise KeepingError("这份备份是更新的版本做的，请用当时的（或更新的）程序恢复。")
        told["parts"] = [Part(**part) for part in told["parts"]]
        told["tables"] = {name: Sum(**table) for name, table in told["tables"].items()}
        return Manifest(**told)
    except (ValueError, KeyError, TypeError) as fault:
        raise KeepingError(DAMAGED) from fault


def part_of(path: Path, name: str) -> Part:
    """A file as a part under that name."""
    with path.open("rb") as stream:
        return Part(name, path.stat().st_size, hashlib.file_digest(stream, "sha256").hexdigest())


def write(stream: IO[bytes], secret: str, manifest: Manifest, files: dict[str, Path]) -> None:
    """The manifest first, then its parts from these files; never more than a piece in memory."""
    sealed = SealedWriter(stream, secret)
    with gzip.GzipFile(fileobj=sealed, mode="wb", compresslevel=4, mtime=0) as packed:
        with tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as tar:
            text = manifest.text().encode()
            tar.addfile(_head(MANIFEST, len(text)), io.BytesIO(text))
            for part in manifest.parts:
                with files[part.name].open("rb") as source:
                    tar.addfile(_head(part.name, part.size), source)
    sealed.close()


def _head(name: str, size: int) -> tarfile.TarInfo:
    head = tarfile.TarInfo(name)
    head.size, head.mode = size, 0o600
    return head


@contextmanager
def reading(path: Path, secret: str) -> Iterator[tuple[Manifest, Iterator[tuple[Part, IO[bytes]]]]]:
    """The manifest, and the parts one after the other. Whatever is wrong with the file is a KeepingError."""
    try:
        with path.open("rb") as stream:
            sealed = SealedReader(stream, secret)
            with gzip.GzipFile(fileobj=sealed, mode="rb") as packed:
                with tarfile.open(fileobj=packed, mode="r|") as tar:
                    yield _first(tar), _parts(tar)
                while packed.read(PIECE):  # to the last piece: also the end is authenticated
                    pass
            while sealed.read(PIECE):
                pass
    except (tarfile.TarError, EOFError, gzip.BadGzipFile) as fault:
        raise KeepingError(DAMAGED) from fault
    except FileNotFoundError as fault:
        raise KeepingError(f"没有 {fault.filename} 这个文件。") from fault


def _first(tar: tarfile.TarFile) -> Manifest:
    head = tar.next()
    if head is None or head.name != MANIFEST or head.size > MANIFEST_LIMIT:
        raise KeepingError(DAMAGED)
    return _manifest(tar.extractfile(head).read())


def _parts(tar: tarfile.TarFile) -> Iterator[tuple[tarfile.TarInfo, IO[bytes]]]:
    while (head := tar.next()) is not None:
        if not head.isfile():
            raise KeepingError(DAMAGED)
        yield head, tar.extractfile(head)


def unpack(path: Path, secret: str, folder: Path | None = None) -> Manifest:
    """Read a backup to its end and hold every part against the manifest; with a folder, its parts are put there."""
    with reading(path, secret) as (manifest, parts):
        expected = {part.name: part for part in manifest.parts}
        for head, stream in parts:
            part = expected.pop(head.name, None)
            if part is None or _copied(stream, folder and _inside(folder, head.name)) != (part.size, part.sha256):
                raise KeepingError(f"备份里的“{head.name}”与清单不符。{DAMAGED}")
    if expected:
        raise KeepingError(f"备份里缺少“{next(iter(expected))}”。{DAMAGED}")
    return manifest


def _inside(folder: Path, name: str) -> Path:
    place = (folder / name).resolve()
    if not place.is_relative_to(folder.resolve()):
        raise KeepingError(DAMAGED)
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def _copied(source: IO[bytes], target: Path | None) -> tuple[int, str]:
    """Size and digest of what was read, and written if there is a place for it."""
    digest, size = hashlib.sha256(), 0
    sink = target.open("xb") if target else None
    try:
        while piece := source.read(PIECE):
            digest.update(piece)
            size += len(piece)
            if sink:
                sink.write(piece)
    finally:
        if sink:
            sink.close()
    return size, digest.hexdigest()
