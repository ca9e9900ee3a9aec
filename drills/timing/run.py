"""Ask in turn, in another order every round, so that whatever else the machine does falls on all alike."""

import datetime
import logging
import random
import re
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings
from django.contrib.auth import hashers
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import services
from accounts.models import SignInCounter, User
from accounts.services import lockout, signing_in
from drills.plumbing.model import Ask, Report
from drills.timing.ranks import p_value
from tests.workflow.notice_world import at_notice, make_notice_world, published
from workflow.models import RateHit
from workflow.services import comments

ROUNDS = 50_000  # of the hash: some 15 ms, enough to be seen, and a run ends within minutes
CHANCE, GAP = 0.01, 0.005  # the times are told apart when both are passed
ENOUGH = 100  # so many timings of each kind are judged; fewer are only told
PLACE = "192.0.2.1"
NAMES = ("nobody12", "zhangsan", "lisi1234", "wangwu12", "nobody34")
CHANGING = re.compile(r'value="[^"]*"')  # the token of the form, and the name that was typed
STATEMENT = re.compile(r'^\s*(?=(\w+))(?:SELECT\b.*?\bFROM|INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.S)


@dataclass
class Kind:
    """One sort of question: how it comes about (not timed), how it is asked, and what came back so far."""

    name: str
    prepare: Callable[[], None]
    ask: Callable[[], object]
    seconds: list[float] = field(default_factory=list)
    told: set[str] = field(default_factory=set)  # status and text
    work: set[tuple[int, tuple[str, ...]]] = field(default_factory=set)  # rounds of the hash, and the statements


@dataclass
class Group:
    """Kinds of which none may be told from the first."""

    name: str
    kinds: list[Kind]
    same_statements: bool = True


class Work:
    """What the program does for one question."""

    def __init__(self) -> None:
        self.rounds, self.statements = 0, []
        self.real = hashers.pbkdf2
        hashers.pbkdf2 = self._hash

    def _hash(self, password, salt, iterations, *rest, **more):
        self.rounds += iterations
        return self.real(password, salt, iterations, *rest, **more)

    def __call__(self, execute, sql, params, many, context):
        if found := STATEMENT.search(sql):
            self.statements.append(f"{found[1]} {found[2]}")
        return execute(sql, params, many, context)

    def of(self, ask: Callable[[], object]) -> tuple[object, float]:
        self.rounds, self.statements = 0, []
        with connection.execute_wrapper(self):
            started = time.perf_counter()
            answer = ask()
            return answer, time.perf_counter() - started


def run(ask: Ask) -> Report:
    settings.PASSWORD_HASHERS = settings.PASSWORD_HASHERS[1:]  # without the tests' own quick one
    hashers.PBKDF2PasswordHasher.iterations = ROUNDS
    hashers.get_hashers.cache_clear()
    hashers.get_hashers_by_algorithm.cache_clear()
    if ask.fault:
        real = signing_in.verify_password
        signing_in.verify_password = lambda password, encoded: real(password, encoded) if encoded else (False, False)
    dice, work, report = random.Random(ask.seed), Work(), Report(missed=0)
    logging.getLogger("django.request").setLevel(logging.ERROR)
    groups = [*_names(), _codes(), _codes_beyond()]
    kinds = list({id(kind): kind for group in groups for kind in group.kinds}.values())
    for turn in range(max(2, ask.count // len(kinds))):
        for kind in dice.sample(kinds, len(kinds)):
            kind.prepare()
            answer, seconds = work.of(kind.ask)
            report.count += 1
            kind.told.add(f"{answer.status_code} {CHANGING.sub('', answer.content.decode())}")
            if turn:  # the first time everything is loaded
                kind.seconds.append(seconds)
                kind.work.add((work.rounds, tuple(work.statements)))
    report.facts["每次登录的语句"] = max(map(len, _statements(kinds[0])))
    for group in groups:
        _judge(group, report)
    report.missed = len(report.problems)
    return report


def _judge(group: Group, report: Report) -> None:
    first, *others = group.kinds
    for kind in others:
        pair = f"{group.name}：{first.name}与{kind.name}"
        if kind.told != first.told or len(kind.told) > 1:
            report.problems.append(f"{pair}的文字或状态不同")
        if {rounds for rounds, _ in kind.work} != {rounds for rounds, _ in first.work}:
            report.problems.append(f"{pair}的摘要次数不同：{_rounds(first)}，{_rounds(kind)}")
        if group.same_statements and _statements(kind) != _statements(first):
            report.problems.append(f"{pair}的语句不同：{_statements(first)} {_statements(kind)}")
        gap = abs(statistics.median(first.seconds) - statistics.median(kind.seconds))
        if len(kind.seconds) < ENOUGH:
            continue
        chance = p_value(first.seconds, kind.seconds)
        report.facts[pair] = f"中位数差 {gap * 1000:.2f} 毫秒，p={chance:.3f}"
        if chance <= CHANCE and gap >= GAP:
            report.problems.append(f"{pair}的时间分得出：{report.facts[pair]}")


def _rounds(kind: Kind) -> list[int]:
    return sorted({rounds for rounds, _ in kind.work})


def _statements(kind: Kind) -> set[tuple[str, ...]]:
    return {statements for _, statements in kind.work}


# What is asked --------------------------------------------------------------------------------------------------------


def _names() -> list[Group]:
    """Somebody who tries a wrong password of a name: his, nobody's, one that was stopped, one that is locked.

    Whoever is locked is asked fewer statements, since a refused try is counted and not noted as an event one by one;
    but a name that nobody has is locked just the same, so that this tells nothing of it.
    """
    password = "Lan-tian-8-bai-yun"
    known, stopped, locked = (User.objects.create_user(name, name="甲", password=password) for name in NAMES[1:4])
    services.set_active(by=None, user=stopped, active=False)

    def unlocked() -> None:
        SignInCounter.objects.all().delete()

    def lock(name: str) -> None:
        unlocked()
        user = User.objects.filter(username=name).first()
        now = timezone.now()
        given = {"user": user, "since": now, "locked_until": now + datetime.timedelta(hours=1)}
        SignInCounter.objects.create(subject=lockout.subject_of(name), place=PLACE, **given)

    client = Client()
    client.get(reverse("login"))

    def trying(name: str) -> Callable[[], object]:
        fields = {"username": name, "password": "wrong-password-of-it"}
        return lambda: client.post(reverse("login"), fields, REMOTE_ADDR=PLACE)

    nobodys = Kind("没有的", unlocked, trying(NAMES[0]))
    theirs = [Kind("有的", unlocked, trying(known.username)), Kind("停用的", unlocked, trying(stopped.username))]
    locked_ones = [
        Kind(told, lambda name=name: lock(name), trying(name))
        for told, name in (("没有而锁定的", NAMES[4]), ("有而锁定的", locked.username))
    ]
    return [
        Group("登录", [nobodys, *theirs]),
        Group("登录", locked_ones),
        Group("登录", [nobodys, *locked_ones], same_statements=False),
    ]


def _codes() -> Group:
    """A code of nobody's, and one that is right but for its last letter."""
    code = _receipt()
    near = code[:-1] + ("A" if code[-1] != "A" else "B")
    return Group(
        "查询码",
        [Kind("不相干的", _may_ask, _looking("AAAA-BBBB-CCCC-DDDD")), Kind("差一个字母的", _may_ask, _looking(near))],
    )


def _codes_beyond() -> Group:
    """The same when one address asked too often: not even the right code is told."""
    return Group(
        "查询过多",
        [
            Kind("不存在的", _may_not_ask, _looking("AAAA-BBBB-CCCC-DDDD")),
            Kind("存在的", _may_not_ask, _looking(_receipt())),
        ],
    )


def _receipt() -> str:
    world = make_notice_world()
    notice = published(world, at_notice(world.cycle, world.posts["规划管理岗"]))
    return comments.add_comment(notice=notice, item=None, text="措施不具体，请核查", address=PLACE)


def _looking(code: str) -> Callable[[], object]:
    client = Client()
    return lambda: client.post(reverse("public_receipt"), {"receipt": code}, REMOTE_ADDR=PLACE)


def _may_ask() -> None:
    RateHit.objects.all().delete()


def _may_not_ask() -> None:
    _may_ask()
    for _ in range(comments.LOOKUPS):
        comments.rates.hit(bucket="receipt", who=PLACE, limit=10**6, minutes=60, sentence="")
