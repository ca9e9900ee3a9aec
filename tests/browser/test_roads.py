"""The roads of the five plans, walked in a browser by all their people (issue 2)."""

import datetime

import pytest

from registers.schemes.model import SchemeSpec
from registers.schemes.parse import parse
from registers.schemes.store import spec_of
from tests import factories
from tests.browser.outcome_steps import check_everything
from tests.browser.road_steps import Road
from tests.plumbing.database import WHOLE
from tests.world import make_world
from workflow import human_check

pytestmark = pytest.mark.django_db(transaction=True)
# `bin/test --whole` walks every scope; without it so many that each plan is walked as far as a notice and every sort of
# step is done by somebody. The road machine (tests/workflow/test_road_machine.py) has all scopes each time.
WALKED = {
    "s000": ("section", "bureau"),
    "s001": ("section",),
    "s002": ("post",),
    "s003": ("department",),
    "s004": ("person",),
}
SUBJECTS = {"post": "规划管理岗", "section": "规划股", "bureau": "", "leadership": ""}


def subject_of(scope) -> str:
    """Whose register is walked: one of a tier that the plan asks."""
    if scope.subject == "post" and scope.tiers and "other" not in scope.tiers:
        return "规划股股长" if "middle" in scope.tiers else "分管副局长"
    return SUBJECTS[scope.subject]


def sorts(spec: SchemeSpec, scope: str) -> set[tuple]:
    """What its steps ask of those who sit before the browser."""
    return {(step.kind, step.mode, bool(step.determines)) for step in spec.route(scope).steps}


@pytest.fixture(autouse=True)
def nobody_waits(monkeypatch):
    """That who comments took his time is asked in tests/workflow/test_human_check.py."""
    monkeypatch.setattr(human_check, "LEAST", datetime.timedelta(0))


@pytest.mark.parametrize("key", WALKED)
def test_every_person_of_the_road_acts_until_the_register_is_in_force(key, page, client, live_server, screenshot):
    world = make_world(key)
    road = Road(page, client, live_server, world, screenshot)
    road.sign_in_by_form(world.people["办公室甲"])
    for scope in spec_of(world.cycle.scheme).scopes:
        if scope.key not in WALKED[key] and not WHOLE:
            continue
        register = road.walk(world.register(scope.key, subject_of(scope)))
        check_everything(road, register)
    assert any(road.said.values())


def test_together_the_walked_roads_have_every_sort_of_step():
    specs = {key: parse(factories.scheme_text(key), name=key) for key in WALKED}
    walked = [sorts(specs[key], scope) for key, scopes in WALKED.items() for scope in scopes]
    everything = [sorts(spec, scope.key) for spec in specs.values() for scope in spec.scopes]
    assert set.union(*walked) == set.union(*everything)
    for key, scopes in WALKED.items():
        assert any(("notice", "", False) in sorts(specs[key], scope) for scope in scopes), f"{key} has no notice"
