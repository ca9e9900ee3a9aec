"""Meetings: all or nothing, recusal, levels by the body, and no typed word lost."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.exceptions import NotAllowed, NotNow
from audit.models import Event
from registers.enums import RatingKind, RegisterState
from registers.models import Rating, Register
from tests.roads import register_at, walk
from tests.world import make_world
from workflow import agenda, waiting
from workflow.acts import new_key
from workflow.enums import Action, ItemOutcome
from workflow.models import Decision, Meeting, MeetingItem
from workflow.services import meetings
from workflow.services.meetings import Attendee, Item, Minutes

pytestmark = pytest.mark.django_db
POSTS = ("规划管理岗", "选址审批岗")


@pytest.fixture
def world():
    """Plan 001: the party group's meeting fixes the level of every point."""
    return make_world("s001")


def at_meeting(world, *posts) -> list[Register]:
    scope = next(iter(scope for scope in ("post", "person") if world.register(scope)))
    found = []
    for register in Register.objects.filter(cycle=world.cycle, scope=scope).order_by("pk")[: len(posts) or 2]:
        found.append(walk(register, to="meeting"))
    return found


def minutes(*attendees, number="党组纪要〔2026〕1号", **fields) -> Minutes:
    people = attendees or (Attendee("甲", "局长"),)
    return Minutes("局党组会议", timezone.localdate(), number, people, **fields)


def record(world, *items, by=None, **fields):
    by = by or world.people["办公室甲"]
    key = fields.pop("key", None) or new_key()
    head = fields.pop("head", None) or minutes()
    return meetings.record_meeting(by=by, cycle=world.cycle, minutes=head, items=items, key=key)


def passed(register, **fields) -> Item:
    return Item(register, ItemOutcome.PASSED, **fields)


def test_one_meeting_decides_on_many_registers_and_each_goes_its_own_way(world):
    first, second = at_meeting(world)
    back = Item(second, ItemOutcome.RETURNED, opinion="风险点找得不深")
    meeting = record(world, passed(first, opinion="同意"), back)
    first.refresh_from_db(), second.refresh_from_db()
    assert first.step != "meeting"
    assert (second.state, second.round) == (RegisterState.FILLING, 2)
    assert meeting.items.count() == 2
    assert Decision.objects.filter(action=Action.MEETING, by_title="局党组会议").count() == 2
    assert Event.objects.filter(verb="meeting.record").count() == 1


def test_if_one_register_cannot_be_decided_none_is(world):
    first, second = at_meeting(world)
    with pytest.raises(NotNow, match="理由"):
        record(world, passed(first), Item(second, ItemOutcome.RETURNED))
    first.refresh_from_db()
    assert first.step == "meeting"
    assert not Meeting.objects.exists()
    assert not Decision.objects.filter(action=Action.MEETING).exists()


def test_the_level_that_the_meeting_gives_stands_beside_the_declared_one(world):
    (register,) = at_meeting(world, "one")
    point = register.points.get()
    record(world, passed(register, levels={point.lineage: 1}))
    point.refresh_from_db()
    assert (point.declared_rank, point.level_rank) == (2, 1)
    assert Rating.objects.get(register=register, kind=RatingKind.DETERMINED, lineage=point.lineage).rank == 1


def test_a_meeting_that_fixes_levels_leaves_none_open(world):
    (register,) = at_meeting(world, "one")
    register.points.update(level_rank=None)
    with pytest.raises(NotNow, match="没有审定等级"):
        record(world, passed(register))


def test_the_holder_is_recused_and_alone_he_decides_nothing(world):
    (register,) = at_meeting(world, "one")
    own = Attendee("本人", "岗位", register.filler)
    with pytest.raises(NotNow, match="回避"):
        record(world, passed(register), head=minutes(own))
    meeting = record(world, passed(register), head=minutes(own, Attendee("乙", "书记")))
    assert meeting.items.get().recused == "岗位 本人"


def test_the_same_form_twice_is_one_meeting(world):
    (register,) = at_meeting(world, "one")
    key = new_key()
    assert record(world, passed(register), key=key) == record(world, passed(register), key=key)
    assert Meeting.objects.count() == 1


def test_a_minutes_number_is_used_once(world):
    first, second = at_meeting(world)
    record(world, passed(first))
    with pytest.raises(NotNow, match="已经用过"):
        record(world, passed(second))


def test_only_the_office_records_and_not_for_tomorrow(world):
    (register,) = at_meeting(world, "one")
    with pytest.raises(NotAllowed):
        record(world, passed(register), by=world.people["党组书记"])
    late = Minutes("会议", timezone.localdate() + datetime.timedelta(days=1), "1号", (Attendee("甲"),))
    with pytest.raises(NotNow, match="晚于今天"):
        record(world, passed(register), head=late)


def test_a_meeting_cannot_have_seen_what_was_submitted_after_it(world):
    (register,) = at_meeting(world, "one")
    before = Minutes("会议", timezone.localdate() - datetime.timedelta(days=1), "1号", (Attendee("甲"),))
    with pytest.raises(NotNow, match="会议日期"):
        record(world, passed(register), head=before)


def test_an_account_that_is_named_after_its_post_is_not_named_twice(world):
    register = at_meeting(world, "one")[0]
    meeting = record(world, passed(register), head=minutes(Attendee("局长", "局长"), Attendee("甲", "副局长")))
    assert [str(person) for person in meeting.attendees.all()] == ["局长", "副局长 甲"]


