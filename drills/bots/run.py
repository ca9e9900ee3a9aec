"""Programs send in turn, people come in between; then the rows are counted."""

import datetime
import logging
import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from drills.bots.visitors import PROGRAMS, Ground, person
from drills.plumbing.model import Ask, Report
from tests.workflow.notice_world import at_notice, make_notice_world, published
from workflow import human_check
from workflow.models import Comment, RateHit
from workflow.services import comments

STOPPED = PASSED = 0.99
PEOPLE_PER = 50  # one person for so many posts of programs: 200 in a whole run
POSTS_PER_HOUR = 2500  # so that a whole run lasts four hours of the drill's clock
FEW = 12  # in a short run, the five that any address may send in an hour weigh more than one in a hundred


class Clock:
    """The time of the drill: it goes on with the posts of the programs."""

    def __init__(self) -> None:
        self.now = timezone.now()
        timezone.now = lambda: self.now

    @contextmanager
    def moved(self, seconds: float) -> Iterator[None]:
        before = self.now
        self.now += datetime.timedelta(seconds=seconds)
        yield
        self.now = before


def run(ask: Ask) -> Report:
    logging.getLogger("django.request").setLevel(logging.ERROR)
    if ask.fault:
        human_check.LEAST = datetime.timedelta(0)
        comments.receipt_of = lambda key, honest=comments.receipt_of: honest(secrets.token_hex(16))
    clock, dice = Clock(), random.Random(ask.seed)
    world = make_notice_world()
    first, second = (
        published(world, at_notice(world.cycle, world.posts[post])) for post in ("规划管理岗", "施工许可岗")
    )
    url, other = (reverse("public_comment", args=[notice.pk]) for notice in (first, second))
    ground = Ground(url, other, dice, clock.moved)
    report, sent = Report(count=ask.count), Sent(url)
    before = _rows()
    through, people = _flood(ask, ground, clock, sent, report)
    _judge(ask, through, people, report)
    grown = _rows() - before
    hours = ask.count / POSTS_PER_HOUR + 1
    most = 2 * len(people) + 3 * comments.PER_NOTICE * hours
    if grown > most:
        report.problems.append(f"两张表多了 {grown} 行，最多应是 {most:.0f} 行")
    report.facts |= {"两张表增加的行": grown, "库中意见": Comment.objects.count()}
    return report


class Sent:
    """Posts to the form and counts."""

    def __init__(self, url: str) -> None:
        self.url, self.client = url, Client()
        self.problems: set[str] = set()

    def __call__(self, address: str, fields: dict[str, str]) -> str:
        answer = self.client.post(self.url, fields, REMOTE_ADDR=address)
        if answer.status_code not in (200, 409, 429):
            self.problems.add(f"应答 {answer.status_code}")
        return answer.content.decode()


def _flood(ask: Ask, ground: Ground, clock: Clock, sent: Sent, report: Report):
    """How many of each program came in, and what became of each person."""
    programs = {name: make(ground) for name, make in PROGRAMS.items()}
    pages: dict[str, str | None] = dict.fromkeys(programs)
    through = dict.fromkeys(programs, 0)
    people: list[tuple[bool, bool]] = []
    started = clock.now
    names = list(programs)
    for number in range(ask.count):
        name = names[number % len(names)]
        address, fields = programs[name].send(pages[name])
        before = Comment.objects.count()
        pages[name] = sent(address, fields)
        through[name] += Comment.objects.count() - before
        if number % PEOPLE_PER == PEOPLE_PER - 1:
            place = f"203.0.{len(people) // 3}.7"  # three at a time behind one address
            people.append(person(ground, place, f"第{len(people)}位群众：措施不具体，请核查", sent))
        clock.now = started + datetime.timedelta(hours=number / POSTS_PER_HOUR)
    report.problems += sorted(sent.problems)
    return through, people


def _rows() -> int:
    return Comment.objects.count() + RateHit.objects.count()


def _judge(ask: Ask, through: dict[str, int], people: list[tuple[bool, bool]], report: Report) -> None:
    came, heard = sum(through.values()), sum(taken for taken, _ in people)
    lost = sum(not whole for _, whole in people)
    report.found, report.missed = ask.count - came, came if came > max(FEW, ask.count * (1 - STOPPED)) else 0
    report.false_alarms = len(people) - heard if heard < len(people) * PASSED else 0
    report.lost = lost
    if report.missed:
        report.problems.append(f"{ask.count} 次程序提交收下了 {came} 次")
    if report.false_alarms:
        report.problems.append(f"{len(people)} 个人只收下了 {heard} 个的意见")
    if lost:
        report.problems.append(f"{lost} 个人写的字丢了")
    report.facts = {"挡住的": report.found, "收下的程序提交": through, "人": len(people), "收下的人的意见": heard}
