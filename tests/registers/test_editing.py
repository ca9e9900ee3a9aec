"""Filling: only the filler, only while it is being filled, only the open parts; nothing saved is ever overwritten."""

from dataclasses import replace

import pytest

from accounts.exceptions import NotAllowed, NotNow
from audit.models import Event
from registers.content import content_of
from registers.enums import Height, RegisterState
from registers.exceptions import Conflict
from registers.models import Block, RiskPoint
from registers.rows import ControlData, PointData, ResponsibleData, RowData, data_of, rows_of
from registers.services import editing
from tests import factories as make
from tests.small_scheme import POST_ROAD, small_scheme

pytestmark = pytest.mark.django_db


@pytest.fixture
def post():
    return make.make_post(make.make_section(make.make_bureau()))


@pytest.fixture
def clerk(post):
    return make.appoint(post)


@pytest.fixture
def register(post, clerk):
    return make.make_register(post, filler=clerk)


@pytest.fixture
def row(register):
    return make.make_row(register, make.make_power(register.post, steps=("受理", "审查")))


def stored(row) -> RowData:
    return data_of(rows_of(row.register).get(pk=row.pk))


def version(row) -> int:
    return Block.objects.get(pk=row.pk).row_version


def save(row, clerk, data, seen=None):
    return editing.save_block(block=row, by=clerk, seen=version(row) if seen is None else seen, data=data)


def with_opens(post, clerk, *opens):
    """A register whose road opens only these parts at its fill step."""
    roads = small_scheme()["routes"]
    roads[0] = {"scope": "post", "steps": [POST_ROAD[0] | {"opens": ["points"]}, *POST_ROAD[1:]]}
    second = POST_ROAD[0] | {"key": "more", "opens": list(opens)}
    roads[0]["steps"].insert(1, second)
    scheme = make.make_scheme(routes=roads, version=2)
    cycle = make.make_cycle(post.bureau, scheme)
    return make.make_register(post, cycle=cycle, filler=clerk, step="more")


# Rows -----------------------------------------------------------------------------------------------------------------


def test_one_save_adds_changes_reorders_and_drops_points_and_controls(row, clerk):
    data = stored(row)
    [point], [control] = data.points, data.controls
    fresh = PointData("n" * 32, name="拖延不办", kind="duty", factors={"likely": "low"})
    save(
        row,
        clerk,
        replace(
            data,
            points=(fresh, replace(point, name="越权许可")),
            controls=(ControlData("c" * 32, point=fresh.lineage, text="限时办结"),),
            responsible={Height.DIRECT: ResponsibleData(post_id=row.register.post_id)},
        ),
    )
    [found] = content_of(row.register)["rows"]
    assert [point["name"] for point in found["points"]] == ["拖延不办", "越权许可"]
    assert found["points"][1]["lineage"] == point.lineage
    assert [(item["text"], item["point"]) for item in found["controls"]] == [("限时办结", fresh.lineage)]
    assert found["responsible"]["direct"] == "规划管理岗"
    assert control.lineage not in str(found)


def test_the_same_values_again_change_nothing_and_leave_no_event(row, clerk):
    before = Event.objects.count()
    save(row, clerk, stored(row))
    assert version(row) == 0
    assert Event.objects.count() == before


def test_one_save_is_one_event_that_names_the_fields(row, clerk):
    data = stored(row)
    save(row, clerk, replace(data, points=(replace(data.points[0], declared_rank=1),)))
    event = Event.objects.first()
    assert (event.verb, event.actor, event.object_id) == ("row.save", clerk.pk, row.register_id)
    assert event.detail["fields"] == ["point.declared_rank"]


def test_a_form_sent_twice_makes_one_point(row, clerk):
    data = stored(row)
    data = replace(data, points=(*data.points, PointData("n" * 32, name="拖延不办")))
    save(row, clerk, data, seen=0)
    save(row, clerk, data, seen=0)
    assert RiskPoint.objects.filter(block=row).count() == 2


def test_empty_slots_of_the_page_are_not_stored(row, clerk):
    data = stored(row)
    slots = replace(
        data,
        points=(*data.points, PointData("n" * 32, channel="self")),
        controls=(*data.controls, ControlData("c" * 32, owner_id=row.register.post_id)),
    )
    save(row, clerk, slots)
    assert stored(row) == data


