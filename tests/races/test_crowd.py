"""Many at once: eight real processes on the same registers, and fifty people in the browser's way."""

import multiprocessing
import random
import re
from collections import Counter
from functools import partial

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import User
from registers.models import Block, Register
from tests.races.arena import (
    FILL,
    ISSUE,
    REVIEW,
    ROUNDS,
    Arena,
    at_once,
    events_match_decisions,
    make_arena,
    submit_all,
)
from tests.races.worker import agree_on_all
from workflow.enums import Action
from workflow.models import Decision

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
STEPS = [FILL, REVIEW, ISSUE]
PROCESSES = 8
PEOPLE = 50
SAVES = 3
HIDDEN = re.compile(r'name="(key|seen)" value="([^"]*)"')


def test_eight_processes_approve_the_same_registers_at_once():
    arena = make_arena(ROUNDS, steps=STEPS, offices=PROCESSES)
    registers = submit_all(arena)
    ids = [register.pk for register in registers]
    start = multiprocessing.get_context("forkserver")  # eight processes with nothing of this one; loaded once for all
    start.set_forkserver_preload([agree_on_all.__module__])
    barrier, results = start.Barrier(PROCESSES), start.Queue()
    database = {key: connection.settings_dict[key] for key in ("NAME", "HOST", "PORT", "USER", "PASSWORD")}
    people = [
        start.Process(target=agree_on_all, args=(database, ids, user.pk, barrier, results)) for user in arena.office
    ]
    for person in people:
        person.start()
    told = [line for _ in people for line in results.get(timeout=120)]
    for person in people:
        person.join(timeout=30)
    assert not [word for _, word in told if word.startswith("fault")], told
    assert Counter(pk for pk, word in told if word == "won") == dict.fromkeys(ids, 1)
    for register in registers:
        assert Decision.objects.filter(register=register, action=Action.AGREE).count() == 1
        assert events_match_decisions(register)


def signed_in(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def saves(client: Client, register: Register) -> list[int]:
    """Opens the filling page and adds rows."""
    page = client.get(reverse("register_fill", args=[register.pk]))
    added = [client.post(reverse("register_row_add", args=[register.pk])) for _ in range(SAVES)]
    return [page.status_code, *(answer.status_code for answer in added)]


def opened_and_sent(client: Client, address: str) -> list[int]:
    """The page of an act, and the act with what the page showed."""
    page = client.get(address)
    sent = client.post(address, dict(HIDDEN.findall(page.content.decode())))
    return [page.status_code, sent.status_code]


def submits(client: Client, register: Register) -> list[int]:
    """Reads what will be sent, then sends it."""
    return opened_and_sent(client, reverse("register_submit", args=[register.pk]))


def decides(client: Client, registers: list[Register]) -> list[int]:
    """Agrees to whatever has arrived of half of them, in an order of his own."""
    some = random.sample(registers, len(registers) // 2)
    addresses = [reverse("register_agree", args=[register.pk]) for register in some]
    return [status for address in addresses for status in opened_and_sent(client, address)]


def test_fifty_people_save_and_decide_at_once():
    arena = make_arena(PEOPLE - 4, steps=STEPS, offices=4)
    registers = arena.registers()
    half = len(registers) // 2
    outcomes = at_once(*people_of(arena, registers, half))
    assert not [outcome.error for outcome in outcomes if not outcome.won]
    answers = Counter(status for outcome in outcomes for status in outcome.result)
    # A page, done, or a sentence: not here (403), not now (409). Never an error.
    assert set(answers) <= {200, 302, 403, 404, 409}, answers
    agreed = Decision.objects.filter(register__in=registers, action=Action.AGREE)
    assert agreed.exists(), "decisions were made meanwhile"
    for register in registers[:half]:
        assert Block.objects.filter(register=register).count() == 1 + SAVES, "what was saved is there"
    for register in registers[half:]:
        assert Decision.objects.filter(register=register, action=Action.SUBMIT).count() == 1
        assert Decision.objects.filter(register=register, action=Action.AGREE).count() <= 1
        assert events_match_decisions(register)


def people_of(arena: Arena, registers: list[Register], half: int) -> list[partial]:
    """Half of the holders save, the other half submit, and the office decides."""
    people = [partial(saves, signed_in(arena.filler(row)), row) for row in registers[:half]]
    people += [partial(submits, signed_in(arena.filler(row)), row) for row in registers[half:]]
    people += [partial(decides, signed_in(user), registers[half:]) for user in arena.office]
    assert len(people) == PEOPLE
    return people
