"""Asks, and holds every answer and every line of the log to what must be true of all of them."""

import logging
from collections import Counter
from contextlib import nullcontext
from itertools import chain, islice
from pathlib import Path
from random import Random

from django.conf import settings

from drills.headers import judge, shots, wire
from drills.plumbing.model import Ask, Report
from drills.plumbing.prepared import prepared_cast
from drills.plumbing.site import Got, Site
from lianzheng.logs import OneLine
from tests.matrix.cast import Cast

TOLD, LONG = 40, 1000
# Public pages with a form carry its token; everything else that nobody signed in for sets no cookie.
FORM_COOKIES = {"login", "second_factor", "public_receipt", "public_comment", "logout"}


class Heard(logging.Handler):
    """What a server would write to its log."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.setFormatter(OneLine())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


def run(ask: Ask) -> Report:
    heard = Heard()
    root = logging.getLogger()
    root.handlers = [heard]
    (Path(settings.STATIC_ROOT) / shots.STATIC).write_text("a {}")
    if ask.fault:
        ours, *others = settings.MIDDLEWARE
        below = others.index("django.middleware.security.SecurityMiddleware") + 1
        settings.MIDDLEWARE = [*others[:below], ours, *others[below:]]
    site = wire.start() if ask.count >= LONG else None
    report = Asking(ask, prepared_cast(), heard).run()
    for fault in wire.faults_on(site) if site else ():
        report.missed += 1
        report.problems.append(f"on the wire: {fault}")
    return report


class Asking:
    """One run."""

    def __init__(self, ask: Ask, cast: Cast, heard: Heard) -> None:
        self.ask, self.cast, self.heard = ask, cast, heard
        self.plain, self.strict = Site(), Site(csrf=True)
        self.report = Report(count=0, missed=0)
        self.answers: Counter[int] = Counter()
        self.numbers: set[str] = set()

    def run(self) -> Report:
        given = chain(shots.specials(), shots.addresses(self.cast, FORM_COOKIES, Random(self.ask.seed)))
        for shot in islice(given, self.ask.count):
            self.one(shot)
        self.report.facts = {f"answers {status}": times for status, times in sorted(self.answers.items())}
        return self.report

    def one(self, shot: shots.Shot) -> None:
        self.heard.lines.clear()
        site = self.strict if shot.csrf else self.plain
        session = self.cast.sessions.get(shot.who, "")
        with shot.during() if shot.during else nullcontext():
            got = site.ask(
                shot.method, shot.path, session, shot.body, shot.kind, secure=shot.secure, **dict(shot.environ)
            )
        self.report.count += 1
        self.answers[got.status] += 1
        for fault in self.faults(shot, got, bool(session)):
            self.report.missed += 1
            if len(self.report.problems) < TOLD:
                told = f"{shot.method} {shot.path[:80]!r} {dict(shot.environ)} by {shot.who or 'nobody'}"
                self.report.problems.append(f"{told}: {got.status}: {fault}"[:300])

    def faults(self, shot: shots.Shot, got: Got, session: bool):
        if shot.status is not None and got.status != shot.status:
            yield f"answered {got.status}, not {shot.status}"
        cookies = shot.cookies or got.status != 200
        yield from judge.faults_of(
            got,
            secure=shot.secure,
            session=session,
            static=shot.static,
            cookies=cookies,
            head=shot.method == "HEAD",
            false_host=bool(shot.environ) and shots.EVIL not in shot.path,
        )
        number = got.response.headers.get("X-Request-Id", "")
        if number in self.numbers:
            yield "a number that another request had"
        self.numbers.add(number)
        yield from judge.faults_of_lines(self.heard.lines, number, got.status)
        signed_out = shot.path.startswith("/signout") and got.status == 302
        if signed_out and got.response.headers.get("Clear-Site-Data") != '"cache"':
            yield "signed out, and the browser keeps its cache"
