"""Spoiling the archive around the parts: bombs, lies about sizes, overlapping entries, odd names, passwords."""

import io
import random
import struct
import zipfile
import zlib

from drills.workbooks.parts import spoiled

NAMES = (
    "../../x.xml",
    "/etc/passwd",
    "xl\\workbook.xml",
    "XL/WORKBOOK.XML",
    "甲.xml",
    "CON",
    "x" * 4000,
    "a\0b",
    "",
    "xl/",
    "\u202elmx",
)
SPECIAL = (
    "xl/vbaProject.bin",
    "xl/externalLinks/externalLink1.xml",
    "xl/embeddings/x.xlsx",
    "xl/ctrlProps/a.xml",
    "customXml/item1.xml",
)


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method, strict_timestamps=False) as archive:
        for name, content in parts:
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content, method)
    return out.getvalue()


def mutated(chance: random.Random, data: bytes) -> bytes:
    """The workbook with something wrong in a part, in the set of its parts, or in the archive."""
    parts = parts_of(data)
    if chance.random() < 0.9:
        # Half of the time where the cells are, else anywhere.
        names = [name for name in parts if "worksheets/sheet" in name or "sharedStrings" in name]
        for name in chance.sample(list(parts), chance.choice((0, 0, 1, 2))) + [chance.choice(names)]:
            parts[name] = _encoded(chance, spoiled(chance, name, parts[name].decode("utf-8", "replace")))
    listed = list(parts.items())
    if chance.random() < 0.15:
        listed = _other_parts(chance, listed, data)
    method = chance.choice((zipfile.ZIP_DEFLATED,) * 12 + (zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA))
    raw = packed(listed, method)
    return chance.choice(ARCHIVES)(chance, raw) if chance.random() < 0.12 else raw


def _encoded(chance: random.Random, text: str) -> bytes:
    if chance.random() < 0.03:
        return text.encode(chance.choice(("utf-16", "utf-16-be", "gb18030", "utf-8-sig")), "replace")
    return text.encode("utf-8", "surrogatepass")


def _other_parts(chance: random.Random, listed: list[tuple[str, bytes]], whole: bytes) -> list[tuple[str, bytes]]:
    dice, at = chance.randrange(7), chance.randrange(len(listed))
    if dice == 0:
        return listed[:at] + listed[at + 1 :]
    if dice == 1:
        return [*listed, (listed[at][0], listed[chance.randrange(len(listed))][1])]  # the same name twice
    if dice == 2:
        return [*listed, (chance.choice(NAMES), b"<a/>")]
    if dice == 3:
        return [*listed, (chance.choice(SPECIAL), whole)]  # a workbook in the workbook
    if dice == 4:
        return [*listed, *((f"xl/media/{n}.png", b"x") for n in range(chance.choice((150, 250, 3000))))]
    if dice == 5:
        name, _ = listed[at]
        return [*listed[:at], (name, listed[chance.randrange(len(listed))][1]), *listed[at + 1 :]]
    return [*listed, (f"xl/media/image{at}.png", bytes(chance.choice((1, 30, 60)) << 20))]


def _ends(raw: bytes) -> tuple[int, int, int]:
    """Number of entries, start of the directory, start of the end record."""
    end = raw.rindex(b"PK\x05\x06")
    count, _, start = struct.unpack("<10xHII", raw[end : end + 20])
    return count, start, end


def _overlapping(chance: random.Random, raw: bytes) -> bytes:
    """Many entries of the directory that all point to one large part."""
    piece = zlib.compressobj(9, zlib.DEFLATED, -15)
    content = bytes(4 << 20)
    body = piece.compress(content) + piece.flush()
    count, start, end = _ends(raw)
    common = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 33, zlib.crc32(content), len(body), len(content), 5, 0)
    local = b"PK\x03\x04" + common + b"a.png" + body
    entry = b"PK\x01\x02" + struct.pack("<H", 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, start) + b"a.png"
    copies = chance.choice((20, 150, 190))
    directory = raw[start:end] + entry * copies
    total = count + copies
    tail = struct.pack("<HHHHIIH", 0, 0, total, total, len(directory), start + len(local), 0)
    return raw[:start] + local + directory + b"PK\x05\x06" + tail


def _patched(chance: random.Random, raw: bytes) -> bytes:
    """One field of one entry of the directory says something else: flags, method, sizes, checksum, place."""
    _, start, end = _ends(raw)
    places, at = [], start
    while at < end:
        places.append(at)
        at += 46 + sum(struct.unpack("<HHH", raw[at + 28 : at + 34]))
    at = chance.choice(places)
    offset, size = chance.choice(((8, 2), (10, 2), (16, 4), (20, 4), (24, 4), (28, 2), (30, 2), (32, 2), (42, 4)))
    wild = chance.choice((0, 1, 9, 99, 0xFFFF, 0xFFFFFFFF, chance.randrange(1 << 31))) & ((1 << 8 * size) - 1)
    return raw[: at + offset] + wild.to_bytes(size, "little") + raw[at + offset + size :]


def _password(chance: random.Random, raw: bytes) -> bytes:
    """The flag of encryption on every entry."""
    out, at = bytearray(raw), 0
    while (at := raw.find(b"PK\x01\x02", at)) >= 0:
        out[at + 8] |= 1
        at += 4
    return bytes(out)


def _end_record(chance: random.Random, raw: bytes) -> bytes:
    _, _, end = _ends(raw)
    at = end + chance.choice((4, 8, 10, 12, 16, 20))
    return raw[:at] + chance.choice((b"\xff\xff", b"\x00\x00", b"\x01\x00")) + raw[at + 2 :]


def _around(chance: random.Random, raw: bytes) -> bytes:
    return chance.choice(
        (
            raw + b"x" * 70_000,
            b"MZ" + raw,
            raw[: len(raw) // 2],
            raw * 2,
            b"PK\x03\x04" * 9,
            raw[::-1],
            b"PK\x05\x06" + bytes(18),
        )
    )


def _flipped(chance: random.Random, raw: bytes) -> bytes:
    data = bytearray(raw)
    for _ in range(chance.randrange(1, 20)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data)


ARCHIVES = (_overlapping, _patched, _patched, _patched, _password, _end_record, _around, _flipped)
