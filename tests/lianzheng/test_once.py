"""A form is acted on once, however often it is sent."""

import re
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.template import Context, Template
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from audit import once, spent
from audit.models import Event, Spent
from drills.plumbing.forms import forms_of
from lianzheng.once import REPEATABLE, SAID
from registers.models import Unit
from tests.factories import grant, make_bureau, make_section
from tests.matrix.addresses import patterns

ASKED = "刚才已经办过一样的"
WORD = re.compile(r'name="once" value="([\w-]{20,})"')


def signed_in(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


@pytest.fixture
def office(transactional_db) -> Client:
    client = signed_in(grant(Role.OFFICE, make_bureau("办理局")))
    client.bureau = Unit.objects.get(name="办理局")
    client.adding = reverse("unit_add", args=[client.bureau.pk])
    return client


def form_of(client: Client, **typed: str) -> dict[str, str]:
    """As the page shows it, filled in."""
    forms = forms_of(client.get(client.adding).content.decode(), client.adding)
    shown = next(form for form in forms if form.action == client.adding)
    return dict(shown.fields) | {"name": "甲股", "kind": "section", "reason": "三定规定"} | typed


def test_every_form_has_a_word_of_its_own():
    page = Template("{% csrf_token %}{% csrf_token %}").render(Context({"csrf_token": "t"}))
    assert page.count("csrfmiddlewaretoken") == 2
    assert len(set(WORD.findall(page))) == 2


def test_a_form_sent_again_leads_where_it_led_and_does_nothing(office):
    form = form_of(office)
    first = office.post(office.adding, form)
    acts = Event.objects.filter(verb__startswith="unit.").count()
    again = office.post(office.adding, form)
    assert (first.status_code, again.status_code) == (302, 302)
    assert again.url == first.url
    assert Unit.objects.filter(name="甲股").count() == 1
    assert Event.objects.filter(verb__startswith="unit.").count() == acts
    assert SAID in office.get(first.url).content.decode()


def test_a_form_that_came_back_with_an_error_is_taken_when_it_is_corrected(office):
    form = form_of(office, name="")
    assert office.post(office.adding, form).status_code == 200
    assert not Spent.objects.exists()
    assert office.post(office.adding, form | {"name": "甲股"}).status_code == 302
    assert Unit.objects.filter(name="甲股").exists()


def test_what_was_typed_anew_after_going_back_is_another_act(office):
    form = form_of(office)
    office.post(office.adding, form)
    assert office.post(office.adding, form | {"name": "乙股"}).status_code == 302
    assert Unit.objects.filter(name__in=("甲股", "乙股")).count() == 2


def test_of_two_equal_forms_at_one_moment_one_acts_and_both_lead_there(office):
    form, barrier, answers = form_of(office), Barrier(3), []
    clients = [Client(raise_request_exception=False) for _ in range(3)]

    def send(client: Client) -> None:
        client.cookies = office.cookies
        barrier.wait(10)
        answers.append(client.post(office.adding, form))
        connection.close()

    threads = [Thread(target=send, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert {answer.status_code for answer in answers} == {302}
    assert len({answer.url for answer in answers}) == 1
    assert Unit.objects.filter(name="甲股").count() == 1


def test_an_equal_form_that_was_done_between_the_two_looks_leads_where_it_led(office, monkeypatch):
    form = form_of(office)
    first = office.post(office.adding, form)
    look, early = spent.find, [None]
    monkeypatch.setattr(spent, "find", lambda digest, **how: early.pop() if early else look(digest, **how))
    again = office.post(office.adding, form)
    assert (again.status_code, again.url) == (302, first.url)


def test_what_was_shown_once_is_not_made_anew_by_sending_the_page_again(office):
    keeper = signed_in(grant(Role.SYSTEM_ADMIN, office.bureau))
    address = reverse("account_add")
    page = keeper.get(address).content.decode()
    form = {"once": WORD.findall(page)[-1], "username": "xinren", "name": "甲", "bureau": office.bureau.pk}
    first = keeper.post(address, form)
    assert "一次性密码" in first.content.decode()
    password = User.objects.get(username="xinren").password
    again = keeper.post(address, form).content.decode()
    assert "已经办理过" in again
    assert User.objects.get(username="xinren").password == password


def test_another_person_s_form_of_the_same_word_is_his_own(office):
    form = form_of(office)
    office.post(office.adding, form)
    other = signed_in(grant(Role.OFFICE, office.bureau))
    assert SAID not in other.post(office.adding, form | {"name": "丙股"}, follow=True).content.decode()
    assert Unit.objects.filter(name="丙股").exists()


def test_an_act_that_failed_spends_nothing(office):
    make_section(office.bureau, "甲股")
    form = form_of(office)
    assert office.post(office.adding, form).status_code in (200, 409)
    assert not Spent.objects.exists()


@pytest.mark.django_db
def test_forms_of_long_ago_are_forgotten():
    now = timezone.now()
    Spent.objects.create(digest="old", at=now - spent.KEPT * 2)
    Spent.objects.create(digest="new", at=now)
    spent.drop_old()
    assert [row.digest for row in Spent.objects.all()] == ["new"]


def test_what_may_be_repeated_is_an_address_and_says_why():
    assert REPEATABLE.keys() <= {pattern.name for pattern in patterns()}
    assert all(REPEATABLE.values())
    assert once.current.get() is None


def test_the_same_text_in_a_page_loaded_anew_is_asked_about_and_goes_on_when_it_is_meant(office):
    """As the back button does it: the page comes anew, the browser fills in what was typed."""
    first = office.post(office.adding, form_of(office))
    asked = office.post(office.adding, form_of(office))
    page = asked.content.decode()
    assert (first.status_code, asked.status_code) == (302, 409)
    assert ASKED in page
    assert first.url in page
    meant = next(form for form in forms_of(page) if ("again", "1") in form.buttons)
    assert ASKED not in office.post(office.adding, dict(meant.fields) | {"again": "1"}).content.decode()


def test_the_same_text_is_not_asked_about_when_it_was_long_ago_or_somebody_else_s(office):
    office.post(office.adding, form_of(office))
    other = signed_in(grant(Role.OFFICE, office.bureau))
    other.adding = office.adding
    assert ASKED not in other.post(office.adding, form_of(other)).content.decode()
    Spent.objects.update(at=timezone.now() - spent.MOMENT * 2)
    assert ASKED not in office.post(office.adding, form_of(office)).content.decode()
