"""The program's verifier and the stand-alone one say the same of a history, and what would part them is noticed."""

import random

import pytest

from audit.verify import chains
from drills.plumbing.model import Report
from drills.verifier import run as drill
from drills.verifier.agreement import verdicts
from tests.evidence import packs

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def said(tmp_path):
    """Whether each calls it intact: the program, the single file."""
    return lambda history, *given: verdicts(drill.verifier(fault=False), history, list(given), tmp_path / "pack.zip")


@pytest.fixture
def history() -> packs.History:
    rng, history = random.Random(3), packs.History([packs.Chain(3), packs.Chain(4)])
    for _ in range(4):
        for chain in history.chains:
            history.add(chain, rng, "sha256", 2)
    return history


def redact(history: packs.History, chain: packs.Chain, **named: list) -> packs.Row:
    detail = {"events": [], "changes": [], "ground": "依据"} | named
    return history.add(chain, random.Random(1), "sha256", 1, verb="evidence.redact", detail=detail)


def test_a_redaction_allows_what_stands_before_it_in_its_own_chain(said, history):
    own, other = history.chains
    event, change = own.events[1], own.changes[2][0]
    assert said(history) == (True, True)
    for row in (event, change):
        packs.blank(row, "sha256")
    assert said(history) == (False, False), "nobody has named them yet"
    redact(history, other, events=[event["id"]], changes=[change["id"]])
    assert said(history) == (False, False), "another bureau's word is none"
    redact(history, own, events=[event["id"]], changes=[change["id"]])
    assert said(history) == (True, True)


def test_a_redaction_allows_nothing_that_comes_after_it_or_with_it(said, history):
    own = history.chains[0]
    named = redact(history, own, events=[history.next_event + 1], changes=[history.next_change])
    assert said(history) == (True, True)
    packs.blank(own.changes[-1][0], "sha256")
    assert said(history) == (False, False), "a change of the same link"
    later = history.add(own, random.Random(1), "sha256", 0)
    assert named["detail"]["events"] == [later["id"]]
    packs.blank(later, "sha256")
    assert said(history) == (False, False)


@pytest.mark.parametrize("written", ["1-999999999999999999", "3-1", "1,1", "01-2", "1-", "x"])
def test_no_list_of_changes_brings_them_down(said, history, written):
    history.chains[0].links[1]["changes"] = written
    assert said(history) == (False, False)


def test_a_seal_that_is_kept_must_be_its_own(said, history):
    history.chains[0].events[1]["sealed"] = "0" * 64
    assert said(history) == (False, False)


PARTED = {
    "the order": lambda event, seen: seen.blank.clear(),
    "nothing allowed": lambda event, seen: None,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", PARTED)
def test_the_drill_notices_a_verifier_that_thinks_otherwise(name, monkeypatch, tmp_path):
    monkeypatch.setattr(chains, "_allow", PARTED[name])
    report, module = Report(), drill.verifier(fault=False)
    for number in range(400):
        drill.both(report, module, tmp_path / "pack.zip", 1, number)
        if report.problems:
            return
    pytest.fail("nobody noticed")
