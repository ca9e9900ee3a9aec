"""What lies within a reach: units with all under them, and nothing beside them (registers.reach)."""

import pytest

from registers.enums import UnitKind
from registers.models import Unit
from registers.reach import Reach, reach_of, subtree
from tests.factories import appoint, make_bureau, make_post, make_section

pytestmark = pytest.mark.django_db


@pytest.fixture
def units() -> dict[str, Unit]:
    """A section with two groups, one of which has a team, and the same in another bureau, at the same places."""
    found = {}
    for tag in ("甲", "乙"):
        section = found[f"{tag}股"] = make_section(make_bureau(f"{tag}局"), "股")
        for number in (1, 2):
            found[f"{tag}{number}组"] = make_section(section, f"{number}组", kind=UnitKind.GROUP)
        found[f"{tag}队"] = make_section(found[f"{tag}1组"], "队", kind=UnitKind.GROUP)
    return {name: Unit.objects.get(pk=unit.pk) for name, unit in found.items()}


def test_the_head_of_a_group_reaches_his_group_and_what_is_under_it_only(units):
    reach = Reach()
    reach.add(units["甲1组"])
    assert [name for name, unit in units.items() if reach.covers(unit)] == ["甲1组", "甲队"]


def test_a_section_a_bureau_and_a_single_post_are_covered_and_nothing_else_is(units):
    reach, bureau = Reach(), Reach()
    reach.add(units["甲股"])
    assert [name for name, unit in units.items() if reach.covers(unit)] == ["甲股", "甲1组", "甲2组", "甲队"]
    bureau.add(Unit.objects.get(pk=units["乙股"].bureau_id))
    assert [name for name, unit in units.items() if bureau.covers(unit)] == ["乙股", "乙1组", "乙2组", "乙队"]
    leader = make_post(Unit.objects.get(pk=units["甲股"].bureau_id), "局长")
    alone = reach_of(appoint(leader))
    assert alone.covers(leader.unit, leader.pk)
    assert not alone.covers(leader.unit)
    assert not any(alone.covers(unit) for unit in units.values())


def test_a_subtree_ends_at_its_unit_and_at_its_bureau(units):
    assert subtree(units["甲1组"]) == [units["甲1组"].pk, units["甲队"].pk]
    assert subtree(units["甲2组"]) == [units["甲2组"].pk]
    assert units["甲1组"].lft == units["乙1组"].lft, "the other bureau has the same places in its tree"
