"""The page of one register: content, road, opinions, what a reader may not see, in bounded queries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from registers.enums import Height
from registers.models import Responsibility
from registers.schemes.store import spec_of
from tests.factories import make_row
from tests.roads import actor_of, fresh, register_at, step_once, walk
from tests.world import fill, make_world
from workflow.acts import Act
from workflow.enums import Action
from workflow.services import deciding, filling

pytestmark = pytest.mark.django_db
MOST_QUERIES = 22


def opened(client, user, register, **query):
    """The page's response, and the queries that it took."""
    client.force_login(user)
    with CaptureQueriesContext(
        connection,
    ) as counted:
        response = client.get(reverse("register", args=[register.pk]), query)
    assert response.status_code == 200
    return response, len(counted)


def text_of(client, user, register) -> str:
    return opened(client, user, register)[0].content.decode()


@pytest.fixture
def world():
    return make_world("s002")


@pytest.mark.parametrize("scope", ["post", "section", "bureau"])
def test_every_step_of_every_road_has_a_page_within_its_queries(client, scope):
    world = make_world("s000")
    register = world.register(scope)
    steps = spec_of(register.scheme).route(scope).steps
    for step in steps:
        register = walk(register, to=step.key)
        for name in ("办公室甲", "纪检组组长"):
            response, queries = opened(client, world.people[name], register)
            assert queries <= MOST_QUERIES, f"{step.key} {name}: {queries}"
            assert step.name in response.content.decode()
    register = walk(register)
    response, queries = opened(client, world.people["办公室甲"], register)
    assert queries <= MOST_QUERIES
    assert "生效" in response.content.decode()


def test_the_number_of_queries_does_not_grow_with_the_rows(client, world):
    register = world.register("post", "规划管理岗")
    counts = []
    for rows in (1, 3, 12):
        for n in range(register.blocks.count(), rows):
            row = make_row(register, name=f"风险点{n}")
            Responsibility.objects.create(block=row, height=Height.DIRECT, text="本岗")
        counts.append(opened(client, world.people["规划管理岗"], register)[1])
    assert max(counts) == min(counts) <= MOST_QUERIES
    fill(register)
    walk(register, to="head")
    assert opened(client, world.people["规划股股长"], register)[1] <= MOST_QUERIES


def test_a_draft_is_seen_by_its_filler_only(client, world):
    register = world.register("post", "规划管理岗")
    make_row(register, name="私自放宽容积率")
    assert "私自放宽容积率" in text_of(client, world.people["规划管理岗"], register)
    page = text_of(client, world.people["规划股股长"], register)
    assert "私自放宽容积率" not in page
    assert "尚未提交" in page


def test_after_a_send_back_others_read_what_was_sealed(client, world):
    register = register_at(world, "post", "head", "规划管理岗")
    head = world.people["规划股股长"]
    act = Act(reasons=(spec_of(register.scheme).return_reasons[0].key,), opinion="表现形式没有写到变更环节。")
    deciding.send_back(register=register, by=head, act=act)
    register.points.update(name="改过还没有提交")
    page = text_of(client, head, register)
    assert "改过还没有提交" not in page
    assert "规划管理岗风险点1" in page
    own = text_of(client, world.people["规划管理岗"], register)
    assert "改过还没有提交" in own
    assert "上一轮退回" in own
    assert "表现形式没有写到变更环节" in own


def test_a_blind_opinion_is_hidden_until_all_have_spoken(client, world):
    register = register_at(world, "post", "peers", "规划管理岗")
    first, second = world.people["选址审批岗"], world.people["规划股股长"]
    register_step = spec_of(register.scheme).route("post").step("peers")
    assert register_step.blind
    act = Act(opinion="我看漏了档案查询。", proposals=({"name": "提前透露规划"},))
    quorum = register_step.quorum
    deciding.opine(register=register, by=first, act=act)
    register = fresh(register)
    if register.step == "peers":
        assert quorum != "any"
        assert "漏了档案查询" not in text_of(client, second, register)
        assert "提前透露规划" not in text_of(client, second, register)
        assert "漏了档案查询" in text_of(client, first, register)
        walk(register, to="head")
    assert "漏了档案查询" in text_of(client, second, register)


def test_a_decision_tells_what_changed_after_it(client, world):
    register = register_at(world, "post", "charge", "规划管理岗")
    charge = world.people["分管副局长"]
    deciding.send_back(register=register, by=charge, act=Act(opinion="请改。"))
    point = register.points.first()
    point.manifestation = "在条件变更中不走公示和论证"
    point.save()
    walk(register, to="charge")
    page = text_of(client, charge, register)
    assert "之后内容有变更" in page
    assert "表现形式" in page
    assert "第1轮" in page
    assert "修改" in page


def test_the_page_says_who_has_it_and_since_when(client, world):
    register = register_at(world, "post", "head", "规划管理岗")
    page = text_of(client, world.people["规划管理岗"], register)
    assert "规划股股长" in page
    assert "到达" in page


def test_a_declared_and_a_determined_level_are_shown_apart(client):
    world = make_world("s001")
    register = register_at(world, "post", "meeting", "规划股股长")
    step_once(register)
    register = fresh(register)
    response, _ = opened(client, world.people["规划股股长"], register)
    spec = spec_of(register.scheme)
    assert f"自评 {spec.level(2).name}" in response.content.decode()


def test_who_may_not_read_it_gets_a_404(client, world):
    register = world.register("post", "规划管理岗")
    for name in ("施工许可岗", "系统管理员", "公示员"):
        client.force_login(world.people[name])
        assert client.get(reverse("register", args=[register.pk])).status_code == 404


def test_a_task_on_ones_desk_opens_the_register_and_the_decision_keeps_it_open(client, world):
    register = register_at(world, "post", "peers", "规划管理岗")
    peer = actor_of(register, Action.OPINE)
    opened(client, peer, register)
    walk(register, to="charge")
    opened(client, peer, register)


def test_a_withdrawn_submission_keeps_its_traces(client, world):
    register = register_at(world, "post", "peers", "规划管理岗")
    user = world.people["规划管理岗"]
    filling.withdraw(register=register, by=user, act=Act())
    page = text_of(client, user, register)
    assert "撤回" in page
    assert "第2轮" in page
