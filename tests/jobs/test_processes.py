"""Real workers in processes of their own: killed, stopped, several at once."""

import multiprocessing
import os
import signal
import time

import pytest
from django.conf import settings
from django.db import connection

from jobs import files, registry, services
from jobs.enums import JobState
from jobs.models import Job
from tests.factories import make_user
from tests.jobs import process

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 30  # seconds until a test gives up


@pytest.fixture
def known():
    registry.register(process.KIND, "耐心", process.patient)
    yield
    del registry._KINDS[process.KIND]


@pytest.fixture
def pool(tmp_path, settings, known):
    """Starts a pool of so many workers; it is ended with the test."""
    settings.MEDIA_ROOT = tmp_path
    running = []

    def start(size: int = 1) -> multiprocessing.Process:
        database = {key: connection.settings_dict[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
        context = multiprocessing.get_context("spawn")
        started = context.Process(target=process.run_pool, args=(database, str(tmp_path), size))
        started.start()
        running.append(started)
        return started

    yield start
    for one in running:
        one.terminate()
        one.join(PATIENCE)
        assert one.exitcode == 0


def ask(**params) -> Job:
    return services.ask(kind=process.KIND, title="耐心", params=params, by=make_user(), bureau=0)


def until(what) -> None:
    end = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.05)


def state(job: Job) -> str:
    job.refresh_from_db()
    return job.state


def test_the_job_of_a_killed_worker_is_run_again_by_the_one_that_replaces_it(pool):
    job = ask()
    pool()
    until(lambda: state(job) == JobState.RUNNING and job.done)
    os.kill(int(job.worker.rpartition(":")[2]), signal.SIGKILL)
    until(lambda: state(job) == JobState.DONE)
    assert job.attempts == 2
    assert files.path_of(job.file).read_text() == "2"


def test_a_pool_that_is_stopped_gives_back_what_is_not_done_and_leaves_nobody_behind(pool):
    job = ask()
    started = pool()
    until(lambda: state(job) == JobState.RUNNING and job.done)
    worker = int(job.worker.rpartition(":")[2])
    began = time.monotonic()
    started.terminate()
    started.join(PATIENCE)
    assert time.monotonic() - began < 5
    assert (state(job), job.attempts) == (JobState.WAITING, 0)
    assert not os.path.exists(f"/proc/{worker}")
    assert list((settings.MEDIA_ROOT / files.FOLDER).iterdir()) == []


def test_two_workers_do_two_jobs_at_the_same_time(pool):
    jobs = [ask(number=number) for number in range(2)]
    pool(2)
    until(lambda: all(state(job) == JobState.RUNNING and job.done for job in jobs))
    assert len({job.worker for job in jobs}) == 2
    for job in jobs:
        services.cancel(job=job, by=job.by)
    until(lambda: all(state(job) == JobState.CANCELLED for job in jobs))
