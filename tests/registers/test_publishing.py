"""A power with personal data is not shown to society; one with a mark of secrecy is not kept at all."""

import pytest
from django.urls import reverse

from accounts.exceptions import NotNow
from registers.models import Power
from registers.services import powers
from tests.factories import make_bureau, make_power

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("field", ["name", "content", "conditions", "procedure_text", "supervision"])
def test_it_can_be_kept_but_not_published(field):
    power = make_power(make_bureau("县建设局"), "许可", **({} if field == "name" else {field: ""}))
    text = "找经办人 13800138000 办理"
    powers.change_power(by=None, power=power, **{field: text})
    with pytest.raises(NotNow, match=r"138\*\*\*\*8000"):
        powers.change_power(by=None, power=power, published=True)
    assert not Power.objects.get().published


def test_the_offices_telephone_may_be_named_for_supervision():
    power = make_power(make_bureau("县建设局"), "许可", supervision="监督电话 0762-8334567")
    assert powers.change_power(by=None, power=power, published=True).published


def test_what_was_published_before_the_guard_is_shown_no_more(client):
    power = make_power(make_bureau("县建设局"), "许可", published=True, content="联系 13800138000")
    other = make_power(power.unit, "处罚", published=True)
    assert client.get(reverse("public_power", args=[power.pk])).status_code == 404
    assert client.get(reverse("public_power", args=[other.pk])).status_code == 200
    page = client.get(reverse("public_powers", args=[power.bureau_id])).content.decode()
    assert "处罚" in page
    assert "许可" not in page


def test_a_mark_of_secrecy_is_not_kept():
    with pytest.raises(NotNow, match="非涉密系统"):
        powers.add_power(by=None, unit=make_bureau("县建设局"), name="某事", content="机密★十年")
