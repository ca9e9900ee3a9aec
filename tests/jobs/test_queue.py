"""The queue: one worker for each job, nothing lost, nothing done twice, and a sentence when it fails."""

import datetime
import logging
import os
import threading
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.http import Http404
from django.utils import timezone

from accounts.exceptions import NotAllowed, NotNow
from audit.models import Event
from jobs import files, queue, registry, services, worker
from jobs.enums import JobState
from jobs.exceptions import Cancelled, Lost
from jobs.models import Job
from jobs.news import news_of
from jobs.work import Work
from paper import PaperError
from tests.factories import make_user
from tests.jobs.kinds import kind, raises, writes


@pytest.fixture
def user(db):
    return make_user("甲")


@pytest.fixture
def trial():
    with kind(writes()) as key:
        yield key


def ask(user, key="trial", **params) -> Job:
    return services.ask(kind=key, title="试验", params=params, by=user, bureau=7)


def stored() -> list[str]:
    folder = files.path_of(files.FOLDER)
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def test_a_job_is_done_and_its_file_kept_with_size_digest_and_end_of_keeping(user, trial):
    job = ask(user)
    assert worker.work_off() == 1
    job.refresh_from_db()
    assert (job.state, job.file_name, job.size) == (JobState.DONE, "结果.txt", len("内容".encode()))
    assert files.path_of(job.file).read_text() == "内容"
    assert job.sha256 == files.digest_of(job.file)
    assert job.expires_at == job.finished_at + datetime.timedelta(days=settings.JOB_DAYS)
    assert [event.verb for event in Event.objects.order_by("pk")] == ["job.ask", "job.done"]
    assert [news.pk for news in news_of(user)] == [job.pk]


def test_the_same_asked_twice_is_one_job_until_it_is_over(user, trial):
    first = ask(user, unit=1, day=datetime.date(2026, 1, 1))
    assert ask(user, unit=1, day=datetime.date(2026, 1, 1)) == first
    assert ask(user, unit=2) != first
    assert ask(make_user("乙"), unit=1, day=datetime.date(2026, 1, 1)) != first
    worker.work_off()
    assert ask(user, unit=1, day=datetime.date(2026, 1, 1)) != first


def test_nobody_can_fill_the_queue(user, trial):
    for number in range(services.MOST_WAITING):
        ask(user, number=number)
    with pytest.raises(NotNow, match="排队"):
        ask(user, number=-1)
    assert ask(make_user("乙"), number=-1)


def test_a_kind_that_nobody_registered_is_a_mistake_of_the_program(user):
    with pytest.raises(LookupError):
        ask(user, "nothing")


def test_two_functions_cannot_have_one_key(trial):
    with pytest.raises(ValueError, match="trial"):
        registry.register("trial", "另一个", lambda work: None)


