"""The workbook of an offline form: what it holds, and that it comes back as it went out."""

import pytest

from registers.models import Control, Responsibility, RiskPoint
from registers.offline.ground import Ground, whole_of
from registers.services import offline
from tests import factories as make
from tests.offline.sheets import returned, workbook_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def post():
    section = make.make_section(make.make_bureau())
    make.make_post(section, "规划股股长", head=True)
    return make.make_post(section)


@pytest.fixture
def clerk(post):
    return make.appoint(post)


@pytest.fixture
def register(post, clerk):
    register = make.make_register(post, filler=clerk)
    make.make_regulation(post.bureau)
    row = make.make_row(register, make.make_power(post, steps=("受理", "审查")), factors={"likely": "low"})
    point = RiskPoint.objects.get(block=row)
    Control.objects.create(block=row, point=point, text="1. 公开\n2. 抽查", order=1)
    Control.objects.create(block=row, text="轮岗", order=2)
    Responsibility.objects.create(block=row, height="direct", post=post)
    Responsibility.objects.create(block=row, height="leader", text="分管领导")
    return register


@pytest.fixture
def form(register, clerk):
    return offline.issue(register=register, by=clerk)


def test_an_untouched_workbook_comes_back_as_it_went_out(form, register):
    found = returned(form, workbook_of(form))
    assert found.messages == []
    assert found.whole == Ground.of(form).whole == whole_of(register)