# Pages ----------------------------------------------------------------------------------------------------------------


def sent(world, registers, **changes) -> dict:
    """The recording form as the office sends it."""
    data = {
        "key": new_key(),
        "cycle": world.cycle.pk,
        "body": "局党组会议",
        "held_on": timezone.localdate().isoformat(),
        "number": "党组纪要〔2026〕7号",
        "present": [str(world.people["党组书记"].pk)],
        "guests": "县纪委 丙",
        "note": "逐张审议",
        "r": [register.pk for register in registers],
    }
    for topic in agenda.topics(registers, waiting.spec_of(world.cycle.scheme)):
        data[f"outcome-{topic.register.pk}"] = "passed"
        data[f"seen-{topic.register.pk}"] = topic.seen
        data |= {f"level-{topic.register.pk}-{rated.lineage}": str(rated.rank) for rated in topic.rated}
    return data | changes


def test_a_whole_group_is_chosen_by_one_tick_and_recorded(client):
    world = make_world("s000")
    registers = [register_at(world, "post", "meeting", subject=name) for name in POSTS]
    client.force_login(world.people["办公室甲"])
    text = client.get(reverse("meeting_new"), {"cycle": world.cycle.pk}).content.decode()
    (group,) = waiting.groups_at(world.cycle, "meeting")
    assert group.count == 2
    assert f'value="{group.key}"' in text
    form = client.get(reverse("meeting_record"), {"cycle": world.cycle.pk, "g": group.key})
    assert [one.topic.register for one, _ in form.context["forms"]] == registers
    answer = client.post(reverse("meeting_record"), sent(world, registers), follow=True)
    assert "党组纪要〔2026〕7号" in answer.content.decode()
    assert "县纪委 丙" in answer.content.decode()
    assert MeetingItem.objects.count() == 2


def test_what_was_typed_survives_a_refusal(world, client):
    registers = at_meeting(world)
    walk(registers[0])  # decided elsewhere meanwhile
    client.force_login(world.people["办公室甲"])
    data = sent(world, registers, **{f"opinion-{registers[1].pk}": "补充第三项措施", "note": "会议记录全文"})
    answer = client.post(reverse("meeting_record"), data)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "没有记录" in text
    assert "补充第三项措施" in text
    assert "会议记录全文" in text
    assert Event.objects.filter(verb="refused").exists()
    assert not Meeting.objects.filter(number="党组纪要〔2026〕7号").exists()


def test_a_return_without_grounds_is_named_beside_its_register(world, client):
    (register,) = at_meeting(world, "one")
    client.force_login(world.people["办公室甲"])
    answer = client.post(reverse("meeting_record"), sent(world, [register], **{f"outcome-{register.pk}": "returned"}))
    assert answer.status_code == 400
    assert "退回须说明理由" in answer.content.decode()


def test_levels_are_offered_gravest_first_by_their_local_names():
    for scheme, names in (("s000", ["一级", "二级", "三级"]), ("s003", ["三级", "二级", "一级"])):
        world = make_world(scheme, tag=scheme)
        scope = "post" if scheme == "s000" else "department"
        register = register_at(world, scope, "meeting")
        (topic,) = agenda.topics([register], waiting.spec_of(world.cycle.scheme))
        assert [level.name for level in topic.levels] == names
        assert {rated.rank for rated in topic.rated} == {2}


def test_meetings_are_read_by_who_views_the_bureau_and_recorded_by_its_office(world, client):
    (register,) = at_meeting(world, "one")
    meeting = record(world, passed(register))
    for name, list_status, page_status in (
        ("办公室乙", 200, 200),
        ("上级纪委", 200, 200),
        ("规划管理岗", 403, 403),
        ("系统管理员", 403, 403),
    ):
        client.force_login(world.people[name])
        assert client.get(reverse("meetings")).status_code == list_status
        assert client.get(reverse("meeting", args=[meeting.pk])).status_code == page_status
    client.force_login(world.people["纪检组组长"])
    assert client.get(reverse("meeting_new"), {"cycle": world.cycle.pk}).status_code == 403
    other = make_world("s001", tag="邻")
    client.force_login(other.people["办公室甲"])
    assert client.get(reverse("meeting", args=[meeting.pk])).status_code == 404
    assert client.get(reverse("meeting_new"), {"cycle": world.cycle.pk}).status_code == 404


def test_the_recording_page_asks_the_same_questions_for_2_and_for_many(world, client, django_assert_max_num_queries):
    registers = at_meeting(world, *range(4))
    client.force_login(world.people["办公室甲"])
    for chosen in (registers[:1], registers):
        with django_assert_max_num_queries(20):
            data = {"cycle": world.cycle.pk, "r": [register.pk for register in chosen]}
            assert client.get(reverse("meeting_record"), data).status_code == 200


def test_the_filler_reads_on_his_page_why_the_meeting_sent_it_back(world, client):
    register = at_meeting(world, POSTS[0])[0]
    record(world, Item(register, ItemOutcome.RETURNED, opinion="风险点找得不深", reasons=("shallow",)))
    register.refresh_from_db()
    client.force_login(register.filler)
    page = client.get(reverse("register_fill", args=[register.pk])).content.decode()
    assert "已退回，请修改后重新提交" in page
    assert "找得不深" in page
