"""Costly pages: one person gets so many, then a page that says when to come again; others notice nothing."""

import threading

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from lianzheng import costly
from lianzheng.costly import COSTLY, EXPORT, Limit, Turns
from tests.factories import make_user
from tests.matrix.addresses import patterns

FEW = Limit("查询", 3, seconds=60, at_once=2)
# What ends so is a file that is made for the one who asks.
MADE = ("_pdf", "_xlsx", "_export", "_workbook", "_marked", "_template", "_specimen", "_report")


@pytest.fixture
def limited(settings, monkeypatch, db):
    settings.COSTLY_LIMITS = True
    monkeypatch.setitem(COSTLY, "units", (costly.READ, FEW))


def signed_in(name: str) -> Client:
    client = Client()
    client.force_login(make_user(name))
    return client


def test_the_next_one_is_told_when_to_come_again_and_others_are_not_in_his_way(limited):
    eager, other = signed_in("甲"), signed_in("乙")
    path = reverse("units")
    assert [eager.get(path).status_code for _ in range(3)] == [200] * 3
    answer = eager.get(path)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert "请稍等一会儿" in answer.content.decode()
    assert answer.headers["X-Request-Id"] in answer.content.decode()
    assert eager.get("/account/").status_code == 200, "only what costs is limited"
    assert other.get(path).status_code == 200


def test_who_is_not_signed_in_is_counted_by_his_address(limited, monkeypatch):
    monkeypatch.setitem(COSTLY, "public", (costly.READ, FEW))
    client, path = Client(), reverse("public")
    assert [client.get(path, REMOTE_ADDR="2001:db8::1").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert client.get(path, REMOTE_ADDR="2001:db8::2").status_code == 429, "the same network"
    assert client.get(path, REMOTE_ADDR="2001:db8:1::2").status_code == 200


def test_only_so_many_are_made_at_once_and_a_turn_comes_back_when_it_is_done():
    turns = Turns()
    assert [turns.enter("甲", FEW) for _ in range(3)] == [0, 0, costly.SOON]
    assert turns.enter("乙", FEW) == 0
    turns.leave("甲", FEW)
    assert turns.enter("甲", FEW) == 0


def test_the_window_moves_and_nothing_is_kept_for_ever():
    now = [0.0]
    turns = Turns(lambda: now[0])
    for _ in range(3):
        assert turns.enter("甲", FEW) == 0
        turns.leave("甲", FEW)
    assert turns.enter("甲", FEW) == 61
    now[0] = 60.5
    assert turns.enter("甲", FEW) == 0
    turns.leave("甲", FEW)
    now[0] = 500.0
    assert turns.enter("乙", FEW) == 0
    assert {who for who, _ in turns._taken} == {"乙"}


def test_of_many_at_the_same_moment_no_more_get_in_than_may():
    turns, got, start = Turns(), [], threading.Barrier(20)

    def ask():
        start.wait()
        got.append(turns.enter("甲", FEW))

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got.count(0) == FEW.at_once


def test_a_page_that_breaks_gives_its_turn_back(limited, monkeypatch):
    client = signed_in("甲")
    client.raise_request_exception = False
    monkeypatch.setattr("registers.views.organisation.render", lambda *given: 1 / 0)
    monkeypatch.setattr("registers.views.organisation.redirect", lambda *given: 1 / 0)
    monkeypatch.setitem(COSTLY, "units", (costly.READ, Limit("查询", 50, at_once=1)))
    assert {client.get(reverse("units")).status_code for _ in range(4)} == {500}


def test_every_address_that_makes_a_file_is_in_the_table_and_all_of_the_table_are_addresses():
    assert get_resolver()
    names = {pattern.name for pattern in patterns()}
    assert not COSTLY.keys() - names
    made = {name for name in names if name.endswith(MADE)}
    assert not made - COSTLY.keys()
    assert COSTLY["paper_pdf"] == (costly.READ, EXPORT)
