"""Seven kinds of programs and several kinds of people, each with what it sends to the public comment form.

A program is a generator: it yields from where and what it sends, and is told the page that came back. Many wait at the
same time, so whoever waits opened his form so many seconds ago.
"""

import random
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager
from dataclasses import dataclass

from django.test import Client

from tests.workflow.visitors import comment_form, opened, solved
from workflow import human_check

TAKEN = "您的查询码"
PATIENCE = 120  # seconds, after which a person gives up
WORDS = "加微信领红包 贷款秒批 点击链接 代办文凭 低价发票 赌场 刷单兼职".split()


@dataclass
class Ground:
    """What everybody visits, the drill's dice and clock."""

    url: str
    other_url: str  # of another notice
    dice: random.Random
    moved: Callable[[float], AbstractContextManager]  # as long as it lasts it is so many seconds later

    def form(self, address: str, ago: float = 0) -> dict[str, str]:
        """What its fields hold, with the right answer: opened that many seconds ago."""
        with self.moved(-ago):
            return opened(Client(), self.url, REMOTE_ADDR=address)

    def spam(self) -> str:
        return f"{self.dice.choice(WORDS)}{self.dice.randrange(10**9)}"

    def address(self, network: int) -> str:
        """Another one at every call."""
        return f"{network}.{self.dice.randrange(256)}.{self.dice.randrange(256)}.{self.dice.randrange(1, 255)}"


Post = tuple[str, dict[str, str]]  # from where, what


def hasty(ground: Ground) -> Generator[Post, str]:
    """One address, as fast as it goes: opens the form and guesses."""
    while True:
        yield (
            "198.51.100.1",
            ground.form("198.51.100.1") | {"text": ground.spam(), "answer": str(ground.dice.randrange(99))},
        )


def filler(ground: Ground) -> Generator[Post, str]:
    """Waits, counts, has many addresses, and fills in every field that it finds."""
    while True:
        address = ground.address(11)
        sent = ground.form(address, ago=8)
        yield address, {name: value or ground.spam() for name, value in sent.items()} | {"item": ""}


def replayer(ground: Ground) -> Generator[Post, str]:
    """A person solved one form for it; it sends it over and over, with other texts, from many addresses."""
    sent = ground.form("198.51.100.3", ago=20)
    while True:
        yield ground.address(12), sent | {"text": ground.spam()}


def solver(ground: Ground) -> Generator[Post, str]:
    """Counts right, from many addresses, and does not wait."""
    while True:
        address = ground.address(13)
        sent = ground.form(address, ago=1)
        yield address, sent | {"text": ground.spam()}


def counter(ground: Ground) -> Generator[Post, str]:
    """Cannot count, but waits, has many addresses, and tries every number on one form until one is right."""
    while True:
        sent = ground.form(ground.address(14), ago=8)
        for number in range(11, 98):
            page = yield ground.address(14), sent | {"text": ground.spam(), "answer": str(number)}
            if TAKEN in page:
                break


def patient(ground: Ground) -> Generator[Post, str]:
    """Waits and counts like a person, at one address."""
    while True:
        sent = ground.form("198.51.100.6", ago=6)
        yield "198.51.100.6", sent | {"text": ground.spam()}


def forger(ground: Ground) -> Generator[Post, str]:
    """Makes stamps of its own, changes real ones, uses those of another notice; never opens the form of this one."""
    with ground.moved(-8):
        real = opened(Client(), ground.other_url)
    word, _, rest = real["stamp"].partition(".")
    forged = (real["stamp"], "", f"{word[::-1]}.{rest}", f"{word}.1.{rest.partition('.')[2]}", "0.0.0", rest)
    while True:
        yield ground.address(15), real | {"stamp": ground.dice.choice(forged), "text": ground.spam()}


PROGRAMS = {one.__name__: one for one in (hasty, filler, replayer, solver, counter, patient, forger)}


# People ---------------------------------------------------------------------------------------------------------------

WRITTEN = (  # how people write a number
    str,
    human_check.in_words,
    lambda number: "".join(chr(ord(digit) + 0xFEE0) for digit in str(number)),
    lambda number: f" {number} 。",
    lambda number: f"等于{human_check.in_words(number)}",
    lambda number: f"{number}人",
)


def person(ground: Ground, address: str, text: str, send: Callable[[str, dict[str, str]], str]) -> tuple[bool, bool]:
    """One opinion, with what happens to people on the way: (taken in, nothing typed was lost)."""
    dice, whole = ground.dice, True
    mishap = dice.choice(("", "", "", "too quick", "miscounted", "went for lunch", "twice"))
    took = {"too quick": 2, "went for lunch": 7200}.get(mishap, dice.uniform(6, 900))
    sent = ground.form(address, ago=took) | {"text": text}
    right = int(sent["answer"])
    sent["answer"] = "不知道" if mishap == "miscounted" else dice.choice(WRITTEN)(right)
    page, later = send(address, sent), 0.0
    while TAKEN not in page and later < PATIENCE:
        form = comment_form(page)
        whole = whole and form.value("text") == text
        again = dict(form.fields)
        if not again["answer"]:
            again["answer"] = dice.choice(WRITTEN)(solved(page))
        later += dice.uniform(5, 60)
        with ground.moved(later):
            page = send(address, again)
    if mishap == "twice":
        page = send(address, sent)
    return TAKEN in page, whole
