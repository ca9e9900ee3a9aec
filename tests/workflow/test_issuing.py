"""正式印发: numbers that never repeat, versions that replace one another, all or none."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.exceptions import NotAllowed, NotNow
from registers.enums import RegisterState
from registers.models import Register
from tests.roads import fresh, register_at, walk
from tests.world import make_world
from workflow import waiting
from workflow.acts import new_key
from workflow.models import Issuance
from workflow.services import cycles, issuing
from workflow.services.issuing import Document

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def world():
    return make_world("s003")


def ready(world, *posts) -> list[Register]:
    return [register_at(world, "post", "issue", subject=name) for name in posts or ("规划管理岗",)]


def issue(world, *registers, number="", by=None, key=None, **fields) -> Issuance:
    given = {"title": "关于印发登记表的通知", "issued_on": TODAY(), "in_force_from": TODAY(), "number": number}
    return issuing.issue(
        by=by or world.people["办公室甲"],
        cycle=world.cycle,
        registers=registers,
        document=Document(**(given | fields)),
        key=key or new_key(),
    )


def test_one_number_puts_many_registers_in_force(world):
    registers = ready(world, "规划管理岗", "选址审批岗")
    document = issue(world, *registers)
    assert {fresh(register).state for register in registers} == {RegisterState.IN_FORCE}
    assert {fresh(register).number for register in registers} == {document.number}
    assert fresh(registers[0]).points.get().live_rank == 2


def test_if_one_cannot_be_issued_none_is_and_the_number_stays_free(world):
    (register,) = ready(world)
    other = world.register("post", "选址审批岗")
    number = issuing.preview_number(world.cycle, TODAY().year)
    with pytest.raises(NotNow):
        issue(world, register, other)
    assert fresh(register).state == RegisterState.MOVING
    assert not Issuance.objects.exists()
    assert issue(world, register).number == number


def test_numbers_follow_one_another_and_skip_what_was_given_by_hand(world):
    first, second, third = ready(world, "规划管理岗", "选址审批岗", "施工许可岗")
    one = issue(world, first).number
    two = issuing.preview_number(world.cycle, TODAY().year)
    assert two != one
    assert issue(world, second, number=two).number == two
    with pytest.raises(NotNow, match="已经用过"):
        issue(world, third, number=two)
    shown = issuing.preview_number(world.cycle, TODAY().year)
    assert issue(world, third).number == shown
    assert len({one, two, shown}) == 3


def test_the_former_version_is_replaced_from_the_day_of_the_new_one(world):
    (register,) = ready(world)
    issue(world, register, in_force_from=TODAY())
    changed = cycles.new_version(by=world.people["办公室甲"], register=fresh(register), reason="法规调整")
    walk(changed, to="issue")
    later = TODAY() + datetime.timedelta(days=10)
    issue(world, fresh(changed), in_force_from=later)
    old, new = fresh(register), fresh(changed)
    assert (old.state, old.in_force_until) == (RegisterState.REPLACED, later)
    assert (new.state, new.in_force_from, new.based_on_id) == (RegisterState.IN_FORCE, later, old.pk)
    assert not old.points.filter(live_rank__isnull=False).exists()
    assert Register.objects.as_of(TODAY()).filter(subject_key=old.subject_key).get() == old


def test_the_same_form_twice_is_one_document(world):
    (register,) = ready(world)
    key = new_key()
    assert issue(world, register, key=key) == issue(world, register, key=key)


def test_only_the_own_office_issues(world):
    (register,) = ready(world)
    for name in ("上级办公室", "纪检组组长", "主要领导"):
        with pytest.raises(NotAllowed):
            issue(world, register, by=world.people[name])


def test_in_force_not_before_it_is_issued(world):
    (register,) = ready(world)
    with pytest.raises(NotNow, match="早于"):
        issue(world, register, in_force_from=TODAY() - datetime.timedelta(days=1))


# Pages ----------------------------------------------------------------------------------------------------------------


def form(world, **fields) -> dict:
    day = TODAY().isoformat()
    return {
        "key": new_key(),
        "cycle": world.cycle.pk,
        "title": "关于印发的通知",
        "number": "",
        "issued_on": day,
        "in_force_from": day,
    } | fields


def test_issued_in_the_browser_by_group_and_shown_with_what_was_replaced(world, client):
    registers = ready(world, "规划管理岗", "选址审批岗")
    client.force_login(world.people["办公室甲"])
    text = client.get(reverse("issuance_new"), {"cycle": world.cycle.pk}).content.decode()
    assert issuing.preview_number(world.cycle, TODAY().year) in text
    (group,) = waiting.groups_at(world.cycle, "issue")
    data = form(world, g=group.key)
    for _ in range(2):
        answer = client.post(reverse("issuance_new"), data, follow=True)
        assert answer.redirect_chain[0][0] == reverse("issuance", args=[Issuance.objects.get().pk])
    text = answer.content.decode()
    assert "规划管理岗" in text
    assert "选址审批岗" in text
    assert fresh(registers[1]).state == RegisterState.IN_FORCE


def test_a_used_number_is_refused_and_the_typed_title_stays(world, client):
    first, second = ready(world, "规划管理岗", "选址审批岗")
    used = issue(world, first).number
    client.force_login(world.people["办公室甲"])
    answer = client.post(reverse("issuance_new"), form(world, r=second.pk, number=used, title="第二批登记表"))
    assert answer.status_code == 409
    assert "已经用过" in answer.content.decode()
    assert "第二批登记表" in answer.content.decode()


def test_documents_are_open_within_the_bureau_and_closed_to_others(world, client):
    (register,) = ready(world)
    document = issue(world, register)
    other = make_world("s003", tag="邻")
    cases = ((world, "规划管理岗", 200), (world, "上级纪委", 200), (world, "审计管理员", 403), (other, "办公室甲", 404))
    for where, name, status in cases:
        client.force_login(where.people[name])
        assert client.get(reverse("issuance", args=[document.pk])).status_code == status, name
    client.force_login(other.people["办公室甲"])
    assert client.get(reverse("issuance_new"), {"cycle": world.cycle.pk}).status_code == 404
    client.force_login(world.people["规划管理岗"])
    assert client.get(reverse("issuance_new"), {"cycle": world.cycle.pk}).status_code == 403


def test_pages_ask_a_bounded_number_of_questions(world, client, django_assert_max_num_queries):
    first, second = ready(world, "规划管理岗", "选址审批岗")
    document = issue(world, first)
    client.force_login(world.people["办公室甲"])
    urls = (reverse("issuances"), f"{reverse('issuance_new')}?cycle={world.cycle.pk}")
    for url in (*urls, reverse("issuance", args=[document.pk])):
        with django_assert_max_num_queries(20):
            assert client.get(url).status_code == 200
