"""The pages of 抹去个人信息 (registers.views.redactions): each pair of people its own bureau's, nobody else's."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from registers.enums import RedactionState
from registers.models import Redaction
from tests.factories import grant, make_bureau, make_user

pytestmark = pytest.mark.django_db
DATUM = "110101199003071399"


@pytest.fixture
def near():
    return make_bureau("甲局")


@pytest.fixture
def inspector(near):
    return grant(Role.DISCIPLINE, near, make_user("甲局组长"))


def asked_for(bureau, by=None, **more) -> Redaction:
    by = by or grant(Role.DISCIPLINE, bureau, make_user("组长"))
    return Redaction.objects.create(
        bureau=bureau, datum=DATUM, what="某人的信息", ground="本人申请", proposed_by=by, **more
    )


def test_redactions_lists_and_redaction_opens_those_of_ones_own_bureau_only(client, near, inspector):
    own, far = asked_for(near), asked_for(make_bureau("乙局"))
    client.force_login(inspector)
    page = client.get(reverse("redactions")).content.decode()
    assert reverse("redaction", args=[own.pk]) in page
    assert reverse("redaction", args=[far.pk]) not in page
    assert client.get(reverse("redaction", args=[own.pk])).status_code == 200
    assert client.get(reverse("redaction", args=[far.pk])).status_code == 404


def test_redaction_add_offers_ones_own_bureau_only_and_takes_no_other(client, near, inspector):
    far = make_bureau("乙局")
    client.force_login(inspector)
    page = client.get(reverse("redaction_add")).content.decode()
    assert "甲局" in page
    assert "乙局" not in page
    given = {"bureau": far.pk, "datum": DATUM, "what": "号码", "ground": "本人申请"}
    page = client.post(reverse("redaction_add"), given).content.decode()
    assert "aria-invalid" in page, page
    assert not Redaction.objects.exists()


def test_redaction_that_is_answered_takes_no_further_answer(client, near, inspector):
    auditor = grant(Role.AUDIT_ADMIN, near, make_user("审计员"))
    row = asked_for(near, inspector, state=RedactionState.REFUSED, answered_by=auditor, answered_at=timezone.now())
    client.force_login(auditor)
    assert client.get(reverse("redaction", args=[row.pk])).status_code == 200
    assert client.post(reverse("redaction", args=[row.pk]), {"answer": "confirm"}).status_code == 403
    row.refresh_from_db()
    assert row.state == RedactionState.REFUSED


def test_redaction_of_a_stranger_takes_no_answer(client, near, inspector):
    """Another one of the same kind is not the second person."""
    row = asked_for(near, inspector)
    client.force_login(grant(Role.DISCIPLINE, near, make_user("副组长")))
    assert client.post(reverse("redaction", args=[row.pk]), {"answer": "confirm"}).status_code == 403
    row.refresh_from_db()
    assert row.state == RedactionState.WAITING
