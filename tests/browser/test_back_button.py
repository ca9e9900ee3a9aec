"""Back after an act, and the same button once more: with scripts and without, nothing is done twice."""

import pytest
from django.urls import reverse
from django.utils import timezone

from supervision.models import Letter
from tests.browser.test_office_pages import sign_in
from tests.world import make_world

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 390, "height": 800}


@pytest.mark.parametrize("scripts", [True, False])
def test_a_letter_goes_out_once_though_its_writer_goes_back_and_sends_it_again(
    new_page, client, live_server, screenshot, scripts
):
    world = make_world("s000")
    page = new_page(java_script_enabled=scripts, viewport=PHONE if scripts else {"width": 1280, "height": 800})
    sign_in(page, client, live_server, world.people["办公室甲"])
    page.goto(f"{reverse('letter_new')}?post={world.posts['规划管理岗'].pk}&kind=rectify")
    page.select_option("[name=source]", index=1)
    page.fill("[name=facts]", "超过期限没有提交。")
    page.fill("[name=demand]", "立即纠正。")
    page.fill("[name=due_on]", timezone.localdate().isoformat())
    page.click("button[value=issue]")
    letter = Letter.objects.get()
    assert page.url.endswith(reverse("letter", args=[letter.pk]))
    page.wait_for_load_state()  # until then the browser may be changing the process behind the page
    page.go_back()
    if page.input_value("[name=facts]"):  # the browser gives back what was typed
        page.click("button[value=issue]")
        page.wait_for_load_state()
        screenshot(page, f"again-{'scripts' if scripts else 'plain'}")
        assert "刚才已经办过一样的" in page.content() or "没有再办一次" in page.content()
    assert Letter.objects.count() == 1
