"""The main pages in a real browser: desk and phone, by keyboard, without script, and free of WCAG 2.2 AA violations."""

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.filling_steps import complete, follow
from tests.plumbing.accessibility import assert_accessible
from tests.roads import actor_of, fresh, publish, register_at
from tests.world import make_world
from workflow import engine
from workflow.enums import Action

pytestmark = pytest.mark.django_db(transaction=True)
SIZES = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}


@pytest.fixture
def world():
    """Plan 001, whose notices are for society, with registers at every step of the road."""
    world = make_world("s001")
    in_force = register_at(world, "post", subject="规划股股长")
    open_notice = register_at(world, "section", "notice", subject="规划股")
    world.notice = publish(open_notice, engine.step_of(open_notice))
    world.judged = register_at(world, "section", "charge", subject="建筑管理股")
    world.met = register_at(world, "unit", "meeting")
    world.filled = world.register("post", "建筑管理股股长")
    assert in_force.state == "in_force"
    return world


@pytest.fixture
def sit(client, live_server):
    """``sit(page, user)``: that person is signed in at that page."""

    def down(page: Page, user) -> None:
        client.cookies.clear()
        client.force_login(user)
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.clear_cookies()
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])

    return down


def pages_of(world) -> dict[str, tuple]:
    """Each main page: who looks at it, and where it is."""
    office, leader = world.people["办公室甲"], actor_of(world.judged, Action.AGREE)
    judged, filled = [world.judged.pk], [world.filled.pk]
    meeting = f"{reverse('meeting_record')}?cycle={world.cycle.pk}&r={world.met.pk}"
    return {
        "sign-in": (None, reverse("login")),
        "home": (leader, reverse("home")),
        "register": (leader, reverse("register", args=judged)),
        "fill": (world.people["建筑管理股股长"], reverse("register_fill", args=filled)),
        "submit": (world.people["建筑管理股股长"], reverse("register_submit", args=filled)),
        "decide": (leader, reverse("register_agree", args=judged)),
        "send-back": (leader, reverse("register_send_back", args=judged)),
        "cycle": (office, reverse("cycle", args=[world.cycle.pk])),
        "ledger": (office, reverse("ledger")),
        "unit": (office, reverse("unit", args=[world.bureau.pk])),
        "public": (None, reverse("public_notice", args=[world.notice.pk])),
        "scheme": (office, reverse("scheme", args=[world.cycle.scheme_id])),
        "meeting": (office, meeting),
    }


def wrong_with(page: Page, width: int) -> list[str]:
    """What keeps the page from being good at this width."""
    found = []
    try:
        assert_accessible(page)
    except AssertionError as error:
        found.append(str(error))
    over = page.evaluate("document.documentElement.scrollWidth") - width
    return found + ([f"{page.url}: {over} px too wide"] if over > 0 else [])


def test_main_pages_fit_desk_and_phone_and_have_no_violation(world, page, sit, screenshot):
    wrong = []
    for name, (user, path) in pages_of(world).items():
        if user:
            sit(page, user)
        else:
            page.context.clear_cookies()
        answer = page.goto(path)
        assert answer.ok, f"{name}: {answer.status}"
        if name == "fill":
            follow(page, page.get_by_role("button", name="加一行").last)
        for size, viewport in SIZES.items():
            page.set_viewport_size(viewport)
            screenshot(page, f"{name}-{size}")
            wrong += wrong_with(page, viewport["width"])
        page.set_viewport_size(SIZES["desk"])
        assert page.locator("h1").count() == 1, f"{name} has {page.locator('h1').count()} h1"
    assert not wrong, "\n".join(wrong)


def tab_to(page: Page, selector: str, most: int = 80) -> None:
    """Press Tab until the focus is there; fail when it never is."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is not reached by {most} tabs on {page.url}")


def test_the_main_act_is_done_by_keyboard_alone(world, page, sit):
    leader = actor_of(world.judged, Action.AGREE)
    sit(page, leader)
    page.goto(reverse("home"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.skip')"), "the first stop is not the way past the navigation"
    page.keyboard.press("Enter")
    tab_to(page, f"a.btn[href='{reverse('register', args=[world.judged.pk])}']")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(page, ".bar a.btn-main")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    for box in page.get_by_role("checkbox").all():
        box.focus()
        page.keyboard.press("Space")
    tab_to(page, "button.btn-main")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none", "the focus is not seen"
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert fresh(world.judged).step != "charge"


def test_a_row_is_filled_submitted_and_agreed_to_without_script(world, new_page, sit):
    page = new_page(java_script_enabled=False)
    register = world.filled
    sit(page, world.people["建筑管理股股长"])
    page.goto(reverse("home"))
    follow(page, page.get_by_role("link", name="填写").first)
    complete(page, register, engine.step_of(fresh(register)))
    follow(page, page.get_by_role("group", name="可以办理的事项").get_by_role("link", name="核对并提交"))
    follow(page, page.get_by_role("button", name="提交", exact=True))
    expect(page.get_by_text("已提交").first).to_be_visible()
    register = fresh(register)
    assert register.step == "head"
    sit(page, actor_of(register, Action.AGREE))
    page.goto(reverse("register_agree", args=[register.pk]))
    for box in page.get_by_role("checkbox").all():
        box.check()
    follow(page, page.get_by_role("button", name="同意").first)
    assert fresh(register).step == "charge"
