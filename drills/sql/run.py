"""Ask for every page and send every form, listen to what is said to the database, and read it by the rules."""

import logging
import random

from django.db import connection
from django.db.models import Count, Q

from accounts.models import User
from accounts.sessions import SessionStore
from audit.backends.common import PortableSql
from drills.plumbing.model import Ask, Report
from drills.plumbing.site import Site, one_of, targets
from drills.road.pages import ACTS, clients_of, make_people, prepared
from drills.sql.rules import EXCEPTIONS, RULES, broken, told

TOLD = 12


class Listener:
    """Every different statement that the program said, and the rules that it breaks."""

    def __init__(self) -> None:
        self.shapes: set[str] = set()
        self.broken: dict[str, list[str]] = {}

    def __call__(self, execute, sql, params, many, context):
        if sql not in self.shapes:
            self.shapes.add(sql)
            if rules := broken(sql):
                self.broken[sql] = rules
        return execute(sql, params, many, context)


def run(ask: Ask) -> Report:
    logging.getLogger("django.request").setLevel(logging.CRITICAL)
    if ask.fault:
        _count_at_every_look()
    dice, heard = random.Random(ask.seed), Listener()
    cast = make_people()
    clients = clients_of(cast)
    site, asked = Site(), 0
    with connection.execute_wrapper(heard):
        for act in ACTS[: ask.count // 4]:
            if sending := prepared(act, cast, clients):
                sending.send()
            asked += 1
        places = list(targets(cast))
        dice.shuffle(places)
        while asked < ask.count:
            place = places[asked % len(places)]
            who = one_of(place.gets, dice)
            site.ask("GET", place.path, cast.sessions.get(who, ""))
            asked += 1
    report = Report(count=asked, missed=len(heard.broken))
    report.problems = [told(sql, rules) for sql, rules in heard.broken.items()][:TOLD]
    report.facts = {"不同的语句": len(heard.shapes), "规则": len(RULES), "例外": len(EXCEPTIONS)}
    return report


def _count_at_every_look() -> None:
    """The fault: a count with a condition, as Django writes it where nobody holds it back."""
    PortableSql.supports_aggregate_filter_clause = True
    real = SessionStore.load

    def load(self):
        User.objects.aggregate(here=Count("pk", filter=Q(is_active=True)))
        return real(self)

    SessionStore.load = load
