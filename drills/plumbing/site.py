"""The site as a drill asks it: requests as raw as a client may send them, through all middleware, rolled back after."""

import random
import re
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.signals import got_request_exception
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import URLPattern, reverse

from audit import linking
from tests.matrix.addresses import arguments, patterns
from tests.matrix.answers import table
from tests.matrix.cast import IDENTITIES, Cast

URLENCODED = "application/x-www-form-urlencoded"
WRITE = re.compile(r'\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM|REPLACE\s+INTO)\s+"?(\w+)"?', re.I)
LET_IN = {"200", "302", "400", "409", "422"}


@dataclass
class Got:
    """What came back, what broke on the way, which tables were written."""

    status: int
    response: HttpResponse
    body: bytes
    fault: str = ""
    written: set[str] = field(default_factory=set)

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


class Site:
    """Sends requests; nothing that they do to the database remains, yet the evidence is linked as at a commit."""

    def __init__(self, *, csrf: bool = False) -> None:
        self.handler = BaseHandler()
        self.handler.load_middleware()
        self.factory = RequestFactory()
        self.csrf = csrf
        self.faults: list[str] = []
        self.look: Callable[[set[str]], None] = lambda written: None  # at what was written, before it is rolled back
        got_request_exception.connect(self._broke)

    def _broke(self, **_) -> None:
        self.faults.append(told(traceback.format_exc()))

    def ask(
        self, method, path, session="", body: bytes = b"", kind: str = URLENCODED, keep: bool = False, **environ
    ) -> Got:
        """``path`` may hold anything that a client may write into the first line; ``environ`` is WSGI's.

        With ``keep`` what it does to the database remains.
        """
        request = self.factory.generic(method, path, body, kind, **environ)
        request._dont_enforce_csrf_checks = not self.csrf
        if session:
            request.COOKIES[settings.SESSION_COOKIE_NAME] = session
        self.faults.clear()
        written: set[str] = set()

        def watch(execute, sql, params, many, context):
            if match := WRITE.match(sql):
                written.add(match.group(1))
            return execute(sql, params, many, context)

        with transaction.atomic():
            with connection.execute_wrapper(watch):
                response = self.handler.get_response(request)
                body = b"".join(response.streaming_content) if response.streaming else response.content
            if response.status_code < 500 and not connection.needs_rollback:
                self.look(written)
                if not keep:
                    self._as_at_a_commit()
            if not keep:
                transaction.set_rollback(True)
        response.close()
        return Got(response.status_code, response, body, " | ".join(self.faults), written)

    def _as_at_a_commit(self) -> None:
        try:
            linking.close(connection)
        except Exception:
            self.faults.append(told(traceback.format_exc()))


def told(trace: str) -> str:
    """The last line of a traceback and where in our own code it came from."""
    lines = trace.strip().splitlines()
    ours = [
        line.strip() for line in lines if 'File "' in line and "site-packages" not in line and "/drills/" not in line
    ]
    place = re.sub(r'File "[^"]*/(\w+/[^"]+)", line (\d+), in (\w+)', r"\1:\2 \3", ours[-1]) if ours else ""
    return f"{lines[-1][:200]} ({place})"


@dataclass(frozen=True)
class Target:
    """One address at one place, with the people who are let in there by the table of the matrix."""

    name: str
    place: str
    path: str
    gets: tuple[str, ...]
    posts: tuple[str, ...]
    pattern: URLPattern = field(compare=False, hash=False, repr=False, default=None)


def targets(cast: Cast, places: tuple[str, ...] = ("", "own")) -> Iterator[Target]:
    """Every address of the URL configuration at these places, or where else it is if at none of them."""
    for pattern in patterns():
        given = arguments(pattern, cast)
        for place in [place for place in places if place in given] or list(given)[:1]:
            path = reverse(pattern.name, kwargs=given[place])
            gets, posts = (_let_in(pattern.name, method, place) for method in ("GET", "POST"))
            yield Target(pattern.name, place, path, gets, posts, pattern)


def _let_in(name: str, method: str, place: str) -> tuple[str, ...]:
    row = table().get((name, method, place))
    return tuple(who for who in IDENTITIES if row and row.answer(who) in LET_IN)


def one_of(people: tuple[str, ...], chance: random.Random) -> str:
    """Mostly somebody who is let in."""
    return chance.choice(people if people and chance.random() < 0.9 else IDENTITIES)
