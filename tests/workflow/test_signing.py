"""Signing many registers on one page (workflow.signing): each person only what waits for him and what he may read."""

import pytest

from tests.roads import walk
from tests.world import World, make_world
from workflow import signing

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    """A register that waits for the discipline group, and one of another bureau at the same step."""
    near, far = make_world("s000", tag="甲"), make_world("s000", tag="乙")
    for one in (near, far):
        walk(one.register("post", "规划管理岗"), to="discipline")
    return near


def test_piles_and_tasks_of_are_the_readers_own(world):
    register = world.register("post", "规划管理岗")
    [pile] = signing.piles(world.people["纪检组组长"])
    assert (pile.step, pile.count) == ("discipline", 1)
    assert [task.register_id for task in signing.tasks_of(world.people["纪检组组长"], pile)] == [register.pk]
    other = world.people["施工许可岗"]
    assert signing.piles(other) == []
    assert not signing.tasks_of(other, pile)


def test_registers_of_are_those_that_the_reader_may_read(world):
    own, other = world.register("post", "规划管理岗").pk, world.register("post", "施工许可岗").pk
    assert set(signing.registers_of(world.people["纪检组组长"], [own, other])) == {own, other}
    assert set(signing.registers_of(world.people["施工许可岗"], [own, other])) == {other}
    assert signing.registers_of(world.people["系统管理员"], [own, other]) == {}
