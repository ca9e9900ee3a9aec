"""Asking one question: a request through all middleware, in a transaction that is rolled back."""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse

WRITE = re.compile(r'\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM|REPLACE\s+INTO)\s+"?(\w+)"?', re.I)


@dataclass
class Answer:
    """What came back, and which tables were written on the way."""

    status: int
    word: str  # the status, or "login" for the way to the sign-in page
    headers: dict[str, str]
    cookies: list[str]
    body: bytes
    written: set[str] = field(default_factory=set)


class Asker:
    """Sends requests as somebody; nothing that they do remains."""

    def __init__(self) -> None:
        self.handler = BaseHandler()
        self.handler.load_middleware()
        self.factory = RequestFactory()
        self.login = reverse("login")

    def ask(self, method: str, path: str, session: str = "", data: dict | None = None) -> Answer:
        request = getattr(self.factory, method.lower())(path, data or {})
        request._dont_enforce_csrf_checks = True
        if session:
            request.COOKIES[settings.SESSION_COOKIE_NAME] = session
        written: set[str] = set()

        def watch(execute, sql, params, many, context):
            if match := WRITE.match(sql):
                written.add(match.group(1))
            return execute(sql, params, many, context)

        with transaction.atomic():
            with connection.execute_wrapper(watch):
                response = self.handler.get_response(request)
                body = b"".join(response.streaming_content) if response.streaming else response.content
            transaction.set_rollback(True)
        return Answer(
            response.status_code, self._word(response), dict(response.headers), list(response.cookies), body, written
        )

    def _word(self, response: HttpResponse) -> str:
        there = urlsplit(response.headers.get("Location", "")).path
        return "login" if response.status_code == 302 and there == self.login else str(response.status_code)
