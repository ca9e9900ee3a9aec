"""A browser as raw as a broken line: sends a form through a socket and hangs up at any byte."""

import random
import socket
from dataclasses import dataclass
from uuid import uuid4

from drills.plumbing.forms import forms_of
from drills.road.browser import NOTHING, Browser

TIMEOUT = 60
ENCLOSED = 200_000  # bytes of a file that goes with the form, so that a cut mostly comes in mid-upload


@dataclass
class Request:
    """A form with a file, as the bytes that a browser sends."""

    browser: Browser
    raw: bytes
    head: int  # length of the headers

    def send(self, stop: int | None = None, *, read: bool = True) -> tuple[int, str]:
        """Status and where it leads; hang up after so many bytes, or without waiting for the answer."""
        with socket.create_connection(("127.0.0.1", self.browser.port), timeout=TIMEOUT) as line:
            try:
                line.sendall(self.raw[:stop])
            except OSError:  # the server hung up first
                return NOTHING, ""
            if stop is not None or not read:
                return NOTHING, ""
            return _answer(line)


def _answer(line: socket.socket) -> tuple[int, str]:
    received = b""
    while b"\r\n\r\n" not in received:
        piece = line.recv(65536)
        if not piece:
            return NOTHING, ""
        received += piece
    head = received.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    status = int(head[0].split()[1])
    return status, next((text[10:] for text in head if text.lower().startswith("location: ")), "")


def request_of(browser: Browser, path: str, typed: dict[str, str], chance: random.Random) -> Request:
    """The form on that page, filled in, with a file enclosed that no field asks for."""
    status, page = browser.get(path)
    form = next((form for form in forms_of(page, path) if form.method == "POST" and form.action == path), None)
    if form is None:
        raise RuntimeError(f"{path}: {status}, no form")
    for name, value in typed.items():
        form.put(name, value)
    mark = uuid4().hex
    parts = [
        _part(mark, name, value.encode()) for name, value in [*form.fields, ("csrfmiddlewaretoken", browser.token)]
    ]
    parts.append(_part(mark, "enclosed", chance.randbytes(ENCLOSED), "附件.bin"))
    body = b"".join(parts) + f"--{mark}--\r\n".encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{browser.port}\r\nCookie: {browser.cookies}\r\nConnection: close\r\n"
        f"Content-Type: multipart/form-data; boundary={mark}\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode()
    return Request(browser, head + body, len(head))


def _part(mark: str, name: str, content: bytes, file: str = "") -> bytes:
    told = f'; filename="{file}"\r\nContent-Type: application/octet-stream' if file else ""
    return f'--{mark}\r\nContent-Disposition: form-data; name="{name}"{told}\r\n\r\n'.encode() + content + b"\r\n"
