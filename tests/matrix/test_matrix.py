"""The matrix: addresses from the URL configuration × people × places × GET and POST.

Of those who get the same answer at the same place two are asked, by turns; `bin/drill matrix` asks everybody.
"""

import logging
from collections.abc import Iterator

import pytest
from django.db import transaction

from accounts.models import User
from registers import access
from registers.models import Register
from tests.matrix.addresses import patterns
from tests.matrix.answers import TABLE, read, table
from tests.matrix.cast import IDENTITIES, Cast, make_cast
from tests.matrix.judging import ASK_FOR_NOTHING, Cell, Judge, cells_of, some
from tests.plumbing.database import on_postgresql
from workflow import access as workflow_access

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(on_postgresql(), reason="the rules are the same on every database; asked once, on SQLite"),
]
NAMES = sorted({pattern.name or str(pattern.pattern) for pattern in patterns()})


@pytest.fixture(scope="module")
def cast(django_db_setup, django_db_blocker):
    """The two worlds, made once; everything is rolled back at the end."""
    logging.disable(logging.CRITICAL)  # thousands of refusals are no news
    with django_db_blocker.unblock():
        with transaction.atomic():
            yield make_cast()
            transaction.set_rollback(True)
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def judge(cast) -> Judge:
    return Judge(cast)


def test_every_address_is_listed_and_nothing_else():
    listed = {name for name, _, _ in table()}
    assert all(pattern.name for pattern in patterns()), "every address has a name"
    assert not set(NAMES) - listed, "addresses without expected answers (tests/matrix/answers.txt)"
    assert not listed - set(NAMES), "expected answers for addresses that are gone"


def test_no_two_addresses_share_a_name():
    names = [pattern.name for pattern in patterns()]
    assert len(names) == len(set(names))


@pytest.mark.django_db  # only then is there a database when nothing else is run
@pytest.mark.parametrize("name", NAMES)
def test_everybody_gets_the_answer_that_is_written(name: str, cast: Cast, judge: Judge):
    faults = [fault for cell in some(all_cells(name, cast)) for fault in judge.faults(cell)]
    assert not faults, "\n" + "\n".join(faults[:60])


@pytest.mark.django_db
def test_at_least_five_thousand_cells_are_asked(cast: Cast):
    assert sum(len(some(all_cells(name, cast))) for name in NAMES) >= 5_000


def all_cells(name: str, cast: Cast) -> Iterator[Cell]:
    (pattern,) = (pattern for pattern in patterns() if pattern.name == name)
    return cells_of(pattern, cast)


def faults_of(who: set[str], name: str, cast: Cast, judge: Judge) -> list[str]:
    """Every cell of one address that is not as written for these people."""
    return [fault for cell in all_cells(name, cast) if cell.who in who for fault in judge.faults(cell)]


# The matrix bites


@pytest.mark.django_db
def test_it_bites_when_everybody_sees_every_register(monkeypatch, cast, judge):
    monkeypatch.setattr(workflow_access, "visible_registers", lambda user: Register.objects.all())
    monkeypatch.setattr(access, "visible_registers", lambda user: Register.objects.all())
    faults = faults_of({"foreign_holder", "system_admin"}, "register_versions", cast, judge)
    assert any("by foreign_holder: 200, expected 404" in fault for fault in faults)
    assert any("by system_admin: 200, expected 404" in fault for fault in faults)


@pytest.mark.django_db
def test_it_bites_when_nobody_asks_for_the_right_to_keep_the_organisation(monkeypatch, cast, judge):
    monkeypatch.setattr(access.Standing, "may_own", lambda *given: True)
    faults = faults_of({"holder"}, "unit_edit", cast, judge)
    assert any("by holder: 200, expected 403" in fault for fault in faults)


@pytest.mark.django_db
def test_it_bites_when_reading_writes(monkeypatch, cast, judge):
    def nosy(user):
        User.objects.filter(pk=user.pk).update(name=user.name)
        return Register.objects.none()

    monkeypatch.setattr(access, "visible_registers", nosy)
    assert any("wrote accounts_user" in fault for fault in faults_of({"holder"}, "register", cast, judge))


def test_a_row_is_read_from_the_left():
    (row,) = read("unit_add  GET+POST  own other  200 office; 404 FAR audit_admin; 403 *")
    answers = {who: row.answer(who) for who in ("office", "foreign_office", "audit_admin", "holder", "anonymous")}
    assert list(answers.values()) == ["200", "404", "404", "403", "login"]


@pytest.mark.parametrize(
    "line", ["unit GET 200 *", "unit GET own 200 nobody", "unit PUT own 200 *", "unit GET near 200 *"]
)
def test_a_faulty_row_is_an_error(line):
    with pytest.raises(ValueError, match=r"."):
        read(line)


def test_the_table_is_written_without_gaps():
    for (name, method, place), row in table().items():
        asked = ASK_FOR_NOTHING if place == "none" else IDENTITIES
        missing = [who for who in asked if row.answer(who) is None]
        assert not missing, f"{TABLE.name}: {name} {method} {place}: nothing for {missing}"


def test_at_least_ten_kinds_of_people_ask():
    assert len(IDENTITIES) >= 18
