"""Which buttons each person has at each kind of step, and that nothing typed is lost when an act is refused."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from registers.schemes.store import spec_of
from tests.roads import actor_of, fresh, register_at, step_once, walk
from tests.world import make_world
from workflow import decisions, seals
from workflow.actions import available_actions
from workflow.acts import Act
from workflow.enums import Action
from workflow.models import Decision, Proposal
from workflow.services import deciding

pytestmark = pytest.mark.django_db
OWN = "规划管理岗"
MOST_QUERIES = 20


def buttons(user, register) -> dict[str, str]:
    """Key of each button and, for a refused one, its sentence."""
    return {button.key: button.refused for button in available_actions(user, fresh(register))}


def usable(user, register) -> set[str]:
    return {key for key, refused in buttons(user, register).items() if not refused}


@pytest.fixture
def world():
    return make_world("s002")


TABLE = (
    ("find", OWN, {"fill", "submit"}),
    ("find", "规划股股长", set()),
    ("find", "办公室甲", {"stop"}),
    ("peers", "选址审批岗", {"opine"}),
    ("peers", OWN, {"withdraw"}),
    ("peers", "施工许可岗", set()),
    ("head", "规划股股长", {"agree", "send_back"}),
    ("head", "选址审批岗", set()),
    ("charge", "分管副局长", {"agree", "send_back"}),
    ("charge", "规划股股长", set()),
    ("district", "上级纪委", {"agree", "send_back"}),
    ("district", "纪检组组长", set()),
    ("district", "系统管理员", set()),
)


@pytest.mark.parametrize("step, who, expected", TABLE)
def test_the_buttons_of_each_person_at_each_step(world, step, who, expected):
    register = register_at(world, "post", step, OWN)
    assert usable(world.people[who], register) == expected


def test_at_batch_steps_the_office_has_the_button_of_the_step(world):
    register = world.register("post", OWN)
    for step in ("meeting", "notice", "issue"):
        register = walk(register, to=step)
        assert not buttons(world.people["办公室甲"], register).get(step, "")
        assert step not in buttons(world.people["规划股股长"], register)


def test_in_force_the_filler_and_the_office_may_open_a_new_version(world):
    register = register_at(world, "post", subject=OWN)
    assert usable(world.people[OWN], register) == {"new_version"}
    assert usable(world.people["办公室甲"], register) == {"new_version"}
    assert usable(world.people["规划股股长"], register) == set()


def test_after_acting_the_button_stays_with_its_reason(world):
    register = world.register("section", "规划股")
    world.cycle.refresh_from_db()
    register = walk(register, to="charge")
    charge = world.people["分管副局长"]
    assert usable(charge, register) == {"agree", "send_back"}
    step_once(register)
    assert "agree" not in usable(charge, register)


def test_a_submission_on_which_somebody_acted_cannot_be_withdrawn_and_says_so(world):
    register = register_at(world, "post", "head", OWN)
    assert "已有人办理" in buttons(world.people[OWN], register)["withdraw"]


def test_a_refused_button_is_printed_with_its_sentence(client, world):
    register = register_at(world, "post", "head", OWN)
    client.force_login(world.people[OWN])
    page = client.get(reverse("register", args=[register.pk])).content.decode()
    assert "disabled" in page
    assert "已有人办理,不能撤回" in page or "已有人办理，不能撤回" in page


# Decision pages -------------------------------------------------------------------------------------------------------


def form_of(register, **fields) -> dict:
    """What the page of that register would post."""
    register = fresh(register)
    return {"key": Act().key, "seen": decisions.token(register, seals.latest(register))} | fields


def ticked(register) -> dict:
    return {f"mark_{mark.key}": "on" for mark in spec_of(register.scheme).marks}


def test_agreeing_says_where_it_went(client, world):
    register = register_at(world, "post", "head", OWN)
    client.force_login(world.people["规划股股长"])
    url = reverse("register_agree", args=[register.pk])
    assert client.get(url).status_code == 200
    response = client.post(url, form_of(register, opinion="同意。", **ticked(register)), follow=True)
    assert "已同意" in response.content.decode()
    assert "分管领导确定" in response.content.decode()
    assert fresh(register).step == "charge"


def test_agreeing_without_checking_each_mark_is_not_taken(client, world):
    register = register_at(world, "post", "head", OWN)
    client.force_login(world.people["规划股股长"])
    response = client.post(reverse("register_agree", args=[register.pk]), form_of(register, opinion="先同意再说"))
    assert response.status_code == 400
    assert "先同意再说" in response.content.decode()
    assert fresh(register).step == "head"


def test_a_double_click_makes_one_decision(client, world):
    register = register_at(world, "post", "head", OWN)
    client.force_login(world.people["规划股股长"])
    url, data = reverse("register_agree", args=[register.pk]), form_of(register, opinion="同意。", **ticked(register))
    first, second = client.post(url, data), client.post(url, data)
    assert first.status_code == second.status_code == 302
    assert Decision.objects.filter(register=register, step="head").count() == 1


def test_when_overtaken_the_sentence_is_shown_and_nothing_typed_is_lost(client, world):
    register = register_at(world, "post", "head", OWN)
    head = world.people["规划股股长"]
    data = form_of(register, opinion="写了很久的意见，不能丢。", **ticked(register))
    deciding.send_back(register=register, by=head, act=Act(opinion="另一个窗口退回"))
    walk(register, to="head")
    client.force_login(head)
    response = client.post(reverse("register_agree", args=[register.pk]), data)
    page = response.content.decode()
    assert response.status_code == 409
    assert "写了很久的意见，不能丢。" in page
    assert "已有变动" in page
    again = {"key": data["key"], "seen": response.context["seen"], "opinion": data["opinion"], **ticked(register)}
    assert client.post(reverse("register_agree", args=[register.pk]), again).status_code == 302


def test_sending_back_needs_grounds_and_tells_the_filler(client, world):
    register = register_at(world, "post", "head", OWN)
    client.force_login(world.people["规划股股长"])
    url = reverse("register_send_back", args=[register.pk])
    assert client.post(url, form_of(register, return_to="find")).status_code == 400
    reason = spec_of(register.scheme).return_reasons[0]
    row = register.blocks.first().lineage
    data = form_of(register, return_to="find", reasons=[reason.key], **{f"remark_{row}": "没有写到变更环节"})
    response = client.post(url, data, follow=True)
    assert "已退回" in response.content.decode()
    client.force_login(world.people[OWN])
    page = client.get(reverse("register", args=[register.pk])).content.decode()
    assert reason.name in page
    assert "没有写到变更环节" in page


def test_a_proposed_point_becomes_a_row_only_when_the_filler_takes_it(client, world):
    register = register_at(world, "post", "peers", OWN)
    client.force_login(actor_of(register, Action.OPINE))
    data = form_of(register, opinion="建议补一条。", p1_name="提前透露规划", p1_control="查询登记")
    assert client.post(reverse("register_opine", args=[register.pk]), data).status_code == 302
    register = walk(register, to="head")
    deciding.send_back(register=register, by=world.people["规划股股长"], act=Act(opinion="请看同事建议。"))
    proposal = Proposal.objects.get(register=register)
    client.force_login(world.people[OWN])
    assert "采纳" in client.get(reverse("register", args=[register.pk])).content.decode()
    client.post(reverse("proposal_take", args=[proposal.pk]))
    assert register.points.filter(name="提前透露规划").exists()


def test_submitting_shows_what_is_missing_first(client, world):
    register = world.register("post", OWN)
    client.force_login(world.people[OWN])
    url = reverse("register_submit", args=[register.pk])
    assert "还不能提交" in client.get(url).content.decode()
    response = client.post(url, form_of(register))
    assert response.status_code == 409
    assert fresh(register).step == "find"


def test_who_does_not_act_gets_the_refusal_page(client, world):
    register = register_at(world, "post", "head", OWN)
    client.force_login(world.people[OWN])
    for name in ("register_agree", "register_send_back", "register_stop"):
        assert client.get(reverse(name, args=[register.pk])).status_code == 403
        assert client.post(reverse(name, args=[register.pk])).status_code == 403


def test_a_level_is_determined_on_the_page(client):
    world = make_world("s000")
    register = register_at(world, "post", "discipline_levels", OWN)
    user = actor_of(register, Action.AGREE)
    client.force_login(user)
    url = reverse("register_agree", args=[register.pk])
    assert "审定等级" in client.get(url).content.decode()
    assert client.post(url, form_of(register, level_="1")).status_code == 302
    assert fresh(register).level_rank == 1


def test_several_registers_are_signed_on_one_page_each_by_itself(client):
    world = make_world("s003")
    found = [register_at(world, "post", "head", subject) for subject in (OWN, "选址审批岗")]
    head = world.people["规划股股长"]
    client.force_login(head)
    page = client.get(reverse("sign"))
    assert all(register.subject_name in page.content.decode() for register in found)
    data = {"sign": [register.pk for register in found], "opinion": "同意。"}
    for register in found:
        data |= {
            f"key_{register.pk}": Act().key,
            f"seen_{register.pk}": decisions.token(register, seals.latest(register)),
        }
    deciding.send_back(register=found[0], by=head, act=Act(opinion="另一处已退回"))
    result = client.post(reverse("sign"), data).content.decode()
    assert "未办" in result
    assert [fresh(register).step for register in found] == ["self_check", "issue"]


def test_two_versions_are_compared_and_the_one_of_a_day_is_found(client, world):
    register = register_at(world, "post", "head", OWN)
    deciding.send_back(register=register, by=world.people["规划股股长"], act=Act(opinion="请改。"))
    point = register.points.first()
    point.manifestation = "在变更中以微调名义不走公示"
    point.save()
    register = walk(register)
    client.force_login(world.people[OWN])
    url = reverse("register_versions", args=[register.pk])
    first, second = seals.Seal.objects.filter(register=register).order_by("pk")[:2]
    page = client.get(url, {"a": first.pk, "b": second.pk}).content.decode()
    assert "微调" in page
    assert "表现形式" in page
    assert "有效的是" in client.get(url, {"day": register.in_force_from.isoformat()}).content.decode()
    assert "没有生效的版本" in client.get(url, {"day": "2011-01-01"}).content.decode()


def test_the_signing_page_reads_all_its_registers_together(client):
    world = make_world("s003")
    head, counts = world.people["规划股股长"], []
    client.force_login(head)
    for subject in (OWN, "选址审批岗"):
        register_at(world, "post", "head", subject)
        client.get(reverse("sign"))  # a process reads the text of a scheme once
        with CaptureQueriesContext(connection) as counted:
            assert client.get(reverse("sign")).status_code == 200
        counts.append(len(counted))
    assert counts[0] == counts[1] <= MOST_QUERIES
