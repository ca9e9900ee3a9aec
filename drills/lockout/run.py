"""Six attacks in turn, each with a share of the guesses; what is compared with a real password is counted."""

import random
import threading
import time
from collections import Counter

from django.utils import timezone

from accounts import policy
from accounts.models import SignInCounter, User
from accounts.services import lockout, signing_in
from audit.context import address
from drills.plumbing.crowd import all_at_once
from drills.plumbing.model import Ask, Report

RIGHT = "Lan-tian-8-bai-yun"
HASH_TAKES = 0.004  # seconds: a real hash takes a hundred times as long, and gives a race its time


class Compared:
    """Stands in for the comparing function and counts, by name, what is compared with a real password."""

    def __init__(self) -> None:
        self.real, self.lock, self.by_encoded = signing_in.verify_password, threading.Lock(), Counter()

    def __call__(self, password: str, encoded: str):
        with self.lock:
            self.by_encoded[encoded] += bool(encoded)
        time.sleep(HASH_TAKES)
        return self.real(password, encoded)

    def of(self, user: User) -> int:
        return self.by_encoded[user.password]


def run(ask: Ask) -> Report:
    report = Report(count=0, missed=0, false_alarms=0)
    compared = signing_in.verify_password = Compared()
    if ask.fault:
        lockout.reserve, lockout.wrong = _check_only, _count_afterwards
    dice, rules = random.Random(ask.seed), policy.current()
    share = max(20, ask.count // 4)
    for number, attack in enumerate((_one_place, _with_the_right_one, _many_places, _many_names)):
        attack(f"round{number}", share, compared, rules, report, dice)
    report.facts["compared"] = sum(compared.by_encoded.values())
    return report


def _check_only(*, username: str, address: str, device: str = "", user: User | None = None) -> lockout.Attempt:
    """The fault: the lock is looked at, the try is counted only when it has failed."""
    place = f"device:{device}" if device else lockout.place_of(address)
    given = {"since": timezone.now(), "user": user}
    subject = lockout.subject_of(username)
    row, _ = SignInCounter.objects.get_or_create(subject=subject, place=place, defaults=given)
    return lockout.Attempt(row.locked_until is None or row.locked_until < timezone.now(), row.pk)


def _count_afterwards(*, attempt: lockout.Attempt) -> None:
    row = SignInCounter.objects.get(pk=attempt.own)
    lockout._add_one(row, policy.current().failures, timezone.now(), policy.current())


def _person(name: str) -> User:
    return User.objects.create_user(name, name="甲", password=RIGHT)


def _try(username: str, password: str, where: str, device: str = "", people: tuple[int, ...] = ()) -> bool:
    token = address.set(where)
    try:
        found = signing_in.sign_in(username=username, password=password, device=device, device_users=people)
        return found is not None
    finally:
        address.reset(token)


def _told(report: Report, answers: list, what: str) -> None:
    report.count += len(answers)
    faults = [answer for answer in answers if isinstance(answer, Exception)]
    if faults:
        report.problems.append(f"{what}: {len(faults)} tries broke down, the first by {faults[0]!r}")


def _more_than(report: Report, compared: int, allowed: int, what: str) -> None:
    report.missed += max(0, compared - allowed)
    report.facts[what] = compared
    if compared > allowed:
        report.problems.append(f"{what}: {compared} guesses were compared, {allowed} are allowed")


def _refused_wrongly(report: Report, came_in: bool, what: str) -> None:
    if not came_in:
        report.false_alarms += 1
        report.problems.append(f"locked out: {what}")


def _one_place(name, guesses, compared, rules, report, dice) -> None:
    """One name from one place, all at once; then the right password there waits, elsewhere it does not."""
    user = _person(name)
    _try(name, RIGHT, "10.0.0.9")
    answers = all_at_once(lambda number: _try(name, f"wrong {number}", "192.0.2.1"), range(guesses))
    _told(report, answers, "one place")
    _more_than(report, compared.of(user) - 1, rules.failures, "one place")
    until = SignInCounter.objects.filter(user=user, place="192.0.2.1").values_list("locked_until", flat=True)
    before = until.get()
    if _try(name, RIGHT, "192.0.2.1"):
        report.problems.append("one place: the right password came in while it was locked")
    if until.get() != before:
        report.problems.append("one place: a refused try made the lock longer")
    _refused_wrongly(report, _try(name, RIGHT, "10.0.0.9"), "the person at his own address")
    lockout.unlock(by=None, user=user)
    _refused_wrongly(report, _try(name, RIGHT, "192.0.2.1"), "the person after he was unlocked")


def _with_the_right_one(name, guesses, compared, rules, report, dice) -> None:
    """The right password stands somewhere behind the first five: it must not come in by the crowd."""
    user = _person(name)
    for number in range(rules.failures):
        _try(name, f"wrong {number}", "192.0.2.2")
    right = dice.randrange(guesses)
    given = [RIGHT if number == right else f"wrong {number}" for number in range(guesses)]
    answers = all_at_once(lambda password: _try(name, password, "192.0.2.2"), given)
    _told(report, answers, "right one in the crowd")
    _more_than(report, compared.of(user), rules.failures, "right one in the crowd")
    report.missed += answers.count(True)


def _many_places(name, guesses, compared, rules, report, dice) -> None:
    """One name from as many addresses as there are guesses: the wide counter holds; his own browser stays open."""
    user = _person(name)
    _try(name, RIGHT, "10.0.0.9", "own-browser", (user.pk,))
    places = [f"198.51.{number // 250}.{number % 250}" for number in range(guesses)]
    answers = all_at_once(lambda place: _try(name, "wrong", place), places)
    _told(report, answers, "many places")
    _more_than(report, compared.of(user) - 1, rules.wide_failures, "many places")
    _refused_wrongly(report, _try(name, RIGHT, "203.0.113.77", "own-browser", (user.pk,)), "his own browser, far away")


def _many_names(name, guesses, compared, rules, report, dice) -> None:
    """Many names, one of the frequent passwords, one address: an office behind one address keeps its browsers."""
    users = [_person(f"{name}-{number}") for number in range(guesses)]
    _try(users[0].username, RIGHT, "10.1.1.1", "own-browser", (users[0].pk,))
    before = sum(compared.of(user) for user in users)
    answers = all_at_once(lambda user: _try(user.username, "wrong", "10.1.1.1"), users)
    _told(report, answers, "many names")
    _more_than(report, sum(compared.of(user) for user in users) - before, rules.wide_failures, "many names")
    came_in = _try(users[0].username, RIGHT, "10.1.1.1", "own-browser", (users[0].pk,))
    _refused_wrongly(report, came_in, "a browser of the same office")
