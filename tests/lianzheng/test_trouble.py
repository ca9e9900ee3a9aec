"""When the database or the disk fails: a polite page, nothing typed lost, the next request as if nothing had been."""

import errno

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, OperationalError, connection
from django.urls import reverse

from lianzheng.trouble import AWAY, BUSY, FULL, MET, trouble_of
from tests.factories import make_user


def caused(fault: Exception, cause: Exception) -> Exception:
    fault.__cause__ = cause
    return fault


@pytest.mark.parametrize(
    "fault, trouble",
    [
        (OperationalError("database or disk is full"), FULL),
        (OSError(errno.ENOSPC, "No space left on device"), FULL),
        (caused(OperationalError("x"), psycopg.errors.DiskFull()), FULL),
        (OperationalError("database is locked"), BUSY),
        (caused(OperationalError("x"), psycopg.errors.LockNotAvailable()), BUSY),
        (OperationalError("the connection is lost"), AWAY),
        (caused(OperationalError("x"), psycopg.errors.AdminShutdown()), AWAY),
        (caused(OperationalError("x"), psycopg.errors.DeadlockDetected()), MET),
        (caused(OperationalError("x"), psycopg.errors.SerializationFailure()), MET),
        (IntegrityError("UNIQUE constraint failed: a.b"), MET),
        (IntegrityError("NOT NULL constraint failed: a.b"), None),
        (OSError(errno.ENOENT, "gone"), None),
        (DatabaseError("the chain could not be continued"), None),
        (ValueError("database is locked"), None),
    ],
)
def test_each_failure_has_its_sentence_and_an_error_of_ours_has_none(fault, trouble):
    assert trouble_of(fault) == trouble


@pytest.fixture
def signed_in(client, db):
    client.raise_request_exception = False
    client.force_login(make_user("甲"))
    return client


def failing(fault: Exception):
    """Every question to the database fails within."""

    def wrapper(execute, sql, params, many, context):
        raise fault

    return connection.execute_wrapper(wrapper)


def test_a_full_disk_gives_the_form_back_with_what_was_typed(signed_in):
    with failing(OperationalError("database or disk is full")):
        answer = signed_in.post("/registers/1/agree/", {"opinion": "同意，依据充分", "key": "k1"})
    page = answer.content.decode()
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "磁盘空间不足" in page
    assert 'name="opinion" value="同意，依据充分"' in page
    assert 'name="key" value="k1"' in page
    assert 'action="/registers/1/agree/"' in page
    assert signed_in.get("/").status_code == 200, "the next request is as ever, the session too"


def test_reading_a_page_while_the_database_is_away_asks_to_open_it_again(signed_in):
    with failing(OperationalError("the connection is lost")):
        answer = signed_in.get("/registers/1/")
    assert answer.status_code == 503
    assert 'href="/registers/1/"' in answer.content.decode()


def test_autosave_is_told_in_one_word(signed_in):
    with failing(OperationalError("database is locked")):
        answer = signed_in.post("/registers/1/fill/rows/1/", {"matter": "x"}, headers={"X-Autosave": "1"})
    assert answer.status_code == 503
    assert answer.json() == {"refusal": BUSY.sentence}


def test_a_password_is_never_given_back(client, db):
    client.raise_request_exception = False
    with failing(OperationalError("database is locked")):
        answer = client.post(reverse("login"), {"username": "jia", "password": "geheim 1"})
    assert answer.status_code == 503
    assert "geheim" not in answer.content.decode()


def test_an_error_of_the_program_stays_one(signed_in):
    with failing(ZeroDivisionError()):
        answer = signed_in.get("/registers/1/")
    assert answer.status_code == 500
    assert "系统出错" in answer.content.decode()
