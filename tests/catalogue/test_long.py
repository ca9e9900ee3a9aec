"""Two thousand rows of each kind, in bounded queries; people, who are written one by one, three hundred."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role
from registers.models import Appointment, Post, Power, Regulation, Unit
from tests import factories
from tests.catalogue.files import apply, book, plan

pytestmark = pytest.mark.django_db
ROWS = 2000
PEOPLE = 300


@pytest.fixture
def bureau():
    return factories.make_bureau()


@pytest.fixture
def office(bureau):
    return factories.grant(Role.OFFICE, bureau)


def test_two_thousand_posts_powers_and_regulations(bureau, office):
    names = [f"第{n}股" for n in range(20)]
    posts = [["所在机构", "岗位名称"], *([names[n % 20], f"岗位{n}"] for n in range(ROWS))]
    powers = [["行使机构", "行使岗位", "职权名称"], *([names[n % 20], f"岗位{n}", f"职权{n}"] for n in range(ROWS))]
    rules = [["制度名称", "文号"], *([f"制度{n}", f"第{n}号"] for n in range(ROWS))]
    apply("organisation", book(机构=[["机构名称", "性质"], *([name, "股室"] for name in names)]), bureau, office)
    for kind, data in (
        ("organisation", book(岗位=posts)),
        ("regulations", book(制度=rules)),
        ("powers", book(职权=powers)),
    ):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            apply(kind, data, bureau, office)
        assert len(asked) < 150
    assert Unit.objects.count() == 21
    assert (Post.objects.count(), Power.objects.count(), Regulation.objects.count()) == (ROWS, ROWS, ROWS)
    assert Power.history.count() == ROWS


def test_three_hundred_people(bureau, office):
    section = factories.make_section(bureau)
    for n in range(10):
        factories.make_post(section, f"岗位{n}")
    head = ["姓名", "用户名", "机构", "岗位"]
    rows = [head, *([f"人员{n}", f"renyuan{n}", "规划股", f"岗位{n % 10}"] for n in range(PEOPLE))]
    data = book(人员任职=rows)
    with CaptureQueriesContext(connection) as asked:
        assert len(plan("people", data, bureau, office).changes) == PEOPLE
    assert len(asked) < 40
    apply("people", data, bureau, office)
    assert Appointment.objects.count() == PEOPLE