def test_the_oldest_is_taken_first_and_each_only_once(user, trial):
    jobs = [ask(user, number=number) for number in range(3)]
    taken = [queue.take(f"w{number}") for number in range(4)]
    assert [job and job.pk for job in taken] == [job.pk for job in jobs] + [None]


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_at_once_exactly_one_gets_each_job(trial):
    user = make_user("甲")
    jobs = {ask(user, number=number).pk for number in range(12)}
    taken: list[int] = []
    start = threading.Barrier(4)

    def take(name: str) -> None:
        start.wait(10)
        while job := queue.take(name):
            taken.append(job.pk)
        connection.close()

    threads = [threading.Thread(target=take, args=(f"w{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(jobs)


def test_the_job_of_a_worker_that_died_is_taken_again_when_its_lease_is_over(user, trial):
    job = ask(user)
    first = queue.take("dead")
    assert queue.take("other") is None, "the lease holds"
    Job.objects.update(lease_until=timezone.now() - datetime.timedelta(seconds=1))
    assert worker.run_one("other")
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.DONE, 2)
    with pytest.raises(Lost):
        queue.tell(first, done=1, total=2, said="")
    with pytest.raises(Lost):
        services.finish(job=first)


def test_a_watched_worker_that_was_killed_frees_its_job_at_once(user, trial):
    ask(user)
    queue.take("host:1")
    assert queue.release("host:1") == 1
    assert queue.take("host:2") is not None


def test_a_job_that_takes_its_worker_down_each_time_is_given_up_with_a_sentence(user, trial):
    job = ask(user)
    for number in range(queue.MOST_ATTEMPTS):
        assert queue.take(f"w{number}")
        queue.release(f"w{number}")
    worker.work_off()
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.FAILED, worker.TOO_OFTEN)


def test_progress_is_told_in_the_database_but_not_more_often_than_needed(user, django_assert_num_queries):
    seen = []

    def run(work: Work) -> None:
        work.progress(0, 1000, "开始")
        with django_assert_num_queries(0):
            for number in range(1000):
                work.progress(number, 1000)
        work._told_at = 0.0
        work.progress(500, 1000, "规划股")
        seen.append(Job.objects.get(pk=work.job.pk))

    with kind(run):
        ask(user)
        worker.work_off()
    assert (seen[0].done, seen[0].total, seen[0].said, seen[0].percent) == (500, 1000, "规划股", 50)


def test_what_waits_is_cancelled_at_once(user, trial):
    job = ask(user)
    services.cancel(job=job, by=user)
    assert worker.work_off() == 0
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    with pytest.raises(NotNow):
        services.cancel(job=job, by=user)


def test_what_runs_stops_at_its_next_piece_and_leaves_no_file(user):
    def run(work: Work) -> None:
        work.output("半成品.txt").write(b"half")
        work.progress(1, 3)
        services.cancel(job=work.job, by=user)
        work._told_at = 0.0
        work.progress(2, 3)
        raise AssertionError("it went on")

    with kind(run):
        job = ask(user)
        worker.work_off()
    job.refresh_from_db()
    assert (job.state, job.error, job.file) == (JobState.CANCELLED, "", "")
    assert stored() == []


def test_a_cancel_that_comes_after_the_last_piece_still_counts(user):
    def run(work: Work) -> None:
        work.output("结果.txt").write(b"all")
        services.cancel(job=work.job, by=user)

    with kind(run):
        job = ask(user)
        worker.work_off()
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    assert stored() == []


def test_cancelled_while_its_worker_died_it_is_not_begun_again(user):
    ran = []
    with kind(ran.append):
        job = ask(user)
        queue.take("dead")
        services.cancel(job=job, by=user)
        queue.release("dead")
        worker.work_off()
    job.refresh_from_db()
    assert (job.state, ran) == (JobState.CANCELLED, [])


def test_a_worker_that_is_stopped_gives_the_job_back(user):
    stop = []

    def run(work: Work) -> None:
        work.output("半成品.txt").write(b"half")
        stop.append(True)
        work.progress(1, 3)

    with kind(run):
        job = ask(user)
        worker.run_one("w", lambda: bool(stop))
    job.refresh_from_db()
    assert (job.state, job.attempts, job.worker) == (JobState.WAITING, 0, "")
    assert stored() == []


@pytest.mark.parametrize(
    "fault, sentence",
    [
        (PaperError("第3行缺少字体"), "第3行缺少字体"),
        (NotAllowed("您不能查看这个单位。"), "您不能查看这个单位。"),
        (ZeroDivisionError("secret detail"), worker.UNEXPECTED),
        (MemoryError(), worker.NO_MEMORY),
    ],
)
def test_a_job_that_fails_tells_its_owner_a_chinese_sentence(user, fault, sentence, caplog):
    with kind(raises(fault)), caplog.at_level(logging.ERROR):
        job = ask(user)
        worker.work_off()
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.FAILED, sentence)
    assert stored() == []
    assert [news.pk for news in news_of(user)] == [job.pk]
    event = Event.objects.get(verb="job.fail")
    assert (event.result, event.detail["reason"]) == ("failed", sentence)
    assert ("secret detail" in caplog.text) == isinstance(fault, ZeroDivisionError), "the traceback is in the log only"


