"""The unit tree: moves keep every key right, other bureaus are untouched, nothing forms a circle, faults are found."""

import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections

from accounts.exceptions import NotNow
from audit.models import Event
from registers.access import scope
from registers.models import Post, Power, Register, RiskPoint, Unit
from registers.services import tracking, tree
from registers.services.tracking import Outdated
from registers.services.tree_check import faults, rebuild
from tests.factories import make_bureau, make_post, make_power, make_register, make_row, make_section

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau() -> Unit:
    return make_bureau()


def keys(model) -> set[tuple]:
    return set(model.objects.values_list("pk", "bureau_id", "section_id"))


def test_a_section_is_the_unit_directly_below_the_bureau(bureau):
    section = make_section(bureau)
    group = make_section(section, "审批组", kind="group")
    assert (section.bureau_id, section.section_id) == (bureau.pk, section.pk)
    assert (group.bureau_id, group.section_id) == (bureau.pk, section.pk)
    assert (bureau.bureau_id, bureau.section_id) == (bureau.pk, None)
    assert faults() == []


def test_a_move_takes_posts_powers_registers_and_points_along(bureau):
    old, new = make_section(bureau, "规划股"), make_section(bureau, "质监站", kind="station")
    group = make_section(old, "审批组", kind="group")
    below = make_section(group, "窗口", kind="group")
    post = make_post(below)
    power = make_power(post)
    register = make_register(post)
    row = make_row(register, power)
    tree.move_unit(by=None, unit=group, parent=new)
    for model, pk in ((Post, post.pk), (Power, power.pk), (Register, register.pk), (RiskPoint, row.points.get().pk)):
        moved = model.objects.get(pk=pk)
        assert (moved.bureau_id, moved.section_id) == (bureau.pk, new.pk), model
    assert faults() == []


def test_a_unit_moved_directly_below_the_bureau_becomes_a_section(bureau):
    section = make_section(bureau)
    group = make_section(section, "审批组", kind="group")
    post = make_post(group)
    tree.move_unit(by=None, unit=group, parent=bureau)
    assert Post.objects.get(pk=post.pk).section_id == group.pk
    tree.move_unit(by=None, unit=group, parent=section)
    assert Post.objects.get(pk=post.pk).section_id == section.pk
    assert faults() == []


def test_a_move_leaves_the_other_bureaus_alone(bureau):
    other = make_bureau("县水利局")
    make_row(make_register(make_post(make_section(other, "水政股"))))
    before = {model: {row for row in keys(model) if row[1] == other.pk} for model in (Unit, Post, Register, RiskPoint)}
    numbers = list(Unit.objects.filter(bureau=other).values_list("pk", "tree_id", "lft", "rght", "level"))
    section, target = make_section(bureau, "规划股"), make_section(bureau, "建管股")
    tree.move_unit(by=None, unit=section, parent=target)
    after = {model: {row for row in keys(model) if row[1] == other.pk} for model in (Unit, Post, Register, RiskPoint)}
    assert after == before
    assert list(Unit.objects.filter(bureau=other).values_list("pk", "tree_id", "lft", "rght", "level")) == numbers


def test_a_new_bureau_renumbers_no_other(bureau):
    before = Unit.objects.get(pk=bureau.pk).tree_id
    make_bureau("安监局")  # sorts before
    assert Unit.objects.get(pk=bureau.pk).tree_id == before
    tree.change_unit(by=None, unit=bureau, name="爱卫办")
    assert Unit.objects.get(pk=bureau.pk).tree_id == before
    assert faults() == []


def test_a_unit_cannot_move_below_itself(bureau):
    section = make_section(bureau)
    below = make_section(section, "审批组", kind="group")
    with pytest.raises(NotNow, match="自己"):
        tree.move_unit(by=None, unit=section, parent=below)
    with pytest.raises(NotNow, match="自己"):
        tree.move_unit(by=None, unit=section, parent=section)
    assert faults() == []


@pytest.mark.parametrize("what", ["bureau", "foreign", "closed"])
def test_refused_moves(bureau, what):
    section, target = make_section(bureau, "规划股"), make_section(bureau, "建管股")
    if what == "bureau":
        section = bureau
    elif what == "foreign":
        target = make_bureau("县水利局")
    else:
        tree.change_unit(by=None, unit=target, closed_on="2012-01-01")
    with pytest.raises(NotNow):
        tree.move_unit(by=None, unit=section, parent=target)
    assert faults() == []


def test_sister_units_have_different_names(bureau):
    make_section(bureau, "规划股")
    with pytest.raises(NotNow, match="已有"):
        make_section(bureau, "规划股")


def test_siblings_stand_in_pinyin_order_also_after_a_rename(bureau):
    first, second = make_section(bureau, "安全股"), make_section(bureau, "规划股")
    tree.change_unit(by=None, unit=first, name="质量股")
    assert list(Unit.objects.filter(parent=bureau).order_by("lft")) == [second, first]
    assert faults() == []


