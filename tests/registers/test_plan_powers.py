"""What the plans ask of the power list: named after the rows of docs/requirements.md."""

import pytest
from django.urls import reverse

from accounts.roles import Role
from registers import powers as reading
from registers.models import Power
from tests import factories

pytestmark = pytest.mark.django_db

SAID = {
    "name": "排污许可",
    "content": "核发排污许可证",
    "exercising_body": "县环境保护局",
    "legal_basis": "《水污染防治法》第二十条",
    "conditions": "符合总量控制要求",
    "procedure_text": "受理、审查、决定、送达",
    "time_limit": "二十个工作日",
    "supervision": "公开栏公示，电话回访",
}


@pytest.fixture
def section():
    return factories.make_section(factories.make_bureau())


def test_s1_06_the_power_list_has_the_eight_fields_of_the_plan(section, client):
    power = factories.make_power(section, **SAID, discretion="处罚幅度分三档")
    client.force_login(factories.appoint(factories.make_post(section)))
    page = client.get(reverse("power", args=[power.pk])).content.decode()
    for text in (*SAID.values(), "处罚幅度分三档"):
        assert text in page


def test_s1_07_s1_20_a_power_without_basis_or_regulation_is_listed(section, client):
    factories.make_power(section, "有依据的", legal_basis="《水污染防治法》", steps=("受理", "决定"))
    factories.make_power(section, "没有依据的")
    counts = reading.gap_counts(Power.objects.all())
    assert counts == {"all": 2, "no_regulation": 2, "no_basis": 1, "no_procedure": 1}
    client.force_login(factories.grant(Role.OFFICE, section.bureau))
    page = client.get(reverse("power_gaps"), {"unit": section.bureau_id, "which": "no_basis"}).content.decode()
    assert "没有依据的" in page
    assert "有依据的</a>" not in page.replace("没有依据的</a>", "")


def test_s0_21_s4_21_discretion_and_major_matters_are_marked_on_the_power(section, client):
    power = factories.make_power(section, "大额资金使用", major=True, discretion="五万元以下由分管领导定")
    client.force_login(factories.appoint(factories.make_post(section)))
    page = client.get(reverse("power", args=[power.pk])).content.decode()
    assert "三重一大" in page
    assert "五万元以下由分管领导定" in page
