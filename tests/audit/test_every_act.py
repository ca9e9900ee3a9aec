"""What every request of the suite is held to (`tests.plumbing.evidence`), and that this holding bites."""

import pytest

from accounts.roles import Role
from audit import services
from audit.models import Event
from tests.factories import grant, make_bureau

pytestmark = pytest.mark.django_db


def posted(client, bureau, office) -> None:
    client.force_login(office)
    typed = {"name": "燃气股", "kind": "section", "order": 0, "reason": "新设"}
    assert client.post(f"/units/{bureau.pk}/add/", typed).status_code == 302


def test_a_request_that_changes_a_row_leaves_its_event(client):
    bureau = make_bureau()
    posted(client, bureau, grant(Role.OFFICE, bureau))
    assert Event.objects.filter(verb="unit.add", object_label="燃气股").count() == 1


def test_without_its_event_the_suite_would_notice(client, monkeypatch):
    bureau = make_bureau()
    office = grant(Role.OFFICE, bureau)
    monkeypatch.setattr(services, "record", lambda **given: None)
    with pytest.raises(AssertionError, match="without an event"):
        posted(client, bureau, office)


def test_looking_into_the_log_is_in_the_log(client):
    bureau = make_bureau()
    auditor = grant(Role.AUDIT_ADMIN, bureau)
    client.force_login(auditor)
    assert client.get("/audit/?person=甲").status_code == 200
    event = Event.objects.get(verb="audit.read")
    assert (event.actor, event.detail) == (auditor.pk, {"filter": {"person": "甲"}})