def test_a_lost_race_shows_both_versions_and_changes_nothing(row, clerk):
    data = stored(row)
    theirs = replace(data, matter="第二个窗口")
    mine = replace(data, matter="第一个窗口")
    save(row, clerk, theirs, seen=0)
    with pytest.raises(Conflict) as conflict:
        save(row, clerk, mine, seen=0)
    assert (conflict.value.mine, conflict.value.theirs) == (mine, theirs)
    assert stored(row) == theirs


def test_rows_are_added_copied_moved_removed_and_brought_back(row, register, clerk):
    second = editing.add_block(register=register, by=clerk, data=RowData(matter="第二行"))
    copy = editing.copy_block(block=row, by=clerk)
    assert [block.pk for block in rows_of(register)] == [row.pk, copy.pk, second.pk]
    assert {point.lineage for point in copy.points.all()}.isdisjoint({point.lineage for point in row.points.all()})
    assert copy.controls.get().point.block == copy
    editing.move_block(block=second, by=clerk, step=-1)
    editing.remove_block(block=row, by=clerk)
    assert [block.pk for block in rows_of(register)] == [second.pk, copy.pk]
    editing.restore_block(block=row, by=clerk)
    assert [block.pk for block in rows_of(register)] == [row.pk, second.pk, copy.pk]


def test_a_removed_row_cannot_be_saved(row, clerk):
    editing.remove_block(block=row, by=clerk)
    with pytest.raises(NotNow):
        save(row, clerk, RowData(matter="x"))


def test_powers_and_posts_of_another_bureau_are_refused(row, clerk):
    stranger = make.make_post(make.make_section(make.make_bureau("县环保局")))
    data = stored(row)
    with pytest.raises(NotAllowed):
        save(row, clerk, replace(data, post_id=stranger.pk))
    with pytest.raises(NotAllowed):
        save(row, clerk, replace(data, power_id=make.make_power(stranger).pk))
    with pytest.raises(NotAllowed):
        save(row, clerk, replace(data, controls=(ControlData("c" * 32, text="x", owner_id=stranger.pk),)))


def test_a_step_belongs_to_the_power(row, clerk):
    other = make.make_power(row.register.post, "竣工核实", steps=("核实",)).procedures.get().steps.get()
    own = row.power.procedures.get().steps.first()
    save(row, clerk, replace(stored(row), step_id=own.pk))
    with pytest.raises(NotNow):
        save(row, clerk, replace(stored(row), step_id=other.pk))


# Who and when ---------------------------------------------------------------------------------------------------------


def test_only_the_filler_edits(row, register):
    other = make.make_user("乙")
    for act in (
        lambda: save(row, other, RowData()),
        lambda: editing.add_block(register=register, by=other),
        lambda: editing.copy_block(block=row, by=other),
        lambda: editing.move_block(block=row, by=other, step=1),
        lambda: editing.remove_block(block=row, by=other),
        lambda: editing.restore_block(block=row, by=other),
        lambda: editing.save_head(register=register, by=other, seen=0, zero_reason="x"),
    ):
        with pytest.raises(NotAllowed):
            act()


@pytest.mark.parametrize("state", [state for state in RegisterState if state != RegisterState.FILLING])
def test_nothing_changes_in_any_other_state(row, clerk, state):
    # The state is written by the road only; here it is put straight into the table to try every one.
    type(row.register).objects.filter(pk=row.register_id).update(state=state)
    with pytest.raises(NotNow):
        save(row, clerk, replace(stored(row), matter="x"))


def test_a_submitted_register_that_waits_for_confirmation_does_not_change(row, clerk):
    type(row.register).objects.filter(pk=row.register_id).update(waiting="confirm")
    with pytest.raises(NotNow):
        save(row, clerk, replace(stored(row), matter="x"))


# What a row names ----------------------------------------------------------------------------------------------------


def test_a_power_a_post_or_a_regulation_of_another_bureau_cannot_be_named(row, clerk):
    other = make.make_post(make.make_section(make.make_bureau("乙局")))
    power, regulation = make.make_power(other), make.make_regulation(other.bureau)
    data = stored(row)
    [control] = data.controls
    for named in (
        replace(data, power_id=power.pk, step_id=None),
        replace(data, post_id=other.pk),
        replace(data, controls=(replace(control, owner_id=other.pk),)),
        replace(data, controls=(replace(control, regulation_id=regulation.pk),)),
        replace(data, responsible={Height.LEADER: ResponsibleData(post_id=other.pk)}),
    ):
        with pytest.raises(NotAllowed, match="不在本单位"):
            save(row, clerk, named)
    assert stored(row) == data


