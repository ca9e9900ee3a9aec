"""Everybody walks; the words that he saw against the words that he may read."""

import logging
from collections import Counter
from random import Random
from unittest.mock import patch

from django.db import transaction
from django.urls import reverse

from accounts.models import User
from drills.canary import oracle, revoked, world
from drills.canary.crawl import Walk
from drills.plumbing.model import Ask, Report
from drills.plumbing.site import Site
from registers import ledger
from registers.models import Unit
from registers.reach import Reach
from tests.matrix.addresses import patterns
from tests.matrix.cast import session_of

TOLD, SMALL = 60, 500
FEW = ("anonymous", "holder", "system_admin")  # in a short run
PAGES, FEW_PAGES, LAST, FEW_LAST = 4_000, 20, 60, 10
ASKED = 2  # words of others, typed into every search box
WITHOUT_LINKS = {"logout", "login", "second_factor"}


def run(ask: Ask) -> Report:
    logging.disable(logging.CRITICAL)
    mint = world.Mint(Random(ask.seed))
    with transaction.atomic():
        near, everybody = world.make(mint, ask.count)
    people = {"anonymous": None} | everybody
    if ask.count < SMALL:
        people = {who: people[who] for who in FEW}
    report = Report(
        missed=0, false_alarms=0, facts={"标记": len(mint.given), "身份": len(people), "页面": 0, "看到": 0}
    )
    words = oracle.words()
    report.count = sum(map(len, words.values()))
    with patch.object(ledger, "reach_of", everything if ask.fault else ledger.reach_of):
        for who, person in people.items():
            judge(who, person, words, mint, ask, report)
    long = ask.count >= SMALL
    happenings = revoked.HAPPENINGS if long else revoked.HAPPENINGS[1:2]
    revoked.replay(near, words, mint, report, happenings, LAST if long else FEW_LAST)
    return report


def everything(user: User) -> Reach:
    """The seeded fault: the ledger is not scoped."""
    return Reach(bureaus=set(Unit.objects.filter(parent=None).values_list("pk", flat=True)))


def judge(who: str, person: User | None, words: dict, mint: world.Mint, ask: Ask, report: Report) -> None:
    """One person's walk, compared."""
    long = ask.count >= SMALL
    walk = Walk(Site(), session_of(person) if person else "", PAGES if long else FEW_PAGES, mint.given)
    walk.go([reverse("ledger"), "/", *starts()])
    may, must = oracle.allowed(words, person)
    seen = set(walk.seen)
    report.facts["页面"] += len(walk.visited)
    report.facts["看到"] += len(seen)
    for word in sorted(seen - may):
        report.missed += 1
        tell(report, f"{who} 在 {walk.seen[word]} 看到了 {word}（{places(word, words)}）")
    for fault in walk.faults:
        tell(report, f"{who} {fault}")
    unseen = sorted({word for rows in words.values() for found in rows.values() for word in found} - may)
    for place in walk.asks_without_answer(unseen[:: max(1, len(unseen) // ASKED)][:ASKED] if long else unseen[:1]):
        report.missed += 1
        tell(report, f"{who} 从搜索 {place} 看得出有他看不到的内容")
    if long:
        missing = Counter(table for (table, _), found in must.items() if not found & seen)
        report.false_alarms += missing.total()
        for table, number in missing.items():
            first = next(pk for (one, pk), found in must.items() if one == table and not found & seen)
            tell(report, f"{who} 走不到 {number} 行 {table}（如 {first}），他可以看")


def starts() -> list[str]:
    """Every page that needs no argument, so that one without a link is walked as well."""
    return [
        reverse(pattern.name)
        for pattern in patterns()
        if not pattern.pattern.converters and pattern.name not in WITHOUT_LINKS
    ]


def places(word: str, words: dict) -> str:
    return "、".join(f"{table} {pk}" for table, rows in words.items() for pk, found in rows.items() if word in found)


def tell(report: Report, told: str) -> None:
    if len(report.problems) < TOLD:
        report.problems.append(told)
