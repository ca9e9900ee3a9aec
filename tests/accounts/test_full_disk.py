"""Where nothing can be written any more, pages can still be read."""

import datetime

import pytest
from django.db import OperationalError, connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import Session
from accounts.roles import Role
from tests.factories import grant, make_bureau

pytestmark = pytest.mark.django_db(transaction=True)
TOLD = '[["__json_message", 0, 25, "已保存。", ""]]'


def no_room(execute, sql, params, many, context):
    if sql.startswith(("INSERT", "UPDATE", "DELETE")):
        raise OperationalError("database or disk is full")
    return execute(sql, params, many, context)


def test_a_page_is_read_though_neither_the_visit_nor_what_it_tells_can_be_noted(client):
    client.force_login(grant(Role.OFFICE, make_bureau()))
    session = client.session
    session["_messages"] = TOLD
    session.save()
    Session.objects.update(seen_at=timezone.now() - datetime.timedelta(minutes=3))
    with connection.execute_wrapper(no_room):
        answer = client.get(reverse("home"))
    assert answer.status_code == 200
    assert "已保存。" in answer.content.decode()
    assert "已保存。" in client.get(reverse("home")).content.decode(), "it is told again, as it could not be forgotten"
    assert "已保存。" not in client.get(reverse("home")).content.decode()


def test_an_act_is_not_said_to_be_done_when_its_session_cannot_be_saved(client):
    client.raise_request_exception = False
    client.force_login(grant(Role.OFFICE, make_bureau()))
    with connection.execute_wrapper(no_room):
        answer = client.post(reverse("session_end"))
    assert answer.status_code == 503
