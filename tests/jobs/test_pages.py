"""The pages of background jobs: one's own only, usable without scripts, and plain about what is over."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import Event
from jobs import services, worker
from jobs.enums import JobState
from jobs.models import Job
from paper import PaperError
from tests.factories import make_user
from tests.jobs.kinds import kind, raises, writes


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def user(db):
    return make_user("甲")


@pytest.fixture
def mine(client, user):
    client.force_login(user)
    return client


@pytest.fixture
def trial():
    with kind(writes()) as key:
        yield key


def ask(user, title="全部风险点", **params) -> Job:
    return services.ask(kind="trial", title=title, params=params, by=user, bureau=7)


def page(client, name: str, *args) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_waiting_job_shows_how_many_are_before_it_and_looks_again_by_itself(mine, user, trial):
    ask(make_user("乙"))
    job = ask(user)
    answer = mine.get(reverse("job_detail", args=[job.pk]))
    assert "前面还有 1 项" in answer.content.decode()
    assert answer["Refresh"] == "2"
    assert "Refresh" not in mine.get(reverse("job_detail", args=[job.pk]) + "?still=1")


def test_a_running_job_shows_its_progress(mine, user, trial):
    job = ask(user)
    Job.objects.update(state=JobState.RUNNING, done=30, total=120, said="规划股")
    body = page(mine, "job_detail", job.pk)
    assert 'value="25"' in body
    assert "已完成 30 / 120 · 规划股" in body


def test_who_asked_downloads_the_file_and_that_is_noted(mine, user, trial):
    job = ask(user)
    worker.work_off()
    assert "下载" in page(mine, "job_detail", job.pk)
    assert mine.head(reverse("job_file", args=[job.pk])).status_code == 200
    assert not Event.objects.filter(verb="job.take").exists()
    answer = mine.get(reverse("job_file", args=[job.pk]))
    assert b"".join(answer.streaming_content).decode() == "内容"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "attachment" in answer["Content-Disposition"]
    event = Event.objects.get(verb="job.take")
    assert (event.actor, event.detail["file"]) == (user.pk, "结果.txt")


@pytest.mark.parametrize("name", ["job_detail", "job_file", "job_cancel", "job_retry"])
def test_the_job_of_somebody_else_does_not_exist(client, user, trial, name):
    job = ask(user)
    worker.work_off()
    client.force_login(make_user("乙"))
    ask_for = client.post if name in ("job_cancel", "job_retry") else client.get
    assert ask_for(reverse(name, args=[job.pk])).status_code == 404
    assert job.title not in page(client, "jobs")


def test_a_file_whose_time_is_over_gives_a_page_that_says_so(mine, user, trial):
    job = ask(user)
    worker.work_off()
    Job.objects.update(expires_at=timezone.now() - datetime.timedelta(minutes=1))
    answer = mine.get(reverse("job_file", args=[job.pk]))
    assert answer.status_code == 410
    assert "文件已过保存期" in answer.content.decode()
    assert "重新生成" in page(mine, "job_detail", job.pk)
    assert "文件已过期" in page(mine, "jobs")
    mine.post(reverse("job_retry", args=[job.pk]))
    worker.work_off()
    assert mine.get(reverse("job_file", args=[job.pk])).status_code == 200


def test_a_job_without_its_file_is_not_a_broken_page(mine, user, trial):
    job = ask(user)
    assert mine.get(reverse("job_file", args=[job.pk])).status_code == 404


def test_a_failed_job_says_why_and_can_be_tried_again(mine, user):
    with kind(raises(PaperError("缺少中文字体"))):
        job = ask(user)
        worker.work_off()
        body = page(mine, "job_detail", job.pk)
        assert "缺少中文字体" in body
        assert "再试一次" in body
        assert mine.post(reverse("job_retry", args=[job.pk]))["Location"] == reverse("job_detail", args=[job.pk])
    assert Job.objects.get().state == JobState.WAITING


def test_cancelling_comes_back_to_the_job(mine, user, trial):
    job = ask(user)
    answer = mine.post(reverse("job_cancel", args=[job.pk]), follow=True)
    assert "已取消" in answer.content.decode()
    assert mine.post(reverse("job_cancel", args=[job.pk])).status_code == 409


def test_the_next_page_tells_that_a_job_is_done_until_it_was_looked_at(mine, user, trial):
    job = ask(user, "全局台账")
    assert "全局台账" not in page(mine, "home")
    worker.work_off()
    assert "“全局台账”已经做好" in page(mine, "home")
    page(mine, "job_detail", job.pk)
    assert "全局台账" not in page(mine, "home")


def test_the_list_is_cut_into_pages_and_costs_the_same_for_any_number(mine, user, trial, django_assert_max_num_queries):
    for number in range(services.MOST_WAITING):
        ask(user, number=number)
    Job.objects.update(live_key=None, state=JobState.DONE, seen=True)
    rows = [Job(kind="trial", title=f"旧{n}", by=user, state=JobState.CANCELLED) for n in range(60)]
    Job.objects.bulk_create(rows)
    with django_assert_max_num_queries(10):
        body = page(mine, "jobs")
    assert body.count("<tr>") + body.count('<tr class="row-new">') == 51
    assert "?page=2" in body