def test_one_change_is_one_history_row_and_one_event(bureau):
    section, target = make_section(bureau, "规划股"), make_section(bureau, "建管股")
    tree.move_unit(by=None, unit=section, parent=target, reason="三定方案调整")
    history = list(section.history.order_by("history_id"))
    assert [row.history_type for row in history] == ["+", "~"]
    assert history[1].parent_id == target.pk
    assert history[1].history_change_reason == "三定方案调整"
    assert Event.objects.filter(verb="unit.move", object_id=section.pk).count() == 1


def test_a_change_on_top_of_an_unseen_change_is_refused_and_a_repeat_is_harmless(bureau):
    section = make_section(bureau)
    seen = tracking.stamp(section)
    tree.change_unit(by=None, unit=section, seen=seen, name="规划一股")
    with pytest.raises(Outdated):
        tree.change_unit(by=None, unit=section, seen=seen, name="规划二股")
    tree.change_unit(by=None, unit=section, seen=seen, name="规划一股")
    assert Unit.objects.get(pk=section.pk).name == "规划一股"
    assert section.history.count() == 2


def test_scope_is_the_subtree_and_the_bureaus_below():
    city = make_bureau("市建设局")
    county = make_bureau("县建设局", above=city)
    town = make_bureau("镇建设所", above=county)
    section = make_section(county)
    group = make_section(section, "审批组", kind="group")
    stranger = make_section(make_bureau("县水利局"), "水政股")

    def under(unit):
        return set(Unit.objects.filter(scope(Unit.objects.get(pk=unit.pk))))

    assert under(city) == {city, county, town, section, group}
    assert under(county) == {county, town, section, group}
    assert under(section) == {section, group}
    assert stranger not in under(city)


# Faults and repair ----------------------------------------------------------------------------------------------------


def test_check_tree_names_a_fault_and_rebuild_tree_mends_it(bureau, capsys):
    section = make_section(bureau)
    post = make_post(section)
    make_row(make_register(post))
    call_command("check_tree")
    Unit.objects.filter(pk=section.pk).update(lft=7, section_id=None)
    Post.objects.filter(pk=post.pk).update(section_id=None)
    with pytest.raises(CommandError):
        call_command("check_tree")
    assert "规划股" in capsys.readouterr().out
    call_command("rebuild_tree")
    assert faults() == []
    assert Post.objects.get(pk=post.pk).section_id == section.pk


def test_two_trees_with_one_number_are_a_fault(bureau):
    other = make_bureau("县水利局")
    Unit.objects.filter(pk=other.pk).update(tree_id=Unit.objects.get(pk=bureau.pk).tree_id)
    assert any("重复" in fault for fault in faults())
    rebuild()
    assert faults() == []


def test_units_in_a_circle_are_a_fault(bureau):
    first = make_section(bureau, "甲股")
    second = make_section(first, "乙组", kind="group")
    Unit.objects.filter(pk=first.pk).update(parent_id=second.pk)
    assert any("环" in fault for fault in faults())


# Together -------------------------------------------------------------------------------------------------------------

WRITERS, WRITES = 8, 15


def write_much(number: int, bureau_id: int, sections: list[int], trouble: list) -> None:
    """One office clerk: adds a unit, moves one here and there, adds, moves …"""
    try:
        bureau = Unit.objects.get(pk=bureau_id)
        mine = None
        for turn in range(WRITES):
            if mine is None or turn % 3 == 0:
                mine = tree.add_unit(by=None, name=f"组{number}-{turn}", kind="group", parent=bureau)
            else:
                target = Unit.objects.get(pk=sections[(number + turn) % len(sections)])
                mine = tree.move_unit(by=None, unit=mine, parent=target)
    except Exception as fault:  # noqa: BLE001 whatever it is, the test must see it
        trouble.append(fault)
    finally:
        connections.close_all()


def race() -> None:
    bureau = make_bureau()
    sections = [make_section(bureau, f"股{number}").pk for number in range(4)]
    for section in sections:
        make_post(Unit.objects.get(pk=section))
    trouble: list = []
    writers = [
        threading.Thread(target=write_much, args=(number, bureau.pk, sections, trouble)) for number in range(WRITERS)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert trouble == []
    assert faults() == []
    assert Unit.objects.filter(name__startswith="组").count() == WRITERS * WRITES // 3


@pytest.mark.django_db(transaction=True)
def test_eight_writers_at_once_never_break_the_tree_on_sqlite():
    if connection.vendor != "sqlite":
        pytest.skip("the same race runs on PostgreSQL below")
    race()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_eight_writers_at_once_never_break_the_tree_on_postgresql():
    race()
