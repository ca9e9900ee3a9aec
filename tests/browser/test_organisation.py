"""Pages of organisation and administration in a real browser: accessible, usable on a phone, keyboard included."""

import pytest
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from registers.enums import RegisterState, Tier
from registers.services import appointments, organisation
from tests.factories import (
    appoint,
    grant,
    make_bureau,
    make_post,
    make_power,
    make_register,
    make_row,
    make_section,
    make_user,
)
from tests.plumbing.accessibility import assert_accessible

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "gui-hua-gu-2012"
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def world():
    """A bureau with everything that the pages show, and one person for each kind of page."""
    bureau = make_bureau("县建设局", number_prefix="东建")
    section = make_section(bureau, duties="编制规划，核发许可")
    make_section(section, "审批组", kind="group")
    post = make_post(section, duties="受理规划许可申请")
    head = make_post(section, "规划股股长", tier=Tier.MIDDLE, head=True)
    make_post(section, "测绘岗")
    appoint(post, make_user("甲"))
    power = make_power(post, content="审查并核发建设工程规划许可证", major=True)
    register = make_register(post, state=RegisterState.IN_FORCE)
    make_row(register, power, level_rank=1)
    office = grant(Role.OFFICE, bureau, User.objects.create_user("office", name="办公室主任", password=PASSWORD))
    appointments.appoint(by=office, post=head, user=make_user("乙"))
    organisation.change_post(by=office, post=post, duties="受理规划许可申请，现场踏勘", reason="职责调整")
    people = {"office": office}
    for name, role in (("system", Role.SYSTEM_ADMIN), ("security", Role.SECURITY_ADMIN), ("audit", Role.AUDIT_ADMIN)):
        people[name] = grant(role, bureau, User.objects.create_user(name, name=Role(role).label, password=PASSWORD))
    return {"bureau": bureau, "section": section, "post": post, "people": people}


def sign_in(page, username: str) -> None:
    page.goto(reverse("login"))
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(lambda url: "signin" not in url)


def pages_of(world) -> dict[str, list[tuple]]:
    office = world["people"]["office"].pk
    bureau, section, post = world["bureau"].pk, world["section"].pk, world["post"].pk
    return {
        "office": [
            ("unit", bureau),
            ("unit", section),
            ("post", post),
            ("unit_edit", section),
            ("unit_move", section),
            ("unit_close", section),
            ("post_add", section),
            ("appoint", post),
            ("charge_add", post),
            ("history", "post", post),
            ("units",),
            ("account",),
            ("password_change",),
        ],
        "system": [("accounts",), ("account_add",), ("account_keep", office), ("history", "user", office)],
        "security": [("roles",), ("role_add",), ("unit", section)],
        "audit": [("audit",)],
    }


@pytest.mark.parametrize("who", ["office", "system", "security", "audit"])
def test_no_page_has_a_violation_of_wcag(page, world, who, screenshot):
    page.goto(reverse("login"))
    assert_accessible(page)
    sign_in(page, who)
    for name, *args in pages_of(world)[who]:
        page.goto(reverse(name, args=args))
        assert_accessible(page)
        screenshot(page, f"{name}-{'-'.join(map(str, args))}")


def test_the_tree_fits_a_phone(new_page, world, screenshot):
    page = new_page(viewport=PHONE)
    sign_in(page, "office")
    for name, key in (("unit", world["bureau"].pk), ("unit", world["section"].pk), ("post", world["post"].pk)):
        page.goto(reverse(name, args=[key]))
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE["width"], f"{name} is {width} wide"
        assert_accessible(page)
        screenshot(page, f"phone-{name}-{key}")


def test_the_office_adds_a_post_and_appoints_somebody_by_keyboard_without_script(new_page, world):
    page = new_page(java_script_enabled=False)
    sign_in(page, "office")
    page.goto(reverse("post_add", args=[world["section"].pk]))
    page.get_by_label("岗位名称").fill("燃气管理岗")
    page.get_by_label("岗位名称").press("Enter")
    page.get_by_role("link", name="燃气管理岗").click()
    page.get_by_role("link", name="登记任职").click()
    page.get_by_label("本单位人员").select_option(label="甲")
    page.get_by_role("button", name="登记任职").click()
    assert page.get_by_text("自2").count()
