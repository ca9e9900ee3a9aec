"""What holds for every answer and every line of the log; `bin/drill headers` asks all addresses."""

import json
import logging
import re

import pytest
from django.urls import reverse

from lianzheng.errors import PAGES
from lianzheng.logs import OneLine
from lianzheng.middleware import HEADERS
from tests.factories import make_user

NASTY = "\r\n2026 ERROR \x1b[2J\u2028\u2029\x85\x9b\u202e\ud800\x00{}%s甲"


def test_nothing_answers_before_what_sets_the_headers(settings):
    assert settings.MIDDLEWARE[0] == "lianzheng.middleware.EveryAnswer"
    assert "unsafe-inline" not in HEADERS["Content-Security-Policy"]


@pytest.mark.django_db
def test_an_error_page_tells_the_number_that_stands_in_the_log(client, caplog):
    client.raise_request_exception = False
    asked = {
        400: client.get("/", headers={"host": "evil.example"}),
        403: client.post("/signin/", headers={"sec-fetch-site": "cross-site"}),
        404: client.get("/nothing/"),
        413: client.post("/signin/", {"x": "甲" * 2_000_000}),
    }
    for status, answer in asked.items():
        number = answer.headers["X-Request-Id"]
        assert answer.status_code == status
        assert number in answer.content.decode()
        lines = [json.loads(OneLine().format(one)) for one in caplog.records]
        assert number in {line.get("request") for line in lines}
    assert len({answer.headers["X-Request-Id"] for answer in asked.values()}) == len(asked)
    assert PAGES[413].title in asked[413].content.decode()


@pytest.mark.django_db
def test_an_error_of_ours_says_nothing_of_the_inside(client, monkeypatch):
    client.raise_request_exception = False
    client.force_login(make_user("甲"))
    monkeypatch.setattr("workflow.views.home.render", lambda *given: 1 / 0)
    answer = client.get("/")
    assert answer.status_code == 500
    assert answer.headers["X-Request-Id"] in answer.content.decode()
    assert not re.search("division|Traceback|home.py", answer.content.decode())
    assert all(answer.headers[name] == value for name, value in HEADERS.items())


@pytest.mark.django_db
def test_what_is_signed_in_is_not_kept_and_what_is_signed_out_is_cleared(client):
    client.force_login(make_user("甲"))
    assert client.get("/account/").headers["Cache-Control"] == "no-store"
    assert client.post(reverse("logout")).headers["Clear-Site-Data"] == '"cache"'


def test_a_record_is_one_line_whatever_stands_in_it():
    record = logging.LogRecord(NASTY, logging.ERROR, "x", 1, "%s", (NASTY,), None)
    try:
        raise ValueError(NASTY)
    except ValueError as fault:
        record.exc_info = (ValueError, fault, fault.__traceback__)
    line = OneLine().format(record)
    assert line.isprintable()
    assert json.loads(line)["message"] == NASTY
    line.encode()


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/ledger/?kind=a%00b", "/ledger/?%00=1", "/import/a%00b/", "/public/?page=%00"])
def test_a_nul_is_refused_wherever_it_stands(client, path):
    client.force_login(make_user("甲"))
    assert client.get(path).status_code == 400
    assert client.post(path.partition("?")[0].replace("%00", ""), {"text": "a\0b"}).status_code == 400
