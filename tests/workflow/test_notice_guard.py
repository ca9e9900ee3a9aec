"""What holds personal data or a mark of secrecy goes beyond the bureau only if a second person says so."""

import pytest
from django.urls import reverse

from accounts.exceptions import NotAllowed, NotNow
from audit.models import Event
from registers.exceptions import HoldsPersonalData
from registers.models import RiskPoint
from registers.services import data_passes
from tests.workflow.notice_world import at_notice, make_notice_world
from workflow import seals
from workflow.acts import new_key
from workflow.enums import NoticeState
from workflow.models import Notice
from workflow.services import notice_guard, notices

pytestmark = pytest.mark.django_db
PHONE = "13800138000"


@pytest.fixture
def world():
    return make_notice_world("society")


def draft(world, *, name="", **text) -> Notice:
    register = at_notice(world.cycle, world.posts["规划管理岗"])
    if name:
        RiskPoint.objects.filter(register=register, order=0).update(name=name)
        seals.seal(register=register, by=register.filler)
    text = {"contact": "县建设局纪检组，0762-8334567"} | text
    return notices.draft_notice(
        by=world.people["办公室甲"], cycle=world.cycle, rule="shown", registers=[register], **text
    )


def publish(world, notice, **fields):
    return notices.publish(by=world.people["办公室甲"], notice=notice, key=new_key(), **fields)


@pytest.mark.parametrize("place", ["title", "body", "contact"])
def test_an_id_number_in_the_text_stops_it_and_nothing_is_published(world, place):
    notice = draft(world, **{place: "联系人 110105194912310021"})
    with pytest.raises(HoldsPersonalData) as refused:
        publish(world, notice, office_contact=True)
    assert "110105194912310021" not in str(refused.value)
    assert "身份证号 11*************021" in str(refused.value)
    notice.refresh_from_db()
    assert notice.state == NoticeState.DRAFT
    assert not notice.number


def test_a_phone_in_a_register_stops_it_and_the_page_leads_to_the_place(world, client):
    notice = draft(world, name=f"与{PHONE}联系")
    client.force_login(world.people["办公室甲"])
    preview = client.get(reverse("notice", args=[notice.pk])).content.decode()
    assert "138****8000" in preview
    seen = preview.split('name="seen" value="')[1].split('"')[0]
    answer = client.post(reverse("notice_publish", args=[notice.pk]), {"key": new_key(), "seen": seen})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "138****8000" in page
    assert PHONE not in page
    assert reverse("register", args=[notice.items.get().register_id]) in page
    assert Notice.objects.get().state == NoticeState.DRAFT


def test_within_the_bureau_it_only_warns():
    world = make_notice_world("bureau")
    notice = publish(world, draft(world, body=f"电话{PHONE}"))
    assert notice.state == NoticeState.OPEN
    assert Event.objects.get(verb="notice.publish").detail["personal_data"] == 1


def test_a_mobile_phone_as_contact_has_to_be_confirmed(world):
    notice = draft(world, contact=f"纪检组 {PHONE}")
    with pytest.raises(HoldsPersonalData, match="办公用"):
        publish(world, notice)
    assert publish(world, notice, office_contact=True).state == NoticeState.OPEN


def let_pass(world, notice, name, **fields):
    seen = data_passes.key_of(notice_guard.found_in_draft(notice))
    given = {"seen": seen, "reason": "是办公室的值班手机"} | fields
    notice_guard.let_pass(by=world.people[name], notice=notice, **given)


@pytest.mark.parametrize("name", ["办公室乙", "公示员", "纪检组组长"])
def test_a_second_person_lets_it_pass_with_a_reason_and_an_event(world, name):
    notice = draft(world, body=f"值班电话{PHONE}")
    let_pass(world, notice, name)
    event = Event.objects.get(verb="personal_data.pass")
    assert event.detail["reason"] == "是办公室的值班手机"
    assert PHONE not in str(event.detail)
    assert publish(world, notice).state == NoticeState.OPEN


@pytest.mark.parametrize("name", ["办公室甲", "规划股股长", "系统管理员", "上级办公室", "主要领导"])
def test_neither_who_wrote_it_nor_anybody_else_lets_it_pass(world, name):
    notice = draft(world, body=f"值班电话{PHONE}")
    with pytest.raises(NotAllowed):
        let_pass(world, notice, name)


def test_whoever_wrote_in_the_draft_is_no_second_person(world):
    notice = draft(world, body="正文")
    text = notices.Text(title=notice.title, body=f"值班电话{PHONE}", contact=notice.contact, days=notice.days)
    registers = [notice.items.get().register]
    notices.change_notice(by=world.people["办公室乙"], notice=notice, text=text, registers=registers, row_version=0)
    with pytest.raises(NotAllowed, match="另一人"):
        let_pass(world, notice, "办公室乙")


def test_a_pass_holds_for_what_was_found_and_for_nothing_more(world):
    notice = draft(world, body=f"值班电话{PHONE}")
    let_pass(world, notice, "公示员")
    text = notices.Text(title=notice.title, body=f"{PHONE}、13900139000", contact=notice.contact, days=notice.days)
    registers = [notice.items.get().register]
    notices.change_notice(by=world.people["办公室甲"], notice=notice, text=text, registers=registers, row_version=0)
    with pytest.raises(HoldsPersonalData):
        publish(world, notice)


@pytest.mark.parametrize("fields", [{"reason": ""}, {"seen": "x"}])
def test_no_pass_without_a_reason_or_for_what_was_not_seen(world, fields):
    with pytest.raises(NotNow):
        let_pass(world, draft(world, body=f"值班电话{PHONE}"), "公示员", **fields)


@pytest.mark.parametrize("place", ["title", "body", "contact"])
def test_a_mark_of_secrecy_stops_even_the_saving(world, place):
    with pytest.raises(NotNow, match="非涉密系统"):
        draft(world, **{place: "机密★十年 关于某事"})


def test_a_mark_of_secrecy_in_a_register_stops_the_publishing_within_the_bureau_too():
    world = make_notice_world("bureau")
    with pytest.raises(NotNow, match="非涉密系统"):
        publish(world, draft(world, name="秘密★文件外传"))
