"""A long ledger is written in the background, by what its owner may see then."""

import datetime

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audit.models import Event
from documents import ledger_export
from jobs import files, worker
from jobs.enums import JobState
from jobs.models import Job
from registers.models import RoleGrant
from registers.services.roles import end_role
from tests.factories import grant
from tests.registers.test_ledger import bureau_with


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def office(db):
    return grant(Role.OFFICE, bureau_with("s000").bureau)


def test_a_short_ledger_comes_at_once(client, office):
    client.force_login(office)
    answer = client.get(reverse("ledger_export"))
    assert "spreadsheet" in answer["Content-Type"]
    assert not Job.objects.exists()


def test_a_long_ledger_becomes_a_job_with_the_same_rows(client, office, monkeypatch):
    client.force_login(office)
    at_once = b"".join(client.get(reverse("ledger_export")).streaming_content)
    monkeypatch.setattr(ledger_export, "LONG", 0)
    answers = [client.get(reverse("ledger_export"), {"q": ""}) for _ in range(2)]
    job = Job.objects.get()
    assert {answer["Location"] for answer in answers} == {reverse("job_detail", args=[job.pk])}
    worker.work_off()
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.DONE, "")
    assert job.file_name.endswith(".xlsx")
    assert files.path_of(job.file).read_bytes() == at_once
    assert openpyxl.load_workbook(files.path_of(job.file)).active.max_row == 5
    assert Event.objects.filter(verb="ledger.export", detail__rows=3).count() == 2


def test_who_lost_his_role_meanwhile_gets_what_he_may_see_now(client, office, monkeypatch):
    client.force_login(office)
    monkeypatch.setattr(ledger_export, "LONG", 0)
    client.get(reverse("ledger_export"))
    RoleGrant.objects.all().delete()
    worker.work_off()
    job = Job.objects.get()
    assert openpyxl.load_workbook(files.path_of(job.file)).active.max_row == 2, "the heads, and no row"


@pytest.mark.parametrize("ends_on", [0, 1])
def test_a_file_is_taken_back_from_who_lost_his_role_after_it_was_made(client, office, monkeypatch, ends_on):
    client.force_login(office)
    monkeypatch.setattr(ledger_export, "LONG", 0)
    client.get(reverse("ledger_export"))
    worker.work_off()
    job = Job.objects.get()
    address = reverse("job_file", args=[job.pk])
    assert client.get(address).status_code == 200
    held = RoleGrant.objects.get(user=office)
    if ends_on:  # the day came by itself, nobody wrote anything since
        Job.objects.update(started_at=timezone.now() - datetime.timedelta(days=2))
        held.history.update(history_date=timezone.now() - datetime.timedelta(days=9))
        RoleGrant.objects.filter(pk=held.pk).update(ends_on=timezone.localdate() - datetime.timedelta(days=1))
    else:
        end_role(by=None, grant=held)
        client.force_login(office)  # the end of a role ends his sessions; he comes again
    answer = client.get(address)
    assert answer.status_code == 403
    assert "已经撤下" in answer.content.decode()
    assert not files.path_of(job.file).exists()
    assert client.post(reverse("job_retry", args=[job.pk])).status_code == 302
    worker.work_off()
    job.refresh_from_db()
    assert client.get(address).status_code == 200
    assert openpyxl.load_workbook(files.path_of(job.file)).active.max_row == 2, "the heads, and no row"
