"""The office's pages in a real browser: looked at on a desk and on a phone, and free of WCAG 2.2 AA violations."""

import pytest
from django.conf import settings
from django.urls import reverse

from registers.models import Register
from tests.plumbing.accessibility import assert_accessible
from tests.roads import fresh, register_at, step_once, walk
from tests.world import make_world
from workflow.models import Filing, Issuance, Meeting
from workflow.services import cycles

pytestmark = pytest.mark.django_db(transaction=True)
SIZES = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}


@pytest.fixture
def world():
    """Plan 000 with registers everywhere: in force, before the meeting, waiting for a receipt, being filled."""
    world = make_world("s000")
    in_force = register_at(world, "post", subject="规划管理岗")
    register_at(world, "post", "meeting", subject="选址审批岗")
    register_at(world, "post", "meeting", subject="施工许可岗")
    register_at(world, "post", "issue", subject="规划股股长")
    compiled = register_at(world, "bureau", "compile")
    step_once(compiled)
    cycles.move_date(
        by=world.people["办公室甲"],
        date=world.cycle.dates.first(),
        due_on=world.cycle.starts_on,
        reason="县里统一调整进度",
    )
    assert fresh(compiled).waiting == "receipt"
    assert walk(in_force).state == "in_force"
    return world


def sign_in(page, client, live_server, user) -> None:
    """A session of that user in the browser; the sign-in page itself has its own test."""
    client.force_login(user)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])


@pytest.mark.parametrize("size", list(SIZES))
def test_every_page_of_the_office_is_readable_and_without_violations(
    world, new_page, client, live_server, screenshot, size
):
    page = new_page(viewport=SIZES[size])
    sign_in(page, client, live_server, world.people["办公室甲"])
    pk = world.cycle.pk
    ready = Register.objects.filter(cycle=pk, step="meeting").values_list("pk", flat=True)
    chosen = "".join(f"&r={one}" for one in ready)
    paths = {
        "cycles": reverse("cycles"),
        "cycle-new": reverse("cycle_new"),
        "cycle": reverse("cycle", args=[pk]),
        "cycle-registers": reverse("cycle_registers", args=[pk]),
        "cycle-gaps": reverse("cycle_gaps", args=[pk]),
        "cycle-date": reverse("cycle_date", args=[pk, world.cycle.dates.first().pk]),
        "cycle-pairs": reverse("cycle_pairs", args=[pk]),
        "cycle-close": reverse("cycle_close", args=[pk]),
        "meetings": reverse("meetings"),
        "meeting-new": f"{reverse('meeting_new')}?cycle={pk}",
        "meeting-record": f"{reverse('meeting_record')}?cycle={pk}{chosen}",
        "meeting": reverse("meeting", args=[Meeting.objects.first().pk]),
        "filings": reverse("filings"),
        "filings-sent": reverse("filings_sent"),
        "issuances": reverse("issuances"),
        "issuance-new": f"{reverse('issuance_new')}?cycle={pk}",
        "issuance": reverse("issuance", args=[Issuance.objects.first().pk]),
        "ledger": reverse("ledger"),
    }
    wrong = {}
    for name, path in paths.items():
        page.goto(path)
        screenshot(page, f"{name}-{size}")
        try:
            assert_accessible(page)
        except AssertionError as error:
            wrong[name] = str(error)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{name} is too wide"
    assert not wrong, "\n".join(wrong.values())


def test_a_letter_and_its_receipt(world, page, client, live_server):
    sign_in(page, client, live_server, world.people["办公室甲"])
    page.goto(reverse("filings"))
    page.get_by_role("button", name="报送县纪委监察局").click()
    letter = Filing.objects.get()
    sign_in(page, client, live_server, world.people["上级纪委"])
    page.goto(reverse("filing", args=[letter.pk]))
    page.get_by_label("备案号").fill("县纪备9号")
    page.get_by_role("button", name="接收备案").click()
    page.get_by_text("已接收1张登记表的备案").wait_for()
    assert letter.items.get().receipt_number == "县纪备9号"
