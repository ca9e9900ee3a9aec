"""Lists and layouts in a real browser: the preview follows the typing, accessible, no wider than a phone."""

import pytest
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from registers.models import FormLayout
from tests import factories
from tests.browser.test_organisation import PASSWORD, sign_in
from tests.browser.test_powers_pages import look
from tests.documents.test_forms import make_ground
from tests.documents.test_lists import in_force

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pages():
    cycle, bureau, _, post = make_ground("s000")
    register = factories.make_register(post, cycle=cycle)
    factories.make_row(register)
    in_force(register, 1)
    factories.grant(Role.OFFICE, bureau, User.objects.create_user("office", name="办公室主任", password=PASSWORD))
    return {
        "lists": reverse("lists"),
        "list": reverse("list_html", args=[bureau.pk, "s000", "ledger"]),
        "layouts": reverse("form_layouts"),
        "layout": reverse("form_layout", args=[bureau.pk, "s000", "form1"]),
    }


def test_the_preview_follows_the_typing_and_only_saving_keeps_it(page, pages):
    sign_in(page, "office")
    page.goto(pages["layout"])
    page.fill("[name=c_title_point]", "风险在哪里")
    page.get_by_role("columnheader", name="风险在哪里").wait_for()
    page.fill("[name=c_width_point]", "1")
    page.get_by_text("列宽应在 2 到 100 之间").wait_for()
    assert not FormLayout.objects.exists()
    page.fill("[name=c_width_point]", "20")
    page.get_by_role("button", name="保存").click()
    page.get_by_text("改动记录").wait_for()
    assert FormLayout.objects.count() == 1


@pytest.mark.parametrize("name", ["lists", "list", "layouts", "layout"])
def test_the_pages_are_accessible_and_fit_a_phone(page, pages, name):
    sign_in(page, "office")
    page.goto(pages[name])
    look(page, name)
