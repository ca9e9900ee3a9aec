"""One worker: takes jobs one after the other until it is told to stop or has grown too big."""

import gc
import logging
import os
import resource
import secrets
import socket
import threading
import time
from collections.abc import Callable

from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, close_old_connections, connection
from django.http import Http404

from accounts.exceptions import Refused
from jobs import files, queue, services
from jobs.exceptions import Cancelled, Lost, Stopping
from jobs.models import Job
from jobs.registry import kind_of, sweep
from jobs.stop import Stop
from jobs.work import Work
from paper import PaperError

logger = logging.getLogger(__name__)

IDLE = 1.0  # seconds between two looks into an empty queue
BEAT = queue.LEASE.total_seconds() / 4
UNEXPECTED = "程序出了意外的错误，没有做成。可以再试一次；还不行，请把这项任务的编号告诉系统管理员。"
NO_KIND = "这个版本的程序不认识这种任务，请重新发起。"
NOT_ACTIVE = "发起人的账号已停用。"
TOO_OFTEN = "处理到一半程序被中断，已经试过几次，没有做成。可以缩小范围再试，或告诉系统管理员。"
NOT_THERE = "所要的内容已经不在，或者您现在不能查看，没有做成。"
NO_MEMORY = "内容太多，内存不够，没有做成。请缩小范围再试。"


def new_name() -> str:
    """A name for this process that no other one has."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"


class Heartbeat:
    """Keeps the lease from a thread of its own while a long piece is being made."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> "Heartbeat":
        self._thread.start()
        return self

    def __exit__(self, *details: object) -> None:
        self._over.set()
        self._thread.join()

    def _beat(self) -> None:
        try:
            while not self._over.wait(BEAT):
                try:
                    if not queue.keep(self._job):
                        return
                except DatabaseError:  # busy just now: there are three more beats before the lease is over
                    logger.warning("lease of job %s not kept", self._job.pk, exc_info=True)
        finally:
            connection.close()


def run_one(worker: str, stopping: Callable[[], bool] = lambda: False) -> bool:
    """Take one job and do it; False when there was none."""
    job = queue.take(worker)
    if job is None:
        return False
    work = Work(job, stopping)
    with Heartbeat(job):
        kept = _do(work)
    if not kept:
        files.drop(work.file)
    return True


def _do(work: Work) -> bool:
    """Do the job and write how it ended; whether its file is to be kept."""
    job = work.job
    try:
        if job.cancel_asked:
            raise Cancelled
        _refuse(job)
        try:
            kind_of(job.kind).run(work)
        finally:
            work.close()
        services.finish(job=job, file=work.file, file_name=work.file_name)
        return True
    except Cancelled:
        services.end_cancelled(job=job)
    except Stopping:
        queue.give_back(job)
    except Lost:
        logger.warning("job %s was taken by another worker", job.pk)
    except (Refused, PaperError) as told:
        services.fail(job=job, error=str(told))
    except (Http404, ObjectDoesNotExist):
        logger.warning("job %s (%s) found nothing to work on", job.pk, job.kind, exc_info=True)
        services.fail(job=job, error=NOT_THERE)
    except MemoryError:
        services.fail(job=job, error=NO_MEMORY)
    except Exception:
        logger.exception("job %s (%s) failed", job.pk, job.kind)
        services.fail(job=job, error=UNEXPECTED)
    return False


def _refuse(job: Job) -> None:
    """What is not even begun. Raises PaperError with the sentence."""
    if kind_of(job.kind) is None:
        raise PaperError(NO_KIND)
    if not job.by.is_active:
        raise PaperError(NOT_ACTIVE)
    if job.attempts > queue.MOST_ATTEMPTS:
        raise PaperError(TOO_OFTEN)


def memory() -> int:
    """The most megabytes that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def work_until(stop: Stop, *, most_memory: int, worker: str = "") -> None:
    """Work until told to stop, or until the process has grown beyond so many megabytes: a fresh one goes on then."""
    worker = worker or new_name()
    while not stop.asked:
        close_old_connections()
        try:
            busy = run_one(worker, stop.is_asked)
        except DatabaseError:  # the database is away or busy: the lease gives the job back in time
            logger.exception("the queue cannot be read")
            connection.close()
            busy = False
        if busy:
            gc.collect()
        else:
            stop.sleep(IDLE)
        if busy and memory() > most_memory:
            return


def work_off(worker: str = "") -> int:
    """Do everything that waits, then return how many jobs that were."""
    worker = worker or new_name()
    count = 0
    while run_one(worker):
        count += 1
    return count


class Sweep:
    """Clears away old files, every now and then."""

    def __init__(self, every: float = 600.0) -> None:
        self._every = every
        self._next = 0.0

    def __call__(self) -> None:
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + self._every
        try:
            services.expire_files()
            sweep()
        except (DatabaseError, OSError):
            logger.exception("old files could not be cleared away")
