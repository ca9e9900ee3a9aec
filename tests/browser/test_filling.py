"""A clerk at the filling page in a real browser: typing saves itself, two windows lose nothing, no script is needed."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from registers.models import RiskPoint
from tests import factories as make
from tests.plumbing.accessibility import assert_accessible
from workflow import desks
from workflow.models import Task

NAME = "textarea[name$='-name']"


@pytest.fixture
def register(transactional_db):
    post = make.make_post(make.make_section(make.make_bureau()), duties="承办规划许可")
    register = make.make_register(post, filler=make.appoint(post))
    make.make_row(register, make.make_power(post, steps=("受理", "审查")))
    Task.objects.create(register=register, step=register.step, round=1, desk=desks.of_post(post.pk))
    return register


@pytest.fixture
def signed_in(client, register, live_server):
    """The page of a window in which the filler is signed in, already at the filling page."""
    client.force_login(register.filler)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}

    def go(page):
        page.context.add_cookies([cookie])
        page.goto(reverse("register_fill", args=(register.pk,)))
        return page

    return go


def test_what_is_typed_saves_itself(page, signed_in, register):
    window = signed_in(page)
    window.locator(NAME).fill("越权作出许可")
    expect(window.locator(".block [data-save-state]").last).to_contain_text("已保存")
    assert RiskPoint.objects.get(register=register).name == "越权作出许可"
    assert_accessible(window)


def test_two_windows_meet_and_nothing_is_lost(page, new_page, signed_in, register, screenshot):
    first, second = signed_in(page), signed_in(new_page())
    first.locator(NAME).fill("第一个窗口写的")
    expect(first.locator(".block [data-save-state]").last).to_contain_text("已保存")
    second.locator(NAME).fill("第二个窗口写的")
    second.get_by_role("link", name="比较两份内容").click()
    for text in ("第一个窗口写的", "第二个窗口写的"):
        expect(second.get_by_text(text)).to_be_visible()
    assert_accessible(second)
    screenshot(second, "fill-conflict")
    second.get_by_text("两条都留下").click()
    second.get_by_role("button", name="按选定的保存").click()
    expect(second.get_by_role("heading", name="风险点2")).to_be_visible()
    assert set(register.points.values_list("name", flat=True)) == {"第一个窗口写的", "第二个窗口写的"}


def test_everything_works_without_script(new_page, signed_in, register):
    window = signed_in(new_page(java_script_enabled=False))
    window.get_by_role("button", name="加风险点").click()
    window.locator(NAME).last.fill("拖延不办")
    window.get_by_role("button", name="保存", exact=True).last.click()
    assert register.points.count() == 2
    window.get_by_role("button", name="删除风险点").last.click()
    assert register.points.count() == 1
    window.get_by_role("button", name="撤销删除").click()
    assert register.points.count() == 2
