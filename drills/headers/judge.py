"""What must hold for an answer, whatever was asked."""

import json
import re
from collections.abc import Iterator
from http.cookies import Morsel

from django.conf import settings
from django.http import HttpResponse

from drills.plumbing.site import Got
from drills.redirects.run import host_of
from lianzheng.middleware import HEADERS

NUMBER = re.compile(r"[0-9A-F]{4}-[0-9A-F]{4}")
CHINESE = re.compile(r"[\u4e00-\u9fff]{4}")
# What only a program says: of its code, its database, its libraries, its folders.
INSIDE = re.compile(
    r'Traceback|File "|SELECT |INSERT |UPDATE "|Exception|Error\b|django|sqlite|psycopg|postgres|\.py\b|/site-packages'
    r"|Bad Request|Forbidden|Not Found|Server Error|Internal",
    re.I,
)
PAGE = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*>", re.S)
ERROR = 'data-page="error"'
TALKATIVE = {"Server", "X-Powered-By", "Access-Control-Allow-Origin"}
HSTS = "max-age=31536000"
OURS, EVIL = "testserver", "evil.example"


def faults_of(
    got: Got, *, secure: bool, session: bool, static: bool, cookies: bool, head: bool, false_host: bool
) -> Iterator[str]:
    """Sentences on one answer. ``cookies``: whether it may set any."""
    answer = got.response
    for name, value in HEADERS.items():
        if answer.headers.get(name) != value:
            yield f"{name} is {answer.headers.get(name)!r}"
    if answer.headers.get("Strict-Transport-Security") != (HSTS if secure else None):
        yield f"Strict-Transport-Security is {answer.headers.get('Strict-Transport-Security')!r}"
    if not NUMBER.fullmatch(answer.headers.get("X-Request-Id", "")):
        yield "no number"
    if session and not static and "no-store" not in answer.headers.get("Cache-Control", ""):
        yield f"may be kept: {answer.headers.get('Cache-Control')!r}"
    if TALKATIVE & set(answer.headers):
        yield "says more than it should in its headers"
    for cookie in answer.cookies.values():
        yield from (f"cookie {cookie.key}: {fault}" for fault in faults_of_cookie(cookie))
    if answer.cookies and not cookies:
        yield f"sets {', '.join(answer.cookies)}"
    if answer.status_code >= 400 and not head:
        yield from faults_of_page(got)
    if host_of(answer.headers.get("Location", "")) != OURS:
        yield f"leads to {answer.headers['Location']!r}"
    if false_host and EVIL in got.text:
        yield "repeats the false host"


def faults_of_cookie(cookie: Morsel) -> Iterator[str]:
    if not cookie.key.startswith("__Host-"):
        yield "not bound to this host"
    if not cookie["secure"] or cookie["path"] != "/" or cookie["domain"]:
        yield "not secure, or of another path or domain"
    ends = cookie["max-age"] == 0 or not cookie.value
    if not ends and not (cookie["httponly"] and cookie["samesite"] in ("Lax", "Strict")):
        yield "open to scripts or to other sites"


def faults_of_page(got: Got) -> Iterator[str]:
    """An error page: Chinese, with the number, and nothing of the inside."""
    answer: HttpResponse = got.response
    if answer.headers.get("Content-Type", "").startswith("application/json"):
        said = json.dumps(json.loads(got.body), ensure_ascii=False)
    else:
        said = PAGE.sub(" ", got.text)
        # A form that comes back with what is wrong with it, or a page that says why there is no file, is no error page.
        error = ERROR in got.text and answer.status_code != 401 or answer.status_code in (413, 429, 500, 503)
        if error and answer.headers.get("X-Request-Id", "?") not in said:
            yield "the page does not tell the number"
        if not CHINESE.search(said):
            yield "no word of Chinese"
    if found := INSIDE.search(said):
        yield f"tells of the inside: {found[0]!r}"


def faults_of_lines(lines: list[str], number: str, status: int) -> Iterator[str]:
    """What was logged while a request was answered."""
    told = []
    for line in lines:
        if len(line.splitlines()) != 1 or not line.isprintable():
            yield f"not one line: {line[:80]!r}"
        try:
            told.append(json.loads(line))
        except ValueError:
            yield f"no JSON: {line[:80]!r}"
    if strange := {one.get("request") for one in told} - {number}:
        yield f"lines of other requests: {strange}"
    if status >= 400 and settings.LOGGING and not told:
        yield "an error without a line"
    if status == 404 and len(told) != 1:
        yield f"{len(told)} lines for one request"
