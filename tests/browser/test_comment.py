"""An opinion on a public notice in a real browser: without script, by keyboard, on desk and phone, accessible."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.plumbing.accessibility import assert_accessible
from tests.workflow.notice_world import at_notice, make_notice_world, published
from tests.workflow.visitors import solved
from workflow.models import Comment

pytestmark = pytest.mark.django_db(transaction=True)
SIZES = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
TEXT = "规划管理岗的措施不具体，请核查"


@pytest.fixture
def url():
    world = make_notice_world()
    return reverse("public_comment", args=[published(world, at_notice(world.cycle, world.posts["规划管理岗"])).pk])


@pytest.mark.parametrize("size", SIZES)
def test_the_form_asks_a_question_and_keeps_what_was_typed(new_page, url, size):
    page = new_page(viewport=SIZES[size])
    page.goto(url)
    assert_accessible(page)
    page.get_by_label("意见", exact=False).first.fill(TEXT)
    page.locator("#id_answer").fill("不知道")
    page.get_by_role("button", name="提交意见").click()
    expect(page.get_by_text("答得不对").first).to_be_visible()
    expect(page.locator("#id_text")).to_have_value(TEXT)
    expect(page.locator("#id_answer")).to_have_value("")
    assert_accessible(page)


def test_without_script_and_by_keyboard_a_person_is_heard(new_page, url):
    page = new_page(java_script_enabled=False)
    page.goto(url)
    page.locator("#id_text").focus()
    page.keyboard.insert_text(TEXT)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.insert_text(str(solved(page.content())))
    page.wait_for_timeout(5000)
    page.keyboard.press("Enter")
    expect(page.get_by_text("您的查询码")).to_be_visible()
    assert Comment.objects.get().text == TEXT
