"""Packs that want to harm the verifier or to be read in two ways; and packs with bytes changed at random."""

import hashlib
import io
import random
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

from tests.evidence.packs import History, canonical, files_of, manifest_of, write

Files = dict[str, bytes]


def _line(rng: random.Random, files: Files) -> tuple[str, list[bytes], int]:
    """A file with rows, its lines and a place among them."""
    name = rng.choice([name for name, data in files.items() if name.endswith(".jsonl") and data])
    lines = files[name].splitlines(keepends=True) if b"\r" not in files[name] else [files[name]]
    return name, lines, rng.randrange(len(lines))


def _twice(line: bytes) -> bytes:
    return b'{"id":1,' + line[1:]


LINES: dict[str, Callable[[bytes], bytes]] = {
    "duplicate key": _twice,
    "duplicate key behind": lambda line: line[:-2] + b',"id":1}\n',
    "NaN": lambda line: line.replace(b"null", b"NaN", 1) if b"null" in line else b'{"id":NaN}\n',
    "infinity": lambda line: b'{"detail":1e999,' + line[1:],
    "broken UTF-8": lambda line: line[:-2] + b"\xff\xfe}\n",
    "overlong UTF-8": lambda line: line.replace(b'"', b"\xc0\xa2", 1),
    "surrogate": lambda line: line[:-2] + b',"x":"\\ud800"}\n',
    "BOM": lambda line: b"\xef\xbb\xbf" + line,
    "CR": lambda line: line[:-1] + b"\r\n",
    "space": lambda line: line.replace(b":", b": ", 1),
    "escape": lambda line: line.replace(b'"id"', b'"\\u0069d"', 1).replace(b'"seq"', b'"\\u0073eq"', 1),
    "comment": lambda line: line[:-1] + b"//\n",
    "two objects": lambda line: line[:-1] + line,
    "empty line": lambda line: b"\n" + line,
    "no end": lambda line: line[:-1],
    "nested": lambda line: b'{"id":' + b"[" * 200000 + b"]" * 200000 + b"}\n",
    "nested open": lambda line: b'{"id":' * 100000 + b"\n",
    "long number": lambda line: b'{"id":' + b"9" * 400000 + b"}\n",
    "long line": lambda line: b'{"id":"' + b"x" * (5 << 20) + b'"}\n',
    "a list": lambda line: b"[1]\n",
    "a text": lambda line: b'"x"\n',
    "more": lambda line: line[:-2] + b',"zz":1}\n',
    "float number": lambda line: line.replace(b'"id":', b'"id":1e0,"ie":', 1).replace(
        b'"seq":', b'"seq":1.0,"ser":', 1
    ),
    "zero byte": lambda line: b"\0" + line,
    "twice": lambda line: line + line,
    "gone": lambda line: b"",
}


def line_attack(rng: random.Random, history: History, path: Path) -> None:
    """One line written in another way; the manifest fits."""
    files = files_of(history)
    name, lines, place = _line(rng, files)
    before = lines[place]
    while lines[place] == before:
        lines[place] = LINES[rng.choice(list(LINES))](before)
    write(path, history, files | {name: b"".join(lines)})


def byte_attack(rng: random.Random, history: History, path: Path) -> None:
    """Bytes of one file changed, cut out or put in; the manifest fits."""
    files = files_of(history)
    name = rng.choice([name for name, data in files.items() if name.endswith(".jsonl") and data])
    files[name] = damaged(rng, files[name])
    write(path, history, files)


def damaged(rng: random.Random, data: bytes) -> bytes:
    """The same bytes with one damage somewhere."""
    place, kind = rng.randrange(len(data)), rng.randrange(5)
    if kind == 0:
        return data[:place] + bytes([data[place] ^ 1 << rng.randrange(8)]) + data[place + 1 :]
    if kind == 1:
        return data[:place] + data[place + rng.randint(1, 40) :]
    if kind == 2:
        return data[:place] + rng.randbytes(rng.randint(1, 9)) + data[place:]
    if kind == 3:
        return data[:place]
    end = place + rng.randint(1, 200)
    return data[:end] + data[place:end] + data[end:]


def zip_damage(rng: random.Random, history: History, path: Path) -> None:
    """Bytes of the zip itself; harmless only where what is inside stays as it was."""
    write(path, history)
    path.write_bytes(damaged(rng, path.read_bytes()))


