"""What was printed here can be imported here: each plan's forms are known by the titles that the plan gives them."""

import pytest
from django.urls import reverse

from registers.content import content_of
from registers.importing.headings import find_head
from registers.importing.plan import make_plan
from registers.importing.planned import PlannedRow
from registers.importing.vocabulary import titles_of
from registers.schemes.store import spec_of
from tests.registers.workbooks import sheets_of
from tests.roads import register_at
from tests.world import make_world

pytestmark = pytest.mark.django_db
PLANS = {
    "s000": ("form4", "post"),
    "s001": ("negative_post", "post"),
    "s002": ("table_post", "post"),
    "s003": ("form5", "post"),
    "s004": ("overview_person", "person"),
}
TAKEN = {"order", "power", "kind", "klass", "point", "manifestation", "controls", "direct"}


@pytest.mark.parametrize("scheme", list(PLANS))
def test_a_printed_form_is_read_as_what_it_says(scheme, client):
    key, scope = PLANS[scheme]
    world = make_world(scheme)
    register = register_at(world, scope)
    client.force_login(world.people["办公室甲"])
    data = client.get(reverse("paper_xlsx", args=[register.pk, key])).content
    sheets = sheets_of(data)
    spec = spec_of(register.scheme)
    head = find_head(sheets[0], titles_of(spec.forms))
    columns = {column.key for column in spec.form(key).columns}
    assert set(head.columns) >= (columns | {"direct"}) & TAKEN - {"klass"}
    other = make_world(scheme, tag="乙")
    plan = make_plan(sheets=sheets, unit=other.sections["规划股"], cycle=other.cycle)
    assert not [error.said for error in plan.errors if error.column]
    kinds = {kind.key for kind in spec.kinds_of(plan.rows[0].register.scope)}  # a section's are not always a post's
    assert [said(row) for row in plan.rows] == [told(row, kinds) for row in content_of(register)["rows"]]


def said(row: PlannedRow) -> tuple:
    power = row.power.name if row.power else row.matter
    points = [(point.name, point.manifestation, point.kind) for point in row.points]
    return power, points, [control.text for control in row.controls]


def told(row: dict, kinds: set[str]) -> tuple:
    power = row["power"]["name"] if row["power"] else row["matter"]
    points = [
        (point["name"], point["manifestation"], point["kind"] if point["kind"] in kinds else "")
        for point in row["points"]
    ]
    return power, points, [control["text"] for control in row["controls"]]
