"""A request that was cut off on its way is no request: what came of it is not taken for the whole.

A server gives an application as much of a body as arrived, and says nothing when the line broke before the announced
length. Django then reads the fields that came before the cut, and a file that is shorter than it was.
"""

from collections.abc import Callable, Iterable
from typing import Any


class CutOff(OSError):
    """The line broke before the announced length. Django makes an UnreadablePostError of it."""


class WholeBody:
    """``wsgi.input`` that raises CutOff at an end that comes too early."""

    def __init__(self, stream: Any, length: int) -> None:
        self.stream, self.left = stream, length

    def _counted(self, data: bytes, asked: int | None) -> bytes:
        self.left -= len(data)
        if not data and self.left > 0 and asked != 0:
            raise CutOff(f"{self.left} bytes of the request are missing")
        return data

    def read(self, size: int = -1) -> bytes:
        if size is None or size < 0:
            size = self.left
        return self._counted(self.stream.read(size), size)

    def readline(self, size: int = -1) -> bytes:
        if size is None or size < 0:
            size = self.left
        return self._counted(self.stream.readline(size), size)


def whole_bodies(application: Callable) -> Callable:
    """The WSGI application behind such an input."""

    def wrapped(environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and len(length) < 20:
            environ["wsgi.input"] = WholeBody(environ["wsgi.input"], int(length))
        return application(environ, start_response)

    return wrapped