def manifest_attack(rng: random.Random, history: History, path: Path) -> None:
    """A manifest that is not true, or lacks something."""
    files = files_of(history)
    told = manifest_of(history, files)
    one, name = rng.choice(told["bureaus"]), rng.choice(list(files))
    kind = rng.randrange(10)
    if kind == 0:
        told["files"][name] = hashlib.sha256(b"x").hexdigest()
    elif kind == 1:
        one[rng.choice(("seq", "digest", "id"))] = rng.choice((None, True, -1, "x", 10**30, [], 77))
    elif kind == 2:
        told["bureaus"].remove(one)
    elif kind == 3:
        told["bureaus"].append(one)
    elif kind == 4:
        told.pop(rng.choice(list(told)))
    elif kind == 5:
        told[rng.choice(list(told))] = rng.choice((None, 1, [], {}, [None], [{}]))
    elif kind == 6:
        del files[name]
    elif kind == 7:
        del files[name], told["files"][name]
    elif kind == 8:
        told["format"] = "lianzheng-evidence/2"
    else:
        told["more"] = 1
    write(path, history, files, told)


def zip_tricks(rng: random.Random, history: History, path: Path) -> None:
    """Names twice, names that lead elsewhere, bombs, false sizes, things before, behind and in between."""
    files = files_of(history)
    bureau = history.chains[0].bureau
    kind = rng.randrange(8)
    if kind == 0:
        extra = rng.choice(
            ("../x", "/etc/passwd", "x/../../y", "C:\\x", f"{bureau}//events.jsonl", f"0{bureau}/links.jsonl", "x")
        )
        write(path, history, files | {extra: b"x\n"})
    elif kind == 1:
        _bomb(history, files, path, rng.choice((b"\n", b"0", b" ")))
    else:
        write(path, history, files)
        data = path.read_bytes()
        if kind == 2:
            with zipfile.ZipFile(path, "a") as pack:
                pack.fp.seek(0, io.SEEK_END)
                info = zipfile.ZipInfo(f"{bureau}/events.jsonl")
                pack.NameToInfo.pop(info.filename, None)
                pack.writestr(info, b"")
        elif kind == 3:
            path.write_bytes(b"#!/bin/sh\n" + data)
        elif kind == 4:
            with zipfile.ZipFile(path, "a") as pack:
                pack.comment = b"x"
        elif kind == 5:
            path.write_bytes(data + data[: rng.randint(1, 400)])
        elif kind == 6:
            path.write_bytes(rng.choice((b"", b"PK\5\6" + b"\0" * 18, rng.randbytes(300), b"{}\n", data[:-22])))
        else:
            path.write_bytes(_encrypted(data))


def _bomb(history: History, files: Files, path: Path, byte: bytes) -> None:
    """Thirty megabytes out of thirty kilobytes, at the place of a file that is needed."""
    name = f"{history.chains[0].bureau}/checkpoints.txt"
    files = files | {name: byte * (30 << 20)}
    told = manifest_of(history, files)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as pack:
        for one, data in (files | {"manifest.json": (canonical(told) + "\n").encode()}).items():
            pack.writestr(one, data)


def false_sizes(rng: random.Random, history: History, path: Path) -> None:
    """The list at the end tells another size or checksum of one file."""
    data = write(path, history).read_bytes()
    places = [n for n in range(len(data) - 4) if data[n : n + 4] == b"PK\1\2"]
    place = rng.choice(places) + rng.choice((16, 20, 24))
    value = struct.unpack_from("<I", data, place)[0]
    wrong = rng.choice(
        [one for one in (0, 1, (value + 1) % 2**32, value * 2 % 2**32, max(0, value - 1), 0xFFFFFFF0) if one != value]
    )
    path.write_bytes(data[:place] + struct.pack("<I", wrong) + data[place + 4 :])


def _encrypted(data: bytes) -> bytes:
    place = data.find(b"PK\1\2") + 8
    return data[:place] + bytes([data[place] | 1]) + data[place + 1 :]


HOSTILE = (line_attack, line_attack, byte_attack, byte_attack, zip_damage, manifest_attack, zip_tricks, false_sizes)
