"""The public comment form is for people: time, a plain question, one form for one opinion, a trap; nothing is lost."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.workflow.notice_world import at_notice, make_notice_world, published
from tests.workflow.visitors import comment_form, opened, solved, take_no_time
from workflow import human_check
from workflow.models import Comment
from workflow.services import comments

TEXT = "规划管理岗的措施不具体"


@pytest.fixture
def notice(db):
    world = make_notice_world()
    return published(world, at_notice(world.cycle, world.posts["规划管理岗"]))


@pytest.fixture
def url(notice):
    return reverse("public_comment", args=[notice.pk])


@pytest.fixture
def later(monkeypatch):
    """The clock, put on by so many seconds."""
    now = timezone.now()

    def put(seconds: float) -> None:
        monkeypatch.setattr(timezone, "now", lambda: now + datetime.timedelta(seconds=seconds))

    put(0)
    return put


def kept(page: str) -> bool:
    return comment_form(page).value("text") == TEXT


# Numbers and questions ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    "23 ２３ 二十三 二三 贰拾叁 貳拾叁 ２３。 (23) 23个 二十三人 是23 =23 等于２３".split()
    + [" 2 3 ", "二 十三", "还剩23张", "二十三\n"],
)
def test_a_number_is_read_however_it_is_written(written):
    assert human_check.number_of(written.strip("()")) == 23


def test_every_number_is_read_in_digits_and_in_words():
    for number in range(100):
        assert human_check.number_of(str(number)) == human_check.number_of(human_check.in_words(number)) == number


@pytest.mark.parametrize("written", ["", "不知道", "一百二十", "2.5", "-3", "二十三四", "十十", "٣", "²3x", "0x17"])
def test_what_is_no_such_number_is_none(written):
    assert human_check.number_of(written) is None


def test_the_words_alone_lead_to_the_answer_and_no_answer_is_frequent():
    """As a visitor counts it; whoever answers blindly is right once in fifty times at most."""
    answers = []
    for number in range(2000):
        question, answer = human_check._asked(f"word {number}")
        assert solved(f'<label for="id_answer">{question}</label>') == answer
        answers.append(answer)
    assert max(map(answers.count, set(answers))) <= len(answers) / 40


def test_neither_the_stamp_nor_the_page_tells_the_answer(client, url):
    page = client.get(url).content.decode()
    assert "answer" not in comment_form(page).value("stamp")
    shown = re.sub(r'value="[^"]*"', "", page)
    assert f">{solved(page)}<" not in shown
    assert "<img" not in page


# The form -------------------------------------------------------------------------------------------------------------


def test_somebody_who_takes_his_time_and_counts_is_heard(client, url, later):
    sent = opened(client, url) | {"text": TEXT}
    later(human_check.LEAST.seconds)
    assert "查询码" in client.post(url, sent).content.decode()
    assert Comment.objects.get().text == TEXT


def test_who_is_too_quick_waits_and_sends_the_very_form_again(client, url, later):
    sent = opened(client, url) | {"text": TEXT, "contact": "某信箱"}
    later(2)
    page = client.post(url, sent).content.decode()
    assert "请稍等几秒再提交" in page
    assert not Comment.objects.exists()
    again = dict(comment_form(page).fields)
    assert {name: again[name] for name in ("text", "contact", "stamp", "answer")} == {
        name: sent[name] for name in ("text", "contact", "stamp", "answer")
    }
    later(human_check.LEAST.seconds)
    client.post(url, again)
    assert Comment.objects.count() == 1


def test_a_wrong_answer_brings_another_question_and_the_text_stays(client, url, later):
    sent = opened(client, url) | {"text": TEXT, "answer": "〇"}
    later(30)
    page = client.post(url, sent).content.decode()
    assert kept(page)
    form = comment_form(page)
    assert form.value("answer") == ""
    assert form.value("stamp") != sent["stamp"]
    assert "答得不对" in page
    client.post(url, dict(form.fields) | {"answer": human_check.in_words(solved(page))})
    assert Comment.objects.count() == 1, "the time that he took already counts"


@pytest.mark.parametrize("stamp", ["", "nonsense", "a.b.c", "x" * 3000, "中文"])
def test_without_a_stamp_of_ours_nothing_is_taken_in_and_the_text_stays(client, url, monkeypatch, stamp):
    take_no_time(monkeypatch)
    page = client.post(url, {"text": TEXT, "answer": "23", "stamp": stamp}).content.decode()
    assert not Comment.objects.exists()
    assert kept(page)
    form = comment_form(page)
    client.post(url, dict(form.fields) | {"answer": str(solved(page))})
    assert Comment.objects.count() == 1


def test_a_stamp_is_good_for_one_notice_and_one_day(client, notice, url, later):
    world = make_notice_world()
    other = published(world, at_notice(world.cycle, world.posts["规划管理岗"]))
    sent = opened(client, reverse("public_comment", args=[other.pk])) | {"text": TEXT}
    later(60)
    assert "不是刚才打开的" in client.post(url, sent).content.decode()
    sent = opened(client, url) | {"text": TEXT}
    later(60 + 24 * 3600 + 1)
    page = client.post(url, sent).content.decode()
    assert "一天以上" in page
    assert kept(page)
    assert not Comment.objects.exists()


def test_one_form_brings_one_opinion_and_no_words_are_dropped_in_silence(client, url, monkeypatch):
    take_no_time(monkeypatch)
    sent = opened(client, url) | {"text": "第一条意见的内容"}
    code = client.post(url, sent).content.decode().split("<strong>")[1].split("<")[0]
    assert code in client.post(url, sent).content.decode(), "a double click gives the same code"
    response = client.post(url, sent | {"text": TEXT})
    page = response.content.decode()
    assert response.status_code == 409
    assert "已经提交过一条意见" in page
    assert kept(page)
    assert Comment.objects.count() == 1
    client.post(url, dict(comment_form(page).fields) | {"answer": str(solved(page))})
    assert Comment.objects.count() == 2


def test_a_program_that_fills_in_the_trap_is_stopped_and_the_text_stays_in_the_form(client, url, monkeypatch):
    take_no_time(monkeypatch)
    sent = opened(client, url) | {"text": TEXT, "homepage": "http://spam.example"}
    page = client.post(url, sent).content.decode()
    assert not Comment.objects.exists()
    assert kept(page)
    assert "spam.example" not in page
    client.post(url, dict(comment_form(page).fields))
    assert Comment.objects.count() == 1


def test_what_is_refused_leaves_no_row(client, url, later):
    client.get(url)
    tables = [Comment, comments.rates.RateHit]
    before = [model.objects.count() for model in tables]
    for number in range(5):
        client.post(url, opened(client, url) | {"text": f"{TEXT}{number}"})
        client.post(url, {"text": TEXT, "answer": str(number)})
    assert [model.objects.count() for model in tables] == before


def test_who_is_signed_in_is_asked_nothing(client, notice):
    client.force_login(notice.drafted_by)
    page = client.get(reverse("notice_comment", args=[notice.pk])).content.decode()
    assert "id_answer" not in page
