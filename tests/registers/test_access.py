"""Who sees what: insider, neighbour, stranger, the authority above, the three administrators."""

import pytest

from accounts.roles import Permission, Role
from registers.access import standing, visible_powers, visible_registers, visible_units
from registers.enums import RegisterState, Tier
from registers.models import Unit
from tests.factories import (
    appoint,
    grant,
    make_bureau,
    make_post,
    make_power,
    make_register,
    make_section,
    make_user,
    put_in_charge,
)

pytestmark = pytest.mark.django_db


class Scene:
    """One bureau with two sections, a register filled, moving and in force, and everybody who might look."""

    def __init__(self):
        self.above = make_bureau("市建设局")
        self.bureau = make_bureau(above=self.above)
        self.section = make_section(self.bureau)
        self.other_section = make_section(self.bureau, "建管股")
        self.post = make_post(self.section)
        self.sister = make_post(self.section, "测绘岗")
        self.elsewhere = make_post(self.other_section, "招标岗")
        self.power = make_power(self.post)
        self.filling = make_register(self.post)
        self.in_force = make_register(self.sister, cycle=self.filling.cycle, state=RegisterState.IN_FORCE)
        self.far = make_register(self.elsewhere, cycle=self.filling.cycle, state=RegisterState.IN_FORCE)
        self.strange = make_bureau("县水利局")

    def person(self, who: str):
        return {
            "insider": lambda: appoint(self.post),
            "sister": lambda: appoint(self.sister),
            "neighbour": lambda: appoint(self.elsewhere),
            "head": lambda: appoint(make_post(self.section, "规划股股长", tier=Tier.MIDDLE, head=True)),
            "leader": self._leader,
            "office": lambda: grant(Role.OFFICE, self.bureau),
            "above": lambda: grant(Role.DISCIPLINE, self.above),
            "stranger": lambda: appoint(make_post(make_section(self.strange, "水政股"))),
            "nobody": make_user,
            "system": lambda: grant(Role.SYSTEM_ADMIN, self.bureau),
            "security": lambda: grant(Role.SECURITY_ADMIN, self.bureau),
            "auditor": lambda: grant(Role.AUDIT_ADMIN, self.bureau),
        }[who]()

    def _leader(self):
        post = make_post(self.bureau, "副局长", tier=Tier.LEAD)
        put_in_charge(post, self.section)
        return appoint(post)


@pytest.fixture
def scene() -> Scene:
    return Scene()


BUREAU = ("insider", "sister", "neighbour", "head", "leader", "office")


@pytest.mark.parametrize("who", [*BUREAU, "above"])
def test_units_and_powers_are_open_within_the_bureau_and_to_the_body_above(scene, who):
    user = scene.person(who)
    assert set(visible_units(user)) >= {scene.bureau, scene.section, scene.other_section}
    assert scene.strange not in visible_units(user)
    assert scene.power in visible_powers(user)


@pytest.mark.parametrize("who", ["stranger", "nobody"])
def test_nothing_of_the_bureau_is_seen_from_outside(scene, who):
    user = scene.person(who)
    assert not visible_units(user).filter(bureau=scene.bureau).exists()
    assert not visible_powers(user).filter(bureau=scene.bureau).exists()
    assert not visible_registers(user).exists()


@pytest.mark.parametrize("who", ["system", "security", "auditor"])
def test_administrators_read_no_business(scene, who):
    user = scene.person(who)
    assert not visible_powers(user).exists()
    assert not visible_registers(user).exists()


def test_administrators_browse_units_only_as_far_as_their_work_needs(scene):
    assert scene.section in visible_units(scene.person("system"))
    assert scene.section in visible_units(scene.person("security"))
    assert not visible_units(scene.person("auditor")).exists()


@pytest.mark.parametrize(
    "who, sees",
    [
        ("insider", {"filling", "in_force"}),
        ("sister", {"in_force"}),
        ("neighbour", {"far"}),
        ("head", {"filling", "in_force"}),
        ("leader", {"filling", "in_force"}),
        ("office", {"filling", "in_force", "far"}),
        ("above", {"filling", "in_force", "far"}),
    ],
)
def test_registers_are_read_by_holder_leaders_and_roles_and_in_force_within_the_section(scene, who, sees):
    found = set(visible_registers(scene.person(who)))
    assert found == {getattr(scene, name) for name in sees}


def test_a_right_held_at_a_section_ends_at_its_border(scene):
    user = grant(Role.OFFICE, scene.section)
    me = standing(user)
    assert me.may(Permission.KEEP_POWERS, scene.section)
    assert not me.may(Permission.KEEP_POWERS, scene.other_section)
    assert not me.may(Permission.KEEP_POWERS, scene.bureau)


def test_the_body_above_looks_but_does_not_keep_the_house(scene):
    me = standing(grant(Role.OFFICE, scene.above))
    assert me.may(Permission.KEEP_ORGANISATION, scene.section)
    assert not me.may_own(Permission.KEEP_ORGANISATION, scene.section)


def test_two_bodies_above_one_another_see_down_the_whole_chain(scene):
    province = make_bureau("省建设厅")
    Unit.objects.filter(pk=scene.above.pk).update(above=province)
    assert scene.section in visible_units(grant(Role.DISCIPLINE, province))
