"""Every form of the site sent again: in threads of their own, and over broken lines to a real server."""

import contextlib
import logging
import random
import secrets
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit import once
from audit.models import Event
from audit.verify import verify
from drills.plumbing.crowd import all_at_once
from drills.plumbing.model import Ask, Report
from drills.repeats.cuts import Request, request_of
from drills.road import pages, state
from drills.road.browser import Browser
from drills.road.effect import Effect, watched
from drills.road.planted import forms_forgotten
from drills.road.rare import make_rare
from drills.road.site import Site
from lianzheng.once import REPEATABLE
from registers.models import Post, Regulation, Unit
from tests.matrix.cast import Cast
from workflow.acts import new_key

SMALL = 200  # below so many repeats some forms are tried
ALWAYS = ("regulation_add", "cycle_new", "register_row_add")
FEW = 2
LINES = 4  # every so many-th repeat comes over a broken line
AT_ONCE = (1, 2, 2, 3)
SKIPPED = {"login"}  # each try counts; signing in twice is signing in
SHOWN = 10


def run(ask: Ask) -> Report:
    """``count`` forms sent once more; ``missed`` are those that were done twice or half."""
    logging.disable(logging.CRITICAL)
    chance = random.Random(ask.seed)
    report = Report(missed=0, facts={"forms": 0, "cut": 0, "hung up": 0, "twice at once": 0, "loaded anew": 0})
    cast = pages.make_people()
    rare = make_rare(cast) if ask.count >= SMALL else []
    with forms_forgotten() if ask.fault else contextlib.nullcontext():
        _broken_lines(ask, chance, cast, report)
        _every_form(ask, chance, cast, [*pages.ACTS, *rare], report)
    report.problems += [f"证据链：{finding}" for finding in verify(connection).findings]
    report.problems = report.problems[:SHOWN]
    return report


# In threads -----------------------------------------------------------------------------------------------------------


def _every_form(ask: Ask, chance: random.Random, cast: Cast, acts: list[pages.Act], report: Report) -> None:
    """All forms in turn, as often as it takes, each on the same state again and again."""
    acts = [act for act in acts if act.name not in SKIPPED]
    if ask.count < SMALL:
        few = chance.sample([act for act in acts if act.name not in ALWAYS], FEW)
        acts = [act for act in acts if act.name in ALWAYS] + few
    clients = pages.clients_of(cast)
    sendings = {str(act): pages.prepared(act, cast, clients) for act in acts}
    report.problems += [f"{name}：没有找到它的页面" for name, sending in sendings.items() if sending is None]
    sendings = {name: sending for name, sending in sendings.items() if sending}
    copy, names = state.Copy(), state.tables()
    try:
        effects = {name: _once(sending, names, copy, report) for name, sending in sendings.items()}
        report.facts["forms"] = len(sendings)
        for name in _in_turn(sendings):
            if report.count >= ask.count or len(report.problems) >= SHOWN:
                return
            _repeat(name, sendings[name], effects[name], chance.choice(AT_ONCE), names, copy, report)
    finally:
        copy.drop()


def _in_turn(sendings: dict[str, pages.Sending]) -> Iterator[str]:
    while True:
        yield from sendings


def _once(sending: pages.Sending, names: list[str], copy: state.Copy, report: Report) -> Effect:
    """What the act comes to when it is sent once."""
    with watched(names, copy) as effect:
        status = sending.send().status_code
    if status >= 400 or not effect:
        report.problems.append(f"{sending.act}：交一次也没有办成（{status}）")
    return effect


def _repeat(
    name: str, sending: pages.Sending, wanted: Effect, at_once: int, names: list[str], copy: state.Copy, report: Report
) -> None:
    """So many at one moment, then the same once more, as the back button gives it."""
    with watched(names, copy) as effect:
        answers = all_at_once(pages.Sending.send, [sending] * at_once)
        answers.append(sending.send())
        anew = _loaded_anew(sending)
        strayed = anew.send().status_code if anew else 0
    report.count += at_once + bool(anew)
    report.facts["twice at once"] += at_once > 1
    report.facts["loaded anew"] += bool(anew)
    where = f"{name} 同时 {at_once} 次再加一次"
    if effect != wanted:
        report.missed += 1
        more = {table: n for table, n in effect.rows.items() if n != wanted.rows[table]}
        report.problems.append(f"{where}：{more} {effect.verbs}，应为 {wanted.verbs}")
    if strayed >= 500:
        report.problems.append(f"{where}：后退以后再交，应答 {strayed}")
    if fault := _answers_fault(sending.act.name, answers):
        report.problems.append(f"{where}：{fault}")


