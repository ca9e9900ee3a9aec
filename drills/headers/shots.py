"""What is asked: every address for everybody, and everything else that a server may have to answer."""

import errno
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from unittest.mock import patch
from urllib.parse import quote

from django.conf import settings
from django.db import OperationalError, connection
from django.urls import reverse

from drills.plumbing.site import URLENCODED, targets
from drills.posts.bodies import MULTIPART, multipart
from lianzheng.keeping import damage
from tests.matrix.cast import IDENTITIES, Cast

EVIL = "evil.example"
HOSTS = (
    EVIL, f"testserver.{EVIL}", f"{EVIL}:443", f"testserver@{EVIL}", f"testserver:80@{EVIL}", f"testserver, {EVIL}",
    f"testserver {EVIL}", "", " ", "[::1", "testserver/..", f"testserver\t{EVIL}", f"{EVIL}.",
    "xn--evil-example", "127.1", "0x7f000001", "testserver\0", f"testserver#@{EVIL}", f"testserver\\{EVIL}", "*", "甲",
)  # fmt: skip
# Each beside a right Host.
FORWARDED = (
    "HTTP_X_FORWARDED_HOST",
    "HTTP_FORWARDED",
    "HTTP_X_HOST",
    "HTTP_X_ORIGINAL_HOST",
    "HTTP_X_FORWARDED_SERVER",
)
FORWARDED += ("HTTP_X_ORIGINAL_URL", "HTTP_X_REWRITE_URL", "HTTP_X_HTTP_HOST_OVERRIDE", "HTTP_X_FORWARDED_PREFIX")
PATHS = (
    "/%0a{'level':'ERROR'}", "/甲%0d%0aSet-Cookie:%20a=b", "/%1b[2J%1b[31m", "/%e2%80%a8x", "/%c2%85x", "/%c2%9b31m",
    '/"}{"request":"AAAA-AAAA"}', "/%00", "/%ed%a0%80", "/%e2%80%aegnp.x", "/" + "x" * 100_000, "/%ff%fe",
    "/..%2f..%2fetc", "/%25s%25n%(message)s{asctime}", "/registers/1%0a/",
    "//evil.example/%2f..", "/\\evil.example", "/%5c%5cevil.example",
)  # fmt: skip
FORM = b"username=x&password=y"
STATIC = "drill.css"


@dataclass(frozen=True)
class Shot:
    """One request and what it may bring."""

    method: str
    path: str
    who: str = ""
    body: bytes = b""
    kind: str = URLENCODED
    secure: bool = True
    static: bool = False
    cookies: bool = True
    status: int | None = None  # where it is known
    csrf: bool = False  # the token is asked for
    during: Callable | None = field(default=None, compare=False)  # a context in which it is answered
    environ: tuple[tuple[str, str], ...] = ()


def specials() -> Iterator[Shot]:
    """What no address of ours stands for."""
    home, login, public = reverse("home"), reverse("login"), reverse("public")
    yield from (
        Shot("GET", path, status=400, environ=(("HTTP_HOST", host),)) for path in (login, "/x/") for host in HOSTS
    )
    for name in FORWARDED:
        yield Shot("GET", home, environ=((name, EVIL),), status=302)
        yield Shot("GET", home, who="holder", environ=((name, f"host={EVIL}"),), status=200)
    yield Shot("GET", login, secure=False, status=301)
    yield Shot("GET", f"/static/{STATIC}", static=True, cookies=False, status=200)
    yield Shot("GET", f"/static/{STATIC}", who="holder", static=True, cookies=False, status=200)
    yield Shot("GET", "/static/none.css", status=404)
    yield Shot("GET", public, cookies=False, status=200)
    yield Shot("POST", login, body=FORM, csrf=True, status=403)
    yield Shot("POST", home, who="holder", body=FORM, csrf=True, status=403)
    for site in ("cross-site", "same-site"):
        yield Shot("POST", login, body=FORM, environ=(("HTTP_SEC_FETCH_SITE", site),), status=403)
    yield from too_much(login)
    yield from (Shot(method, path) for path in PATHS for method in ("GET", "POST"))
    yield from (
        Shot(method, home, who="holder") for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE", "X\n")
    )
    for fault, status in (
        (ValueError("SELECT secret FROM x"), 500),
        (OperationalError("server closed the connection"), 503),
        (OSError(errno.ENOSPC, "No space left on device: /var/lib"), 503),
    ):
        broken = _breaking(fault)
        yield Shot("GET", home, who="holder", during=broken, status=status)
        yield Shot("POST", login, body=FORM, during=broken, status=status)
        yield Shot("POST", home, who="holder", during=broken, status=status, environ=(("HTTP_X_AUTOSAVE", "1"),))
    yield Shot("POST", login, body=FORM, during=_damaged, status=503)
    yield Shot("GET", login, during=_damaged, status=200)
    yield Shot("POST", reverse("logout"), who="colleague", status=302)


def too_much(path: str) -> Iterator[Shot]:
    big = (("CONTENT_LENGTH", str(settings.BODY_MAX + 1)),)
    yield Shot("POST", path, body=b"x", environ=big, status=413)
    yield Shot("POST", path, who="holder", body=b"x", kind=MULTIPART, environ=big, status=413)
    many = [("file", "a.xlsx", b"x")] * (settings.DATA_UPLOAD_MAX_NUMBER_FILES + 1)
    yield Shot("POST", path, body=multipart([], many), kind=MULTIPART, status=413)
    fields = b"&".join(b"f%d=1" % number for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1))
    yield Shot("POST", path, body=fields, status=413)
    text = b"x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
    yield Shot("POST", path, body=text, status=413)
    yield Shot("POST", path, body=multipart([("text", text.decode())], []), kind=MULTIPART, status=413)
    yield Shot("POST", path, body=b"x", kind="multipart/form-data; boundary=", status=400)


def _breaking(fault: Exception) -> Callable:
    """The database fails while it is asked, at the first question."""

    def fail(execute, sql, params, many, context):
        if sql.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK")):  # of the frame that takes everything back
            return execute(sql, params, many, context)
        raise fault

    return lambda: connection.execute_wrapper(fail)


def _damaged():
    return patch.object(damage, "noticed", lambda: damage.Notice("", ""))


def addresses(cast: Cast, form_cookies: dict, chance: Random) -> Iterator[Shot]:
    """Every address × everybody × method, with something false in it now and then; in no order, without an end."""
    cells = [
        (target, method, who)
        for target in targets(cast, ("", "own", "foreign", "none"))
        for method in ("GET", "POST")
        for who in IDENTITIES
    ]
    while True:
        for target, method, who in chance.sample(cells, len(cells)):
            quiet = method == "GET" and who == "anonymous" and target.name not in form_cookies
            environ, path = (), target.path
            if chance.random() < 0.2:
                environ = ((chance.choice(FORWARDED), EVIL),)
            elif chance.random() < 0.2:
                path += "?" + quote(chance.choice(PATHS)) + "=" + quote(chance.choice(PATHS)[:200])
            yield Shot(method, path, who=who, cookies=not quiet, environ=environ)
            if chance.random() < 0.1:
                yield Shot(method, path, who=who, status=400, environ=(("HTTP_HOST", chance.choice(HOSTS)),))
