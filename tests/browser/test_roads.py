"""Every road of the five plans, walked in a browser by all its people, on a register of every scope (issue 2)."""

import datetime

import pytest

from registers.schemes.model import SchemeSpec, Scope
from registers.schemes.store import spec_of
from tests.browser.outcome_steps import check_everything
from tests.browser.road_steps import Road
from tests.plumbing.database import WHOLE
from tests.world import make_world
from workflow import human_check

pytestmark = pytest.mark.django_db(transaction=True)
SUBJECTS = {"post": "规划管理岗", "section": "规划股", "bureau": "", "leadership": ""}


def subject_of(scope) -> str:
    """Whose register is walked: one of a tier that the plan asks."""
    if scope.subject == "post" and scope.tiers and "other" not in scope.tiers:
        return "规划股股长" if "middle" in scope.tiers else "分管副局长"
    return SUBJECTS[scope.subject]


def roads_of(spec: SchemeSpec) -> list[Scope]:
    """Every scope; without `bin/test --whole` so many that every sort of step of the plan is done by somebody.

    tests/workflow/test_road_machine.py and the matrix have all of them each time.
    """
    if WHOLE:
        return list(spec.scopes)
    sorts = {
        scope.key: {(step.kind, step.mode, bool(step.determines)) for step in spec.route(scope.key).steps}
        for scope in spec.scopes
    }
    found: set[str] = set()
    left = set().union(*sorts.values())
    while left:
        found.add(max(sorts, key=lambda key: len(sorts[key] & left)))
        left -= set().union(*(sorts[key] for key in found))
    return [scope for scope in spec.scopes if scope.key in found]


@pytest.fixture(autouse=True)
def nobody_waits(monkeypatch):
    """That who comments took his time is asked in tests/workflow/test_human_check.py."""
    monkeypatch.setattr(human_check, "LEAST", datetime.timedelta(0))


@pytest.mark.parametrize("key", ["s000", "s001", "s002", "s003", "s004"])
def test_every_person_of_the_road_acts_until_the_register_is_in_force(key, page, client, live_server, screenshot):
    world = make_world(key)
    road = Road(page, client, live_server, world, screenshot)
    road.sign_in_by_form(world.people["办公室甲"])
    for scope in roads_of(spec_of(world.cycle.scheme)):
        register = road.walk(world.register(scope.key, subject_of(scope)))
        check_everything(road, register)
    assert any(road.said.values())
