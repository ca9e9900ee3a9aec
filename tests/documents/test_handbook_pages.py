"""Asking for a handbook on a page: what is offered, what is refused, what the background makes of it."""

import io

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from accounts.roles import Role
from audit.models import Event
from documents.handbook.choosing import starting_unit
from jobs import files, worker
from jobs.enums import JobState
from jobs.models import Job
from registers.models import Appointment, RoleGrant
from tests.documents.handbooks import make_ground
from tests.factories import grant, make_bureau
from tests.world import make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def ground(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return make_ground()


def asked(of: str, **more) -> dict:
    return {"of": of, "day": timezone.localdate().isoformat(), "format": "pdf"} | more


def test_the_page_offers_the_unit_its_bureau_and_its_leaders(ground, client):
    client.force_login(ground.office)
    page = client.get(reverse("handbook"), {"unit": ground.planning.pk}).content.decode()
    assert f'value="unit:{ground.planning.pk}" selected' in page
    for value in (f"unit:{ground.bureau.pk}", f"leader:{ground.deputy.pk}", f"leaders:{ground.bureau.pk}"):
        assert f'value="{value}"' in page
    for name, pk in (("unit", ground.planning.pk), ("ledger", None)):
        where = client.get(reverse(name, args=[pk] if pk else [])).content.decode()
        assert reverse("handbook") in where


def test_what_is_asked_for_is_made_in_the_background_and_written_down(ground, client):
    client.force_login(ground.office)
    response = client.post(reverse("handbook"), asked(f"unit:{ground.planning.pk}"))
    job = Job.objects.get()
    assert response.url == reverse("job_detail", args=[job.pk])
    assert worker.run_one("w")
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.DONE, "")
    book = PdfReader(io.BytesIO(files.path_of(job.file).read_bytes()))
    assert job.file_name == f"县建设局规划股廉政风险防控工作手册（{timezone.localdate()}）.pdf"
    assert book.metadata.author == "县建设局"
    event = Event.objects.get(verb="handbook.make")
    assert event.actor == ground.office.pk
    assert event.detail["points"] == 6


def test_whoever_loses_the_right_while_it_waits_gets_nothing(ground, client):
    user = grant(Role.DISCIPLINE, ground.bureau)
    client.force_login(user)
    client.post(reverse("handbook"), asked(f"unit:{ground.planning.pk}"))
    RoleGrant.objects.filter(user=user).delete()
    Appointment.objects.filter(user=user).delete()
    worker.run_one("w")
    job = Job.objects.get()
    assert job.state == JobState.FAILED
    assert not job.file


@pytest.mark.parametrize("more", [{"of": "unit:999999"}, {"day": "2999-01-01"}, {"format": "exe"}, {"of": "nonsense"}])
def test_what_is_not_offered_is_refused_in_the_form(ground, client, more):
    client.force_login(ground.office)
    response = client.post(reverse("handbook"), asked(f"unit:{ground.planning.pk}") | more)
    assert response.status_code == 200
    assert not Job.objects.exists()


def test_nobody_comes_to_units_out_of_sight(ground, client):
    stranger = grant(Role.OFFICE, make_bureau("别的局"))
    client.force_login(stranger)
    for query in ({"unit": ground.planning.pk}, {"leader": ground.deputy.pk}, {"unit": "x"}, {"leader": "9" * 30}):
        assert client.get(reverse("handbook"), query).status_code == 404
    client.force_login(grant(Role.SECURITY_ADMIN, ground.bureau))
    assert client.get(reverse("handbook")).status_code == 403


def test_starting_unit_is_one_that_the_reader_may_browse():
    near, far = make_world("s000", tag="甲", open_registers=False), make_world("s000", tag="乙", open_registers=False)
    reader = near.people["规划管理岗"]
    assert starting_unit(reader, "") == near.bureau
    assert starting_unit(reader, str(near.sections["建筑管理股"].pk)) == near.sections["建筑管理股"]
    assert starting_unit(reader, str(far.bureau.pk)) is None
    assert starting_unit(reader, "x") is None
