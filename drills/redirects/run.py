"""Sends each address to every page that takes one, and reads the answer as a browser would.

The reading follows the URL standard of browsers (leading controls go, tab and line ends go, backslashes are slashes),
not Django's own check.
"""

import logging
import re
import time
from itertools import chain
from urllib.parse import quote

from django.test import Client, override_settings
from django.urls import reverse

from accounts import stash
from accounts.models import User
from accounts.services import second_factor as factors
from accounts.totp import STEP, code_at
from accounts.views import signing
from audit import services as audit
from drills.plumbing.model import Ask, Report
from drills.redirects.payloads import listed, without_end

OURS = "testserver"
SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):(.*)", re.S)
WEB = ("http", "https")


def host_of(location: str) -> str:
    """The host that a browser on our page goes to; the scheme and a colon where it is none of the web."""
    text = re.sub(r"^[\x00-\x20]+|[\x00-\x20]+$", "", location)
    text = re.sub(r"[\t\r\n]", "", text)
    scheme, rest = "http", text
    if found := SCHEME.match(text):
        scheme, rest = found[1].lower(), found[2]
        if scheme not in WEB:
            return f"{scheme}:"
        if scheme == "https" or re.match(r"[/\\]{2}", rest):  # another scheme than the page's: a host always follows
            rest = "//" + rest.lstrip("/\\")
    rest = re.split(r"[?#]", rest)[0].replace("\\", "/")
    if not rest.startswith("//"):
        return OURS
    return rest.lstrip("/").split("/")[0].rpartition("@")[2].partition(":")[0].lower()


def run(ask: Ask) -> Report:
    logging.disable(logging.CRITICAL)
    report = Report(count=0, missed=0, facts={"listed": len(listed())})
    if ask.fault:
        stash.is_path_of_ours = lambda text: True
    with override_settings(SAMPLE=True):
        doors = _doors()
        given = chain(listed(), without_end(ask.seed))
        for number, address in enumerate(given):
            if report.count >= ask.count:
                break
            _through(report, address, doors[number % len(doors)] if number >= len(listed()) else None, doors)
    report.facts["doors"] = len(doors)
    del report.problems[20:]
    return report


def _through(report: Report, address: str, door, doors: list) -> None:
    """Listed addresses go through every door, the others through one after another."""
    for name, send in [door] if door else doors:
        report.count += 1
        try:
            locations = send(address)
        except Exception as fault:
            report.problems.append(f"{name}: {address!r} breaks the page: {fault!r}"[:300])
            continue
        for location in locations:
            if host_of(location) != OURS:
                report.missed += 1
                report.problems.append(f"{name}: {address!r} leads to {location!r}")


def _doors() -> list:
    """Every way in which a wish where to go comes in: (name, a function that gives what the answer leads to)."""
    audit.record(verb="sample.load", label="示例")
    user = User.objects.create_user("yangli-gui", name="示例", password="Lan-tian-8-bai-yun")
    with_factor = User.objects.create_user("yangli-er", name="示例", password="Lan-tian-8-bai-yun")
    factor = factors.begin(user=with_factor)
    factors.confirm(user=with_factor, code=code_at(factors.secret_of(factor), int(time.time()) // STEP))
    inside = Client()
    inside.force_login(user)
    stranger = Client()

    def posted(address):
        client = Client()
        sent = {"username": user.username, "password": "Lan-tian-8-bai-yun", "next": address}
        return _leads(client.post(reverse("login"), sent))

    def already_in(address):
        return _leads(inside.get(f"{reverse('login')}?next={quote(address)}"))

    def pressed(address):
        return _leads(stranger.post(reverse("sample_signin"), {"sample": user.username, "next": address}))

    def before_the_code(address):
        client = Client()
        sent = {"username": with_factor.username, "password": "Lan-tian-8-bai-yun", "next": address}
        client.post(reverse("login"), sent)
        return [client.session[signing.HALF]["next"]]

    def kept_form(address):
        session = inside.session
        session[stash.STASH_KEY] = {"path": address, "fields": [["text", "字"]]}
        session.save()
        response = inside.get(reverse("resume"))
        return _leads(response) + [kept.path for kept in [(response.context or {}).get("kept")] if kept]

    return [
        ("sign-in form", posted), ("sign-in page, signed in", already_in), ("sample's button", pressed),
        ("before the code", before_the_code), ("kept form", kept_form),
    ]  # fmt: skip


def _leads(response) -> list[str]:
    return [response.headers["Location"]] if "Location" in response.headers else []
