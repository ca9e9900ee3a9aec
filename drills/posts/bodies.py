"""A form as bytes: as browsers send it, and as broken as a client may."""

import random
from urllib.parse import quote_plus

from drills.plumbing.site import URLENCODED

BOUNDARY = "grenze7d1"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
WRONG_KINDS = (
    "application/json",
    "text/plain",
    "",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "x" * 300,
    "multipart/form-data; boundary=" + "b" * 300,
    "multipart/mixed; boundary=x",
    URLENCODED + "; charset=utf-16",
    URLENCODED + "; charset=nonsense",
    "multipart/form-data; boundary=grenze7d1; charset=utf-7",
    "application/xml",
    "\u00ff/\u00fe",
)
FILE_NAMES = (
    "表.xlsx",
    "../../x.xlsx",
    "a\\b\\c.xlsx",
    "CON.xlsx",
    "x" * 300 + ".xlsx",
    "甲" * 200 + ".xlsx",
    "\u202exslx.exe",
    "",
    ".",
    "..",
    "a\0b.xlsx",
    "%2e%2e%2fx.xlsx",
    "表.xlsx.exe",
    "x.svg",
    "x.html",
    "x.pdf",
    "\ud800.xlsx",
    "a\r\nX-A: b.xlsx",
    '"; filename="b',
    "🀄.xlsx",
)
FILES = (
    b"",
    b"PK\x03\x04",
    b"PK\x05\x06" + b"\0" * 18,
    b"GIF89a/*<script>",
    b"%PDF-1.4",
    b"<svg onload=alert(1)>",
    b"\xd0\xcf\x11\xe0" + b"\0" * 600,
    b"\0" * 5000,
    b"a,b\n=1,2\n",
    "甲,乙\n".encode("gb18030"),
    b"x" * 200_000,
)


def raw(text: str) -> bytes:
    """A lone surrogate goes out as the bytes that it would be."""
    return text.encode("utf-8", "surrogatepass")


def urlencoded(pairs: list[tuple[str, str]]) -> bytes:
    return "&".join(f"{quote_plus(raw(name))}={quote_plus(raw(value))}" for name, value in pairs).encode()


def multipart(pairs: list[tuple[str, str]], files: list[tuple[str, str, bytes]]) -> bytes:
    parts = []
    for name, value in pairs:
        parts.append(b'Content-Disposition: form-data; name="%s"\r\n\r\n%s' % (raw(name), raw(value)))
    for name, filename, data in files:
        head = b'Content-Disposition: form-data; name="%s"; filename="%s"\r\nContent-Type: application/octet-stream'
        parts.append(head % (raw(name), raw(filename)) + b"\r\n\r\n" + data)
    mark = b"--" + BOUNDARY.encode()
    return b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts) + mark + b"--\r\n"


def body(chance: random.Random, pairs, fields_of_files: list[str], *, many: bool) -> tuple[bytes, str]:
    """Bytes and content type of a submission, one in eight broken."""
    files = []
    for name in fields_of_files:
        if chance.random() < 0.9:
            times = 3 if many and chance.random() < 0.3 else 1
            files += [(name, chance.choice(FILE_NAMES), chance.choice(FILES)) for _ in range(times)]
    if pairs and chance.random() < 0.04:  # a file where a word belongs
        files.append((chance.choice(pairs)[0], chance.choice(FILE_NAMES), chance.choice(FILES)))
    if chance.random() < 0.005:
        files += [("file", "a.xlsx", b"x")] * 150
    as_parts = bool(files) or chance.random() < 0.15
    data, kind = (multipart(pairs, files), MULTIPART) if as_parts else (urlencoded(pairs), URLENCODED)
    return _broken(chance, data, kind) if chance.random() < 0.12 else (data, kind)


def _broken(chance: random.Random, data: bytes, kind: str) -> tuple[bytes, str]:
    dice = chance.randrange(7)
    if dice == 0:
        return data, chance.choice(WRONG_KINDS)
    if dice == 1:
        return data[: chance.randrange(len(data) + 1)], kind
    if dice == 2:
        return data.replace(b"\r\n\r\n", b"\r\nContent-Transfer-Encoding: base64\r\n\r\n", 3), MULTIPART
    if dice == 3:
        return data + chance.choice((b"&%ZZ=%ff", b"&a=%", b"&=&&&=", b"&a=\xff\xfe\x00", b"&" * 5000)), kind
    if dice == 4:
        return chance.randbytes(chance.randrange(400)), chance.choice((URLENCODED, MULTIPART))
    if dice == 5:
        return data.replace(b'name="', b'name="\xff', 2).replace(b"=", b"=\xff", 2), kind
    return data + b"x" * 3_300_000, kind
