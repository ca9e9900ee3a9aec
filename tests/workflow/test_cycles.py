"""The cycle board: opening registers, dates, where everything is and who is late."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.exceptions import NotAllowed, NotNow
from audit.models import Event
from registers.enums import RegisterState
from registers.models import Cycle, Register
from tests.factories import appoint, make_post, make_power, make_scheme, make_section
from tests.roads import walk
from tests.world import make_world
from workflow import board, waiting
from workflow.models import ExchangePair, Task
from workflow.services import cycles

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world("s000")


def office(world):
    return world.people["办公室甲"]


def page(client, user, name, *args, **query):
    client.force_login(user)
    return client.get(reverse(name, args=args), query)


def test_opening_again_opens_only_what_was_added_since(world):
    before = Register.objects.filter(cycle=world.cycle).count()
    post = make_post(world.sections["规划股"], "测绘岗")
    opened = cycles.open_registers(by=office(world), cycle=world.cycle)
    assert opened.count == 1
    assert not opened.skipped
    assert Register.objects.filter(cycle=world.cycle).count() == before + 1
    assert Register.objects.filter(cycle=world.cycle, post=post).exists()


def test_what_is_still_on_the_road_of_the_last_cycle_is_skipped_and_named(world, client):
    cycle = cycles.start_cycle(
        by=office(world),
        scheme=world.cycle.scheme,
        bureau=world.bureau,
        name="第二个周期",
        year=2026,
        starts_on=datetime.date(2026, 6, 1),
    )
    client.force_login(office(world))
    answer = client.post(reverse("cycle_open", args=[cycle.pk]), follow=True)
    assert "没有需要新开启的登记表" in answer.content.decode()
    assert "上一周期的登记表还在办理" in answer.content.decode()


def test_the_same_start_sent_twice_is_one_cycle(world, client):
    client.force_login(office(world))
    sent = {
        "bureau": world.bureau.pk,
        "scheme": make_scheme("s003").pk,
        "name": "专项排查",
        "year": "2026",
        "starts_on": "2026-03-01",
    }
    for _ in range(2):
        assert client.post(reverse("cycle_new"), sent).status_code == 302
    assert Cycle.objects.filter(name="专项排查").count() == 1


def test_a_deadline_moves_with_its_reason_even_into_the_past_and_its_tasks_follow(world):
    date = world.cycle.dates.first()
    task_dates = set(Task.objects.filter(due_on=date.due_on).values_list("pk", flat=True))
    day = datetime.date(2020, 1, 5)
    cycles.move_date(by=office(world), date=date, due_on=day, reason="上级统一调整")
    date.refresh_from_db()
    assert date.due_on == day
    assert date.history.first().history_change_reason == "上级统一调整"
    assert Event.objects.filter(verb="cycle.date").count() == 1
    assert set(Task.objects.filter(pk__in=task_dates, due_on=day).values_list("pk", flat=True)) == task_dates


def test_a_deadline_that_another_moved_meanwhile_is_not_overwritten(world):
    date = world.cycle.dates.first()
    seen = date.due_on
    cycles.move_date(by=office(world), date=date, due_on=datetime.date(2026, 5, 1), reason="一")
    with pytest.raises(NotNow, match="他人"):
        cycles.move_date(by=office(world), date=date, due_on=datetime.date(2026, 7, 1), reason="二", seen=seen)


def test_the_board_counts_by_section_and_step(world):
    walk(world.register("post", "规划管理岗"))
    boards = board.boards(world.cycle)["post"]
    lines = {line.name: line for line in boards.lines}
    assert lines["规划股"].in_force == 1
    assert lines["规划股"].total == Register.objects.filter(scope="post", section=world.sections["规划股"]).count()
    assert boards.sum.total == Register.objects.filter(cycle=world.cycle, scope="post").count()
    assert sum(boards.sum.steps.values()) == boards.sum.total - 1


def test_late_is_who_has_an_open_task_past_its_date(world, client):
    register = world.register("post", "规划管理岗")
    Task.objects.all().update(due_on=timezone.localdate() + datetime.timedelta(days=3))
    Task.objects.filter(register=register).update(due_on=timezone.localdate() - datetime.timedelta(days=1))
    assert board.boards(world.cycle)["post"].sum.late == 1
    text = page(client, office(world), "cycle_registers", world.cycle.pk, late="1").content.decode()
    assert "规划管理岗" in text
    assert "选址审批岗" not in text
    assert "共1条" in text


def test_vacant_posts_posts_without_powers_and_zero_registers_are_marked(world, client):
    vacant = make_post(world.sections["规划股"], "空着的岗")
    make_power(vacant, "验线")
    held = make_post(world.sections["规划股"], "无权的岗")
    appoint(held)
    assert list(board.vacant_posts(world.cycle)) == [vacant]
    assert held in board.posts_without_powers(world.cycle)
    assert vacant not in board.posts_without_powers(world.cycle)
    register = world.register("post", "规划管理岗")
    Register.objects.filter(pk=register.pk).update(zero_signed=True, zero_reason="本岗不行使职权")
    text = page(client, office(world), "cycle_gaps", world.cycle.pk, kind="zero").content.decode()
    assert "本岗不行使职权" in text


def test_choosing_a_pair_hands_waiting_registers_over():
    world = make_world("s003")
    register = next(r for r in Register.objects.filter(cycle=world.cycle, scope="department"))
    walk(register, to=_exchange(register))
    other = next(unit for unit in world.sections.values() if unit.pk != register.section_id)
    cycles.choose_pair(by=office(world), cycle=world.cycle, unit=register.section, by_unit=other)
    head = other.posts.get(is_head=True)
    assert Task.objects.filter(register=register, open=True).values_list("desk", flat=True)[0] == f"post:{head.pk}"
    assert ExchangePair.objects.get(cycle=world.cycle).by_unit == other
    assert {line.unit for line in waiting.pair_lines(world.cycle)} >= {register.section}


def _exchange(register):
    road = waiting.spec_of(register.scheme).route(register.scope)
    return next(step.key for step in road.steps if step.kind == "exchange")


def test_a_unit_never_checks_itself(world):
    unit = world.sections["规划股"]
    with pytest.raises(NotNow):
        cycles.choose_pair(by=office(world), cycle=world.cycle, unit=unit, by_unit=unit)


def test_a_cycle_ends_only_when_nothing_is_on_the_road(world):
    with pytest.raises(NotNow, match="在办理中"):
        cycles.close_cycle(by=office(world), cycle=world.cycle)


def test_only_the_office_runs_a_cycle_and_others_see_it_by_their_role(world, client):
    with pytest.raises(NotAllowed):
        cycles.open_registers(by=world.people["纪检组组长"], cycle=world.cycle)
    assert page(client, world.people["纪检组组长"], "cycle", world.cycle.pk).status_code == 200
    assert "补开登记" not in page(client, world.people["纪检组组长"], "cycle", world.cycle.pk).content.decode()
    assert page(client, world.people["上级纪委"], "cycle", world.cycle.pk).status_code == 200
    assert page(client, world.people["规划管理岗"], "cycle", world.cycle.pk).status_code == 404
    assert page(client, world.people["规划管理岗"], "cycles").status_code == 403
    assert page(client, world.people["审计管理员"], "cycles").status_code == 403
    assert (
        page(client, world.people["上级办公室"], "cycle_date", world.cycle.pk, world.cycle.dates.first().pk).status_code
        == 403
    )


@pytest.mark.parametrize("sections", [3, 60])
def test_the_pages_ask_the_same_number_of_questions_for_3_and_60_sections(
    world, client, django_assert_max_num_queries, sections
):
    for n in range(sections):
        make_post(make_section(world.bureau, f"第{n}股"), f"岗位{n}")
    cycles.open_registers(by=office(world), cycle=world.cycle)
    assert Register.objects.filter(state=RegisterState.FILLING).count() > sections
    client.force_login(office(world))
    for name in ("cycle", "cycle_registers"):
        with django_assert_max_num_queries(20):
            assert client.get(reverse(name, args=[world.cycle.pk])).status_code == 200
