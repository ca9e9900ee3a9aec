"""What only a real server meets: requests as bytes, two hosts in one, a body that never comes, a line that is none."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from drills.road.site import Site
from lianzheng.middleware import HEADERS

EVIL = b"evil.example"
END = b"Connection: close\r\n\r\n"
PATIENCE = 20
# What is sent, and the statuses that are right. The server itself answers what is no request, without our headers.
SENT: tuple[tuple[bytes, tuple[int, ...]], ...] = (
    (b"GET http://evil.example/signin/ HTTP/1.1\r\nHost: localhost\r\n" + END, (301,)),
    (b"GET http://evil.example/signin/ HTTP/1.1\r\nHost: evil.example\r\n" + END, (400,)),
    (b"GET //evil.example/x HTTP/1.1\r\nHost: localhost\r\n" + END, (301,)),
    (b"GET /signin/ HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n" + END, (400,)),
    (b"GET /signin/ HTTP/1.1\r\nHost: evil.example\r\nHost: localhost\r\n" + END, (400,)),
    (b"GET /signin/ HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-Host: evil.example\r\n" + END, (301,)),
    (b"GET /signin/ HTTP/1.1\r\nHost: localhost\r\nX_Forwarded_Host: evil.example\r\n" + END, (301, 400)),
    (b"GET /signin/ HTTP/1.1\r\nHost : evil.example\r\n" + END, (400,)),
    (b"GET /signin/ HTTP/1.1\r\nHost: localhost\r\n Host: evil.example\r\n" + END, (400,)),
    (b"GET /x\x1b[31m HTTP/1.1\r\nHost: localhost\r\n" + END, (400,)),
    (b"GET /nothing%0d%0aX:%20y%1b[2J HTTP/1.1\r\nHost: localhost\r\n" + END, (301, 404)),
    (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", (400,)),
    (b"GARBAGE \x1b[2J\xff\r\n\r\n", (400,)),
    (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 9000 + b"\r\n" + END, (431,)),
    (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: localhost\r\n" + END, (414, 400)),
    (b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", (400,)),
    (b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", (400,)),
    (b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n" + END, (400,)),
    (b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999999999999\r\n" + END + b"x" * 1000, (413,)),
    (b"POST / HTTP/1.1\r\nHost: localhost\r\nOrigin: null\r\nSec-Fetch-Site: cross-site\r\n" + END, (403,)),
)


def start() -> Site:
    """The site as it is served; before anybody opens the database."""
    return Site(Path(settings.DATA_DIR))


def faults_on(site: Site) -> Iterator[str]:
    """Ask all of it; then read what the server wrote to its log."""
    site.start()
    try:
        for sent, right in SENT:
            head, body = _asked(site.port, sent)
            status = int(head.split()[1]) if head.startswith(b"HTTP/1.1 ") else 0
            told = f"{sent[:70]!r}: {status}"
            if status not in right:
                yield f"{told}, not {right}"
            names = {line.partition(b":")[0].decode("latin-1") for line in head.splitlines()[1:]}
            if "X-Request-Id" in names and HEADERS.keys() - names:
                yield f"{told}: without {HEADERS.keys() - names}"
            leads = [line for line in head.splitlines() if line.lower().startswith(b"location:")]
            if any(EVIL in line and not line.split()[1].startswith(b"https://localhost") for line in leads):
                yield f"{told}: leads to {leads}"
            if EVIL in body and "X-Request-Id" in names:
                yield f"{told}: repeats the false host"
    finally:
        site.stop()
    yield from faults_of_log(site.log)


def _asked(port: int, sent: bytes) -> tuple[bytes, bytes]:
    """Head and body of the answer, however the server ended it."""
    answer = b""
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as talk:
        try:
            talk.sendall(sent)
            while piece := talk.recv(65536):
                answer += piece
        except OSError:  # it hung up before it had heard everything
            pass
    head, _, body = answer.partition(b"\r\n\r\n")
    return head, body


def faults_of_log(log: Path) -> Iterator[str]:
    """All of it but the two lines for whoever started the server is JSON, a line a record."""
    for line in log.read_text(encoding="utf-8").split("\n"):
        if not line or line.startswith(("已就绪", "按 Ctrl-C", "已停止")):
            continue
        try:
            json.loads(line)
        except ValueError:
            yield f"the log has {line[:120]!r}"