def test_nothing_is_made_for_an_account_that_was_closed_meanwhile(user, trial):
    job = ask(user)
    user.is_active = False
    user.save()
    worker.work_off()
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.FAILED, worker.NOT_ACTIVE)


def test_what_failed_can_be_tried_again(user):
    faults = [PaperError("缺少字体")]

    def run(work: Work) -> None:
        if faults:
            raise faults.pop()
        work.output("结果.txt").write(b"now")

    with kind(run):
        job = ask(user)
        worker.work_off()
        services.retry(job=job, by=user)
        worker.work_off()
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.DONE, "")
    with pytest.raises(NotNow):
        services.retry(job=job, by=user)


def test_files_go_when_their_time_is_over_and_can_be_made_again(user, trial):
    job = ask(user)
    worker.work_off()
    assert services.expire_files() == 0
    Job.objects.update(expires_at=timezone.now())
    assert services.expire_files() == 1
    job.refresh_from_db()
    assert (job.file, stored()) == ("", [])
    assert services.is_expired(job)
    assert Event.objects.filter(verb="job.expire").count() == 1
    services.retry(job=job, by=user)
    worker.work_off()
    job.refresh_from_db()
    assert not services.is_expired(job)
    assert len(stored()) == 1


def test_what_killed_workers_left_is_cleared_away_after_a_day(user, trial):
    job = ask(user)
    worker.work_off()
    job.refresh_from_db()
    stray = files.path_of(files.new_name("x.pdf"))
    stray.write_bytes(b"half")
    assert files.strays(stray.stat().st_mtime + 1) == [stray]
    assert files.strays(stray.stat().st_mtime - 10) == []


def test_the_file_names_cannot_be_guessed(user, trial):
    ask(user, number=1)
    ask(user, number=2)
    worker.work_off()
    names = [Path(name) for name in stored()]
    assert all(len(name.stem) == 32 for name in names)
    assert len(set(names)) == 2


def test_cancelled_is_what_the_progress_raises(user, trial):
    job = ask(user)
    taken = queue.take("w")
    services.cancel(job=job, by=user)
    with pytest.raises(Cancelled):
        queue.tell(taken, done=1, total=2, said="")


@pytest.mark.parametrize("fault", [Http404(), Job.DoesNotExist()])
def test_what_is_out_of_sight_by_now_is_said_so_and_not_called_a_fault_of_the_program(user, fault):
    with kind(raises(fault)):
        job = ask(user)
        worker.work_off()
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.FAILED, worker.NOT_THERE)
    assert stored() == []


def test_a_long_file_is_read_outside_the_transaction_that_ends_the_job(user, trial, monkeypatch):
    depth = []
    digest_of = files.digest_of
    monkeypatch.setattr(files, "digest_of", lambda name: depth.append(len(connection.savepoint_ids)) or digest_of(name))
    ask(user)
    before = len(connection.savepoint_ids)
    worker.work_off()
    assert depth == [before]


def test_uploads_that_nobody_finished_go_with_the_sweep_and_not_only_at_the_next_upload(user):
    """They hold what people filled in: a quiet week is no reason to keep them."""
    old, fresh = time.time() - 8 * 86400, time.time() - 60
    for folder in ("imports", "offline"):
        for name, moment in (("alt.xlsx", old), ("neu.xlsx", fresh)):
            path = files.path_of(folder) / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(b"PK")
            os.utime(path, (moment, moment))
    worker.Sweep()()
    assert [[path.name for path in files.path_of(name).iterdir()] for name in ("imports", "offline")] == [
        ["neu.xlsx"],
        ["neu.xlsx"],
    ]