def test_a_step_must_be_one_of_the_power_that_is_named(row, clerk):
    another = make.make_power(row.register.post, "别的职权", steps=("受理",))
    step = another.procedures.get().steps.get()
    data = stored(row)
    for named in (replace(data, step_id=step.pk), replace(data, power_id=None, step_id=step.pk)):
        with pytest.raises(NotNow, match="不属于所选职权"):
            save(row, clerk, named)
    save(row, clerk, replace(data, power_id=another.pk, step_id=step.pk))
    assert stored(row).step_id == step.pk


# Open parts -----------------------------------------------------------------------------------------------------------


def test_where_levels_are_open_and_points_are_closed_only_levels_change(post, clerk):
    row = make.make_row(with_opens(post, clerk, "levels"), declared_rank=None)
    data = stored(row)
    [point] = data.points
    save(row, clerk, replace(data, points=(replace(point, declared_rank=1, factors={"likely": "high"}),)))
    data = stored(row)
    for changed in (
        replace(data, points=(replace(data.points[0], name="别的"),)),
        replace(data, points=()),
        replace(data, matter="别的"),
        replace(data, controls=()),
        replace(data, responsible={Height.LEADER: ResponsibleData(text="局长")}),
    ):
        with pytest.raises(NotNow, match="没有开放"):
            save(row, clerk, changed)
    with pytest.raises(NotNow, match="没有开放"):
        editing.remove_block(block=row, by=clerk)


def test_where_controls_are_open_levels_stay(post, clerk):
    row = make.make_row(with_opens(post, clerk, "controls"))
    data = stored(row)
    save(row, clerk, replace(data, controls=(*data.controls, ControlData("c" * 32, text="定期轮岗"))))
    data = stored(row)
    with pytest.raises(NotNow, match="风险等级"):
        save(row, clerk, replace(data, points=(replace(data.points[0], declared_rank=3),)))


# Levels and head ------------------------------------------------------------------------------------------------------


def test_where_points_are_rated_the_subject_follows_the_gravest_while_filling(row, register, clerk):
    data = stored(row)
    graver = PointData("n" * 32, name="拖延不办", declared_rank=1)
    save(row, clerk, replace(data, points=(*data.points, graver)))
    register.refresh_from_db()
    assert register.level_rank == 1
    assert set(register.points.values_list("level_rank", flat=True)) == {1, 2}
    editing.remove_block(block=row, by=clerk)
    register.refresh_from_db()
    assert register.level_rank is None


def test_where_the_subject_is_rated_its_points_take_its_level(post, clerk):
    rating = {"rated": "subject", "method": "direct"}
    scheme = make.make_scheme(rating=rating, factors=[], version=3)
    register = make.make_register(post, cycle=make.make_cycle(post.bureau, scheme), filler=clerk)
    row = make.make_row(register, declared_rank=None, level_rank=None)
    editing.save_head(register=register, by=clerk, seen=0, declared_rank=1)
    assert row.points.get().level_rank == 1
    data = stored(row)
    save(row, clerk, replace(data, points=(*data.points, PointData("n" * 32, name="拖延", declared_rank=3))))
    assert list(register.points.values_list("declared_rank", "level_rank")) == [(None, 1), (None, 1)]


def test_head_answers_have_a_version_of_their_own(register, clerk):
    editing.save_head(register=register, by=clerk, seen=0, zero_reason="本岗位无审批权限", zero_signed=True)
    with pytest.raises(Conflict) as conflict:
        editing.save_head(register=register, by=clerk, seen=0, zero_reason="别的")
    assert conflict.value.theirs == {"zero_reason": "本岗位无审批权限"}
    editing.save_head(register=register, by=clerk, seen=1, zero_reason="别的")


def test_a_level_that_a_body_determined_stays_while_only_measures_are_filled_in(post, clerk):
    """Plan 004: the meeting determines the levels, after it the people in the posts propose their measures."""
    register = with_opens(post, clerk, "controls")
    row = make.make_row(register, declared_rank=None, level_rank=1)
    save(row, clerk, replace(stored(row), controls=(ControlData("c-new", text="留痕管理", point=""),)))
    assert [point.level_rank for point in register.points.all()] == [1]
