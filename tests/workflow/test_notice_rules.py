"""No notice without a scope, a period, a contact and somebody who answers for it; at its end it is archived."""

import pytest
from django.urls import reverse

from accounts.exceptions import NotAllowed, NotNow
from audit.models import Event
from registers.enums import RegisterState
from tests.workflow.notice_world import at_notice, let_end, make_notice_world, published
from workflow.acts import new_key
from workflow.enums import Action, NoticeState
from workflow.models import Decision, Notice
from workflow.services import notices

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_notice_world()


@pytest.fixture
def draft(world):
    register = at_notice(world.cycle, world.posts["规划管理岗"])
    return notices.draft_notice(
        by=world.people["办公室甲"], cycle=world.cycle, rule="shown", registers=[register], contact="纪检组"
    )


@pytest.mark.parametrize(
    ("lacking", "sentence"),
    [
        ({"audience": ""}, "公示范围"),
        ({"audience": "bureau"}, "公示范围"),  # another than the scheme decided
        ({"audience": "section"}, "公示范围"),
        ({"days": 0}, "公示期"),
        ({"days": 4}, "公示期"),
        ({"contact": ""}, "联系方式"),
        ({"contact": "　 "}, "联系方式"),
        ({"title": ""}, "标题"),
        ({"fields": []}, "栏目"),
        ({"fields": ["channel"]}, "栏目"),
    ],
)
def test_what_a_notice_lacks_stops_it_however_it_came_to_lack_it(world, draft, lacking, sentence):
    Notice.objects.filter(pk=draft.pk).update(**lacking)
    with pytest.raises(NotNow, match=sentence):
        notices.publish(by=world.people["办公室甲"], notice=draft, key=new_key())
    draft.refresh_from_db()
    assert (draft.state, draft.number, draft.starts_on) == (NoticeState.DRAFT, "", None)
    assert not Decision.objects.filter(action=Action.PUBLISH).exists()


def test_somebody_with_the_right_answers_for_it_by_a_decision_on_each_register_and_an_event(world, draft):
    office = world.people["办公室甲"]
    for name in ("规划管理岗", "规划股股长", "主要领导", "系统管理员", "审计管理员"):
        with pytest.raises(NotAllowed):
            notices.publish(by=world.people[name], notice=draft, key=new_key())
    notices.publish(by=office, notice=draft, key=new_key())
    assert Decision.objects.get(action=Action.PUBLISH).by == office
    assert Event.objects.get(verb="notice.publish").actor == office.pk


def test_a_register_that_nobody_approved_up_to_its_notice_is_in_none(world):
    register = at_notice(world.cycle, world.posts["规划管理岗"])
    type(register).objects.filter(pk=register.pk).update(step="fill", state=RegisterState.FILLING)
    with pytest.raises(NotNow, match="不在等待公示"):
        notices.draft_notice(
            by=world.people["办公室甲"], cycle=world.cycle, rule="shown", registers=[register], contact="纪检组"
        )


def test_on_its_last_day_it_runs_and_on_the_next_it_stands_in_the_archive_though_nobody_closed_it(client, world):
    notice = published(world, at_notice(world.cycle, world.posts["规划管理岗"]))
    Notice.objects.filter(pk=notice.pk).update(ends_on=notice.starts_on)
    places = {name: reverse(name, args=args) for name, args in places_of(world, notice).items()}
    assert notice.title in client.get(places["public"]).content.decode()
    assert "提意见" in client.get(places["public_notice"]).content.decode()
    let_end(notice)
    assert notice.title not in client.get(places["public"]).content.decode()
    page = client.get(places["public_bureau"]).content.decode()
    assert page.index("往期公示</h2>") < page.index(notice.title)
    assert notice.title in client.get(places["public_archive"]).content.decode()
    assert reverse("public_comment", args=[notice.pk]) not in client.get(places["public_notice"]).content.decode()
    form = client.get(places["public_comment"]).content.decode()
    assert "公示期已过" in form
    assert "<textarea" not in form
    client.force_login(world.people["规划管理岗"])
    board = client.get(reverse("notice_board")).content.decode()
    assert notice.title in board


def places_of(world, notice) -> dict[str, list]:
    one, body = [notice.pk], [world.bureau.pk]
    return {"public": [], "public_notice": one, "public_comment": one, "public_bureau": body, "public_archive": body}
