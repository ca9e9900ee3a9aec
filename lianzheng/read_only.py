"""Read-only where the data was found damaged: pages that work are shown, nothing is written, everybody is told.

Also the place where damage is noticed while people work: by the database's own error, at whatever statement.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from lianzheng.keeping import damage

READING = frozenset(
    "SELECT WITH EXPLAIN PRAGMA BEGIN SAVEPOINT RELEASE ROLLBACK COMMIT SHOW SET DECLARE FETCH CLOSE".split()
)
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
BUSYNESS = '"accounts_session"'  # when somebody was last seen is not noted down meanwhile


class ReadOnlyError(Exception):
    """Something was to be written while the data is read-only."""


class Watch:
    """Around every statement of a request: refuses writes where nothing may be written, and sees damage."""

    def __init__(self, closed: bool):
        self.closed = closed
        self.damaged = False

    def __call__(self, execute: Callable, sql: str, params: Any, many: bool, context: dict) -> Any:
        if self.closed and sql.split(None, 1)[0].upper() not in READING:
            if BUSYNESS in sql:
                return None
            raise ReadOnlyError
        try:
            return execute(sql, params, many, context)
        except DatabaseError as fault:
            self.damaged = self.damaged or notes(fault)
            raise


def notes(fault: BaseException) -> bool:
    """Whether it is damage; the installation is read-only then."""
    found = damage.is_sign(fault)
    if found:
        damage.note(str(fault))
    return found


class ReadOnlyWhenDamaged:
    """Lets reading through and answers writing with a page that says what is the matter."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.read_only = damage.noticed()
        if request.read_only and request.method not in SAFE:
            return _page(request)
        watch = Watch(closed=request.read_only is not None)
        with connection.execute_wrapper(watch):
            response = self.get_response(request)
        broken = response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR
        return _page(request) if broken and (watch.damaged or watch.closed) else response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A write that a page wanted to do, or damage that came to light between the rows of an answer."""
        if isinstance(exception, ReadOnlyError) or notes(exception):
            return _page(request)
        return None


def _page(request: HttpRequest) -> HttpResponse:
    """Asks the database for nothing: it may be what is broken."""
    status = HTTPStatus.SERVICE_UNAVAILABLE
    request.user = AnonymousUser()  # who it was may not be readable any more
    if request.headers.get("X-Autosave"):
        return JsonResponse({"refusal": "系统暂时只能查看，没有保存。请把写好的内容另外留一份。"}, status=status)
    typed = [(name, text) for name in request.POST for text in request.POST.getlist(name) if len(text) > 20]
    typed = [text for name, text in typed if name != "csrfmiddlewaretoken" and "password" not in name]
    response = render(None, "read_only.html", {"typed": typed}, status=status)
    response.headers["Retry-After"] = "600"
    response.headers["Cache-Control"] = "no-store"
    return response
