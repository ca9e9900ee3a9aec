"""The work list: what waits for a person, in bounded queries whatever its length."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.factories import appoint, make_post
from tests.roads import register_at, walk
from tests.world import make_world
from workflow import worklist
from workflow.models import Task
from workflow.services import cycles

pytestmark = pytest.mark.django_db
MOST_QUERIES = 11


@pytest.fixture
def world():
    return make_world("s003")


def queries_of(client, user, name: str) -> int:
    client.force_login(user)
    with CaptureQueriesContext(connection) as counted:
        assert client.get(reverse(name)).status_code == 200
    return len(counted)


def text_of(client, user, name: str = "home", **query) -> str:
    client.force_login(user)
    return client.get(reverse(name), query).content.decode()


def test_what_is_asked_is_said_in_words(client, world):
    register_at(world, "post", "head", "规划管理岗")
    assert "填写" in text_of(client, world.people["选址审批岗"])
    page = text_of(client, world.people["规划股股长"])
    assert "审核" in page
    assert "规划管理岗" in page
    assert "提交" in page


def test_the_late_ones_come_first(world):
    walk(world.register("post", "规划管理岗"), to="head")
    walk(world.register("post", "选址审批岗"), to="head")
    long_ago, later = datetime.date(2020, 1, 2), timezone.localdate() + datetime.timedelta(days=9)
    Task.objects.update(due_on=later)
    Task.objects.filter(register__subject_name="选址审批岗", open=True).update(due_on=long_ago)
    rows = worklist.task_rows(worklist.open_tasks(world.people["规划股股长"]))
    assert rows[0].about.register.subject_name == "选址审批岗"
    assert [row.late for row in rows][:2] == [True, False]


def test_what_cannot_be_done_before_its_day_does_not_wait_yet(world):
    head = world.people["规划股股长"]
    walk(world.register("post", "规划管理岗"), to="head")
    before = worklist.open_count(head)
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    Task.objects.filter(register__subject_name="规划管理岗", open=True).update(not_before=tomorrow)
    assert worklist.open_count(head) == before - 1


def test_an_empty_list_says_what_will_come(client, world):
    assert "没有等您办理的事项" in text_of(client, world.people["党组书记"])


def test_what_one_did_and_what_one_began_have_lists_of_their_own(client, world):
    register_at(world, "post", "head", "规划管理岗")
    owner = world.people["规划管理岗"]
    assert "提交" in text_of(client, owner, "done")
    page = text_of(client, owner, "mine")
    assert "规划股股长" in page
    assert "部门负责人审阅" in page


def test_the_list_is_narrowed_by_scope_and_step(client, world):
    walk(world.register("post", "规划管理岗"), to="head")
    head = world.people["规划股股长"]
    page = text_of(client, head, step="head")
    assert "规划管理岗" in page
    assert "部门评查" not in page.split("<tbody>")[1].split("</tbody>")[0]


def test_a_head_sees_how_far_his_section_is_and_the_office_its_bureau(client, world):
    assert "本科室进度" in text_of(client, world.people["规划股股长"])
    assert "本单位进度" in text_of(client, world.people["办公室甲"])
    assert "进度" not in text_of(client, world.people["规划管理岗"]).split("<main")[1]


def test_administrators_have_no_business_tasks(world):
    Task.objects.update(desk=f"user:{world.people['系统管理员'].pk}")
    assert worklist.open_count(world.people["系统管理员"]) == 0


def test_the_number_of_queries_does_not_grow_with_the_list(client, world):
    head = world.people["规划股股长"]
    unit = world.sections["规划股"]
    counts = []
    for size in (20, 60):
        for n in range(Task.objects.filter(step="head", open=True).count(), size):
            name = f"岗位{n}"
            appoint(make_post(unit, name))
        cycles.open_registers(by=world.people["办公室甲"], cycle=world.cycle)
        ids = list(Task.objects.filter(register__post__name__startswith="岗位").values_list("pk", flat=True))
        desk = f"user:{head.pk}"
        Task.objects.filter(pk__in=ids).update(desk=desk)
        queries_of(client, head, "home")  # a process reads the text of a scheme once
        counts.append(tuple(queries_of(client, head, name) for name in ("home", "mine", "done")))
    assert counts[0] == counts[1]
    assert queries_of(client, world.people["规划管理岗"], "home") <= counts[0][0]
    # The page itself; the frame adds the session, the user, the count in the navigation, ended jobs and letters.
    assert max(counts[1]) <= MOST_QUERIES + 6