def _loaded_anew(sending: pages.Sending) -> pages.Sending | None:
    """The form as the back button brings it: the page is loaded anew, what was typed is filled in again by the
    browser. None where nothing was typed, or where the new page has another version: pressing its button is an act."""
    names = {name for name, _ in sending.fields}
    if sending.act.name in REPEATABLE or "row_version" in names or all(value.isascii() for _, value in sending.fields):
        return None
    fresh = {once.FIELD: secrets.token_urlsafe(16), "key": new_key()}
    return replace(sending, fields=[(name, fresh.get(name, value)) for name, value in sending.fields])


def _answers_fault(name: str, answers: list[HttpResponse | Exception]) -> str:
    """What is wrong with the answers to equal forms: an error, or two that lead to different places."""
    for answer in answers:
        if isinstance(answer, Exception):
            return f"{type(answer).__name__}：{answer}"
        if answer.status_code >= 400:
            return f"应答 {answer.status_code}"
    led = {answer.headers.get("Location", "") for answer in answers} - {""}
    led = {place for place in led if not place.startswith(settings.LOGIN_URL) and not place.startswith("/signin/")}
    return f"去了不同的地方 {sorted(led)}" if len(led) > 1 and name not in REPEATABLE else ""


# Over broken lines ----------------------------------------------------------------------------------------------------


def _broken_lines(ask: Ask, chance: random.Random, cast: Cast, report: Report) -> None:
    """New units, posts and regulations sent to the site as it is served, over lines that break."""
    site = Site(Path(settings.DATA_DIR))
    office = User.objects.get(pk=cast.near.people["办公室甲"].pk)
    connection.close()
    site.start()
    try:
        browser = Browser(site.port, office)
        for number in range(max(1, ask.count // LINES)):
            _cut(number, browser, cast, chance, report)
            if len(report.problems) >= SHOWN:
                return
    finally:
        site.stop()
        connection.close()


def _form_of(number: int, cast: Cast) -> tuple[str, type, dict[str, str]]:
    """Address, what it makes, and what is typed; the name is met nowhere else."""
    name, unit, today = f"断线{number}", cast.near.sections["规划股"].pk, timezone.localdate().isoformat()
    given = {"reason": "断线", "starts_on": today}
    return (
        (reverse("unit_add", args=[unit]), Unit, {"name": f"{name}股", "kind": "section", **given}),
        (reverse("post_add", args=[unit]), Post, {"name": f"{name}岗", **given}),
        (reverse("regulation_add", args=[cast.near.bureau.pk]), Regulation, {"title": f"{name}办法", **given}),
    )[number % 3]


def _cut(number: int, browser: Browser, cast: Cast, chance: random.Random, report: Report) -> None:
    """Cut once or hung up on before the answer, or sent twice at once; then whole, then whole again."""
    path, model, typed = _form_of(number, cast)
    request = request_of(browser, path, typed, chance)
    how = chance.choice(("cut", "cut", "hung up", "twice at once"))
    stop = chance.randrange(1, len(request.raw))
    if how == "twice at once":
        all_at_once(Request.send, [request, request])
    else:
        request.send(stop if how == "cut" else None, read=False)
    answers = [request.send(), request.send()]
    report.count += 1
    report.facts[how] += 1
    field = "title" if model is Regulation else "name"
    made = model.objects.filter(**{field: typed[field]})
    acts = Event.objects.filter(object_type=model._meta.model_name, object_id__in=made).count()
    if made.count() != 1 or acts != 1:
        report.missed += 1
        report.problems.append(f"{path} {how} {stop}：有了 {made.count()} 个，事件 {acts} 个")
    if len(set(answers)) != 1 or answers[0][0] != 302:
        report.problems.append(f"{path} {how} {stop}：应答 {answers}")
