"""The queue as the workers see it: take, tell, give back. Each change is one conditional UPDATE.

Of two workers that want the same job the database lets one win, on SQLite as on PostgreSQL; who lost his lease can
write nothing any more.
"""

import datetime

from django.db.models import F, Q
from django.utils import timezone

from jobs.enums import JobState
from jobs.exceptions import Cancelled, Lost
from jobs.models import Job

LEASE = datetime.timedelta(seconds=90)
MOST_ATTEMPTS = 3  # a job that takes its worker down each time must not do so for ever
_LOOKED_AT = 20  # candidates read at once


def _free(now: datetime.datetime) -> Q:
    return Q(state=JobState.WAITING) | Q(state=JobState.RUNNING, lease_until__lt=now)


def take(worker: str) -> Job | None:
    """The oldest job that nobody has, now this worker's; None when there is none."""
    now = timezone.now()
    rows = Job.objects.filter(_free(now)).order_by("pk").values_list("pk", "attempts")[:_LOOKED_AT]
    for pk, attempts in rows:
        mine = Job.objects.filter(_free(now), pk=pk, attempts=attempts).update(
            state=JobState.RUNNING,
            worker=worker,
            attempts=attempts + 1,
            lease_until=now + LEASE,
            started_at=now,
            done=0,
            total=0,
            said="",
        )
        if mine:
            return Job.objects.select_related("by").get(pk=pk)
    return None


def held(job: Job) -> Q:
    """The job's row as long as it is in the hands of who took it so."""
    return Q(pk=job.pk, state=JobState.RUNNING, worker=job.worker, attempts=job.attempts)


def tell(job: Job, *, done: int, total: int, said: str) -> None:
    """Write how far it is and keep the lease. Raises Cancelled, Lost."""
    told = Job.objects.filter(held(job), cancel_asked=False)
    if not told.update(done=done, total=total, said=said[:200], lease_until=timezone.now() + LEASE):
        raise Cancelled if Job.objects.filter(held(job)).exists() else Lost


def keep(job: Job) -> bool:
    """Keep the lease while a long piece is being made; False when it is lost."""
    return bool(Job.objects.filter(held(job)).update(lease_until=timezone.now() + LEASE))


def give_back(job: Job) -> None:
    """Let somebody else do it from the beginning; this taking does not count."""
    Job.objects.filter(held(job)).update(
        state=JobState.WAITING, worker="", lease_until=None, attempts=F("attempts") - 1, done=0, total=0, said=""
    )


def release(worker: str) -> int:
    """Free what a worker that is no more had in hand, without waiting for its lease to run out."""
    return Job.objects.filter(state=JobState.RUNNING, worker=worker).update(lease_until=timezone.now() - LEASE)
