"""A bureau with many equal registers on a short road, and acts that start at the same moment on own connections."""

import datetime
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from accounts.exceptions import Refused
from accounts.models import User
from accounts.roles import Role
from audit.models import Event
from registers.models import Cycle, Post, Register, Unit
from tests.factories import appoint, grant, make_bureau, make_post, make_power, make_scheme, make_section
from tests.plumbing.remembered import remembered
from tests.small_scheme import small_scheme
from tests.world import fill
from workflow import decisions, seals
from workflow.acts import Act
from workflow.models import Decision
from workflow.services import cycles, filling

ROUNDS = int(os.environ.get("ROUNDS", "6"))

OFFICE = {"who": "role", "role": "office"}
FILL = {"key": "fill", "name": "自查", "kind": "fill", "actor": "filler", "opens": ["points", "levels", "controls"]}
REVIEW = {"key": "review", "name": "初审", "kind": "review", "actor": OFFICE, "returns": [{"to": "fill"}]}
MEETING = {
    "key": "meeting",
    "name": "会议",
    "kind": "meeting",
    "body": "办公会议",
    "actor": OFFICE,
    "returns": [{"to": "fill"}],
}
NOTICE = {
    "key": "notice",
    "name": "公示",
    "kind": "notice",
    "actor": OFFICE,
    "notice": "within",
    "returns": [{"to": "fill"}],
}
ISSUE = {"key": "issue", "name": "印发", "kind": "issue", "actor": OFFICE}
RULE = {
    "key": "within",
    "name": "公示",
    "audience": "bureau",
    "fields": ["post", "power", "point", "controls"],
    "days": 5,
    "recipient": {"who": "role", "role": "discipline"},
}


@dataclass
class Arena:
    """A bureau whose posts all stand at the same place of the same road."""

    bureau: Unit
    cycle: Cycle
    office: list[User]
    discipline: User
    sections: list[Unit]
    posts: list[Post] = field(default_factory=list)
    holders: dict[int, User] = field(default_factory=dict)  # by post

    def registers(self) -> list[Register]:
        return list(Register.objects.filter(cycle=self.cycle).order_by("pk"))

    def filler(self, register: Register) -> User:
        return self.holders[register.post_id]


@remembered
def make_arena(posts: int, *, steps: list[dict], offices: int = 2, opened: bool = True, **scheme: Any) -> Arena:
    """So many posts in two sections, each with its holder, a power and (``opened``) a register with one row."""
    bureau = make_bureau("竞态局", number_prefix="竞")
    sections = [make_section(bureau, "甲股"), make_section(bureau, "乙股")]
    office = [grant(Role.OFFICE, bureau) for _ in range(offices)]
    discipline = grant(Role.DISCIPLINE, bureau)
    rules = [RULE] if any(step["kind"] == "notice" for step in steps) else []
    stored = make_scheme(
        scopes=[{"key": "post", "name": "岗位", "subject": "post", "filler": {"who": "filler"}}],
        routes=[{"scope": "post", "steps": steps}],
        forms=small_scheme()["forms"][:1],
        questions=[],
        notices=rules,
        **scheme,
    )
    cycle = cycles.start_cycle(
        by=office[0], scheme=stored, bureau=bureau, name="年度", year=2026, starts_on=datetime.date(2026, 1, 1)
    )
    arena = Arena(bureau, cycle, office, discipline, sections)
    for number in range(posts):
        post = make_post(sections[number % 2], f"岗位{number}")
        make_power(post, f"职权{number}")
        arena.posts.append(post)
        arena.holders[post.pk] = appoint(post)
    if opened:
        cycles.open_registers(by=office[0], cycle=cycle)
        for register in arena.registers():
            filling.claim(register=register, by=arena.filler(register))
            fill(register)
    return arena


def submit_all(arena: Arena) -> list[Register]:
    for register in arena.registers():
        filling.submit(register=register, by=arena.filler(register), act=Act())
    return arena.registers()


@dataclass
class Outcome:
    """What became of one of the acts: its result, or what was raised."""

    result: Any = None
    error: Exception | None = None

    @property
    def won(self) -> bool:
        return self.error is None

    @property
    def refused(self) -> bool:
        """It ended with a sentence for a person."""
        return isinstance(self.error, Refused) and bool(str(self.error))


def at_once(*acts: Callable[[], Any]) -> list[Outcome]:
    """Run the acts in threads with connections of their own, all released by one barrier."""
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Outcome:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            return Outcome(result=act())
        except Exception as error:  # whatever it is, the test judges it
            return Outcome(error=error)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=len(acts)) as pool:
        return list(pool.map(run, acts))


def only_refusals(outcomes: list[Outcome]) -> bool:
    """Nobody meets anything else than success or a sentence; never "database is locked", never a deadlock."""
    unexpected = [outcome.error for outcome in outcomes if not outcome.won and not outcome.refused]
    if unexpected:  # one who never came breaks the barrier for all: his fault is the one to be told
        raise min(unexpected, key=lambda error: isinstance(error, threading.BrokenBarrierError))
    return True


def one_winner(outcomes: list[Outcome]) -> Outcome:
    """The one that went through; all others must have been refused with a sentence."""
    only_refusals(outcomes)
    winners = [outcome for outcome in outcomes if outcome.won]
    assert len(winners) == 1, outcomes
    return winners[0]


def events_match_decisions(register: Register) -> bool:
    """One event for each decision, no more and no fewer."""
    decided = set(Decision.objects.filter(register=register).values_list("pk", flat=True))
    told = [
        event.detail["decision"]
        for event in Event.objects.filter(object_type="register", object_id=register.pk)
        if "decision" in event.detail
    ]
    assert sorted(told) == sorted(decided)
    return True


def seen_by(register: Register) -> str:
    """What a page of the register carries."""
    return decisions.token(register, seals.latest(register))
