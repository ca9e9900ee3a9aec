"""The sample: a living bureau by real services, and synthetic bodies with the rows that the program would write."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts import services as accounts
from audit.models import Event
from lianzheng.sample import material, synthetic
from registers.content import content_of
from registers.enums import RatingKind
from registers.models import Post, Power, Rating, Register, RiskPoint, Unit
from registers.schemes.store import spec_of
from tests import factories
from tests.sample.invariants import check_invariants, on_the_road
from workflow import actors, desks, engine, guards, seals
from workflow.acts import Act
from workflow.enums import Action, NoticeState
from workflow.models import Decision, NoticeItem, Task
from workflow.services import deciding

pytestmark = pytest.mark.django_db
SCHEMES = ("s000", "s001", "s002", "s003", "s004")


def test_the_sample_keeps_away_from_a_database_in_use():
    factories.make_user()
    call_command("sample", "--if-empty", stdout=io.StringIO())
    assert not Register.objects.exists()
    with pytest.raises(CommandError, match="已有人员"):
        call_command("sample", stdout=io.StringIO())


def test_the_sample_needs_its_scheme():
    with pytest.raises(CommandError, match="load_scheme"):
        call_command("sample", stdout=io.StringIO())
    assert not Unit.objects.exists()


def test_the_material_names_its_sources():
    given = material.read("material.json")
    named = {row["from"] for area in given["areas"].values() for power in area for row in power["rows"]}
    assert named <= set(given["sources"])
    assert all(source["url"].startswith("http") for key, source in given["sources"].items() if key != "p000")
    known = {kind.key for kind in spec_of(factories.make_scheme("s000")).kinds}
    assert {risk.kind for power in material.powers().values() for risk in power.risks} <= known


# Synthetic bodies ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", SCHEMES)
def test_synthetic_rows_are_what_the_program_would_have_written(key):
    scheme = factories.make_scheme(key)
    made = synthetic.load(scheme=scheme, size="tiny", seed=3)
    assert (made.posts, made.registers) == (Post.objects.count(), Register.objects.count())
    assert made.points == RiskPoint.objects.count()
    check_invariants()
    for register in Register.objects.all():
        seal = seals.latest(register)
        if seal is None or register.round > 1:
            continue
        added = {"compiled": seals.compiled_of(register), "levels": seal.data["levels"]}
        assert content_of(register) | added == seal.data, register
        if seal.issue:
            assert seals.levels_of(register) == seal.data["levels"]
    for register in on_the_road():
        tasks = Task.objects.filter(register=register, open=True)
        step = engine.step_of(register)
        if register.waiting == "notice":
            assert NoticeItem.objects.filter(register=register, notice__state=NoticeState.OPEN).count() == 1
            continue
        resolved = actors.resolve(register, spec_of(scheme), step, timezone.localdate())
        assert {task.desk for task in tasks} == set(resolved.desks), register
    assert Event.objects.filter(verb__startswith="register.").count() == Decision.objects.count()
    determined = Rating.objects.filter(kind=RatingKind.DETERMINED)
    assert determined.count() == sum(len(levels) for levels in Decision.objects.values_list("levels", flat=True))
    assert set(Power.objects.values_list("kind", flat=True)) <= {option.key for option in spec_of(scheme).power_kinds}


def test_work_goes_on_from_synthetic_rows():
    scheme = factories.make_scheme("s002")
    synthetic.load(scheme=scheme, size="tiny", seed=3)
    for register in on_the_road():
        step = engine.step_of(register)
        if step.kind not in ("review", "audit"):
            continue
        found = desks.holders_of([task.desk for task in guards.open_tasks(register)], timezone.localdate())
        user = next(holder.user for holders in found.values() for holder in holders)
        deciding.agree(register=register, by=user, act=Act(opinion="同意。"))
        assert Decision.objects.filter(register=register, action=Action.AGREE, by=user).exists()
        return
    pytest.fail("no register stands at a review")


def test_one_body_after_another_in_one_database(settings):
    settings.SAMPLE = True
    for key in ("s000", "s003"):
        synthetic.load(scheme=factories.make_scheme(key), size="tiny")
    check_invariants()
    assert accounts.is_sample()
