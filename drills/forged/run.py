"""Every form of the site as its person would send it, forged in one way; then every address, read in every way."""

import logging
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from random import Random
from urllib.parse import urlencode

from django.conf import settings
from django.middleware.csrf import _get_new_csrf_string
from django.urls import get_resolver, resolve, reverse

from drills.plumbing.forms import Form
from drills.plumbing.harvest import Harvest
from drills.plumbing.model import Ask, Report
from drills.plumbing.prepared import prepared_cast
from drills.plumbing.site import Got, Site, Target, targets
from drills.posts.bodies import MULTIPART, multipart
from lianzheng.keeping import tables
from tests.matrix.cast import Cast

OURS, ABROAD = "https://testserver", "https://evil.example"
METHODS = ("POST", "PUT", "PATCH", "DELETE")
# What the browser sends along, besides the person's cookies: way of forging → (token in the form, headers).
FORGED = {
    "no token": ("", {}),
    "no token, our own page": ("", {"HTTP_ORIGIN": OURS, "HTTP_SEC_FETCH_SITE": "same-origin"}),
    "wrong token": ("wrong", {"HTTP_ORIGIN": OURS}),
    "foreign origin": ("right", {"HTTP_ORIGIN": ABROAD}),
    "no origin to be told": ("right", {"HTTP_ORIGIN": "null"}),
    "foreign referer": ("right", {"HTTP_REFERER": f"{ABROAD}/testserver/"}),
    "referer without TLS": ("right", {"HTTP_REFERER": "http://testserver/"}),
    "no referer": ("right", {}),
    "another site, says the browser": ("right", {"HTTP_ORIGIN": OURS, "HTTP_SEC_FETCH_SITE": "cross-site"}),
    "a neighbour, says the browser": ("right", {"HTTP_ORIGIN": OURS, "HTTP_SEC_FETCH_SITE": "same-site"}),
    "autosave without a token": ("", {"HTTP_X_AUTOSAVE": "1", "HTTP_ORIGIN": OURS}),
}
HONEST = {"HTTP_ORIGIN": OURS, "HTTP_SEC_FETCH_SITE": "same-origin"}
# Ways to read that some programs take for a form.
READ = {
    "read": ("GET", {}),
    "head": ("HEAD", {}),
    "override": ("GET", {"HTTP_X_HTTP_METHOD_OVERRIDE": "POST", "HTTP_X_METHOD_OVERRIDE": "DELETE"}),
    "autosave": ("GET", {"HTTP_X_AUTOSAVE": "1"}),
    "options": ("OPTIONS", {}),
}
# Written by reading: when somebody was last there, and the event of a file, of the log or of a refusal with its links.
SEEN = {"accounts_session"}
ASIDE = {*SEEN, "audit_event", "audit_link", "audit_chain"}
FIRST = "session_end"
TOLD, SMALL = 30, 1000


def run(ask: Ask) -> Report:
    logging.disable(logging.CRITICAL)
    cast = prepared_cast()
    if ask.fault:
        resolve(reverse(FIRST)).func.csrf_exempt = True
        assert get_resolver()
    return Forging(ask, cast).run()


