"""The sample bureau is a living one, made by the real services."""

import io

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts import services as accounts
from accounts.models import User
from lianzheng.sample import people
from registers.models import Cycle, Post, Register
from registers.schemes.store import spec_of
from tests.sample.invariants import check_invariants, on_the_road
from workflow.enums import NoticeState, TaskKind
from workflow.models import Decision, Notice, Task

pytestmark = pytest.mark.django_db


def test_the_sample_bureau_is_alive(trial, settings):
    settings.SAMPLE = True
    check_invariants()
    road = spec_of(Register.objects.first().scheme).route("post")
    present = Cycle.objects.latest("starts_on")
    rows = Register.objects.filter(cycle=present, scope="post")
    assert {step.key for step in road.steps} == set(rows.values_list("step", flat=True))
    states = set(Register.objects.values_list("state", flat=True))
    assert states == {"filling", "moving", "in_force", "replaced"}
    assert 40 <= Post.objects.count() <= 50
    assert 55 <= Register.objects.count() <= 90
    # a notice runs and has comments; somebody is late, somebody has a limit, somebody waits for his colleague
    notice = Notice.objects.get(state=NoticeState.OPEN)
    assert notice.comments.count() == 2
    today = timezone.localdate()
    assert on_the_road().filter(due_on__lt=today).exists()
    assert on_the_road().filter(round=2, due_on__gte=today).exists()
    assert Task.objects.filter(open=True, kind=TaskKind.CONFIRM).count() == 1
    assert Register.objects.filter(zero_signed=True).exists()
    vacant = Post.objects.filter(appointments=None)
    assert vacant.count() == 1
    # the second start finds it and leaves it alone
    out = io.StringIO()
    count = Register.objects.count()
    call_command("sample", "--if-empty", stdout=out)
    assert Register.objects.count() == count
    assert "yangli-guihua-guzhang" in out.getvalue()
    # everybody is an obvious placeholder, signs in by one click only, and is in the table
    assert accounts.is_sample()
    assert not any(user.has_usable_password() for user in User.objects.all())
    assert {person.username for person in people.people()} == set(User.objects.values_list("username", flat=True))
    assert Decision.objects.filter(at__lt=timezone.now() - timezone.timedelta(days=300)).exists()
    assert not Decision.objects.filter(at__gt=timezone.now()).exists()