class Forging:
    """One run: two thirds are forged forms, the rest is reading."""

    def __init__(self, ask: Ask, cast: Cast) -> None:
        self.ask, self.cast, self.chance = ask, cast, Random(ask.seed)
        self.site = Site(csrf=True)
        self.harvest = Harvest(self.site, cast, 1)
        self.targets = list(targets(cast))
        self.token = _get_new_csrf_string()
        self.report = Report(count=0, missed=0)
        self.facts: Counter[str] = Counter()

    def run(self) -> Report:
        before = tables.sums()
        for target, method, way in islice(self.forgeries(), self.ask.count * 2 // 3):
            self.forge(target, method, way)
        before = self.compare(before, SEEN)
        for target, who, way in islice(self.readings(), self.ask.count - self.report.count):
            self.read(target, who, way)
        self.compare(before, ASIDE)
        if not self.facts["honest and done"]:
            self.report.problems.append("not one honest form was taken: the forged ones prove nothing")
        self.report.facts = dict(sorted(self.facts.items()))
        return self.report

    def forgeries(self) -> Iterator[tuple[Target, str, str]]:
        """The one that the fault opens first, then every address × way."""
        posted = [target for target in self.targets if target.posts]
        first = [target for target in posted if target.name == FIRST]
        cells = [(target, "POST", way) for target in posted for way in FORGED]
        cells += [(target, method, "no token") for target in self.targets for method in METHODS[1:]]
        yield from ((target, "POST", way) for target in first for way in FORGED)
        while True:
            yield from self.chance.sample(cells, len(cells))

    def readings(self) -> Iterator[tuple[Target, str, str]]:
        cells = [(target, who, way) for target in self.targets for who in target.gets for way in READ]
        while True:
            yield from self.chance.sample(cells, len(cells))

    def form_of(self, target: Target) -> Form:
        self.harvest.of(target)
        forms = [form for form in self.harvest.forms[target.name] if form.method == "POST"]
        return self.chance.choice(forms) if forms else Form(target.path)

    def send(self, target: Target, method: str, form: Form, who: str, token: str, headers: dict, keep: bool) -> Got:
        pairs = [*form.fields, *((name, values[0]) for name, values in form.offers().items())]
        if token:
            pairs.append(("csrfmiddlewaretoken", self.token if token == "right" else "x" * 32))
        body, kind = urlencode(pairs).encode(), "application/x-www-form-urlencoded"
        if form.multipart:
            body, kind = multipart(pairs, [(name, "表.xlsx", b"x") for name in form.files]), MULTIPART
        cookie = f"{settings.CSRF_COOKIE_NAME}={self.token}"
        session = self.cast.sessions.get(who, "")
        path = form.action if method == "POST" else target.path
        return self.site.ask(method, path, session, body, kind, keep, secure=True, HTTP_COOKIE=cookie, **headers)

    def forge(self, target: Target, method: str, way: str) -> None:
        who = self.chance.choice(target.posts or target.gets or ("holder",))
        form = self.form_of(target)
        if method == "POST" and (target.name == FIRST or self.chance.random() < 0.1):
            honest = self.send(target, method, form, who, "right", HONEST, keep=False)
            self.facts["honest and done"] += honest.status == 302
        token, headers = FORGED[way]
        got = self.send(target, method, form, who, token, headers, keep=True)
        self.report.count += 1
        self.facts[f"forged: {way}"] += 1
        wrote = sorted(got.written - SEEN)
        if got.status != 403 or wrote:
            self.missed(f"{method} {target.path} by {who}, {way}: {got.status}, wrote {wrote}")

    def read(self, target: Target, who: str, way: str) -> None:
        method, headers = READ[way]
        path = target.path
        looked_at = self.ask.count >= SMALL or target in self.harvest.seen
        if looked_at and self.chance.random() < 0.5:  # the form in the address, also as if it were sent
            form = self.form_of(target)
            pairs = [*form.fields, *((name, values[0]) for name, values in form.offers().items())]
            path += "?" + urlencode([*pairs, ("_method", "POST"), ("csrfmiddlewaretoken", self.token)])
        session, cookie = self.cast.sessions.get(who, ""), f"{settings.CSRF_COOKIE_NAME}={self.token}"
        got = self.site.ask(method, path, session, keep=True, secure=True, HTTP_COOKIE=cookie, **headers)
        self.report.count += 1
        self.facts[f"read: {way}"] += 1
        if got.written - ASIDE or got.status >= 500:
            self.missed(
                f"{method} {path[:200]} by {who}: {got.status}, wrote {sorted(got.written - ASIDE)} {got.fault}"
            )

    def compare(self, before: dict[str, tables.Sum], aside: set[str]) -> dict[str, tables.Sum]:
        """All rows are as they were; gives back how they are."""
        after = tables.sums()
        for said in tables.differences(before, after):
            if not any(f" {table} " in said for table in aside):
                self.missed(said)
        return after

    def missed(self, told: str) -> None:
        self.report.missed += 1
        if len(self.report.problems) < TOLD:
            self.report.problems.append(told[:400])
