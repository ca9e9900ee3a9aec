"""What is done to jobs: asked for, ended, cancelled, tried again, taken, and cleared away."""

import datetime
import hashlib
import json
import time
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.exceptions import NotAllowed, NotNow
from accounts.models import User
from audit import services as audit
from jobs import files, queue
from jobs.enums import OVER, JobState
from jobs.exceptions import Cancelled, Lost
from jobs.models import Job
from jobs.registry import has_lost_rights, kind_of

MOST_WAITING = 20  # of one person: a script that asks for ever must not keep the others waiting
STRAY_AFTER = 86400.0  # seconds
LOST = "文件生成之后，您的职务或角色有变动，原来的文件已经撤下；需要的话，请到“后台任务”重新生成。"


def live_key(kind: str, params: dict, by: User, bureau: int) -> str:
    """The same for the same thing asked for by the same person."""
    said = json.dumps([kind, by.pk, bureau, params], sort_keys=True, cls=DjangoJSONEncoder)
    return hashlib.sha256(said.encode()).hexdigest()


def ask(*, kind: str, title: str, params: dict[str, Any], by: User, bureau: int) -> Job:
    """Put it into the queue; what the same person has waiting or running already is returned instead.

    Raises NotNow when he has too many waiting, LookupError for a kind that nobody registered.
    """
    if kind_of(kind) is None:
        raise LookupError(kind)
    key = live_key(kind, params, by, bureau)
    if found := Job.objects.filter(live_key=key).first():
        return found
    if Job.objects.filter(by=by, live_key__isnull=False).count() >= MOST_WAITING:
        raise NotNow(f"您已有 {MOST_WAITING} 项后台任务在排队，请等它们完成，或先取消几项。")
    try:
        return _asked(kind=kind, title=title, params=params, by=by, bureau=bureau, key=key)
    except IntegrityError:
        if found := Job.objects.filter(live_key=key).first():
            return found
        raise


@transaction.atomic
def _asked(*, kind: str, title: str, params: dict, by: User, bureau: int, key: str) -> Job:
    job = Job.objects.create(kind=kind, title=title[:300], params=params, by=by, bureau=bureau, live_key=key)
    audit.record(verb="job.ask", by=by, bureau=bureau, target=job, kind=kind)
    return job


def finish(*, job: Job, file: str = "", file_name: str = "") -> None:
    """It is done; its file is kept for the time that the administrator set. Raises Cancelled, Lost."""
    # A long file is read before the transaction: that would keep all others from writing.
    size, sha256 = (files.path_of(file).stat().st_size, files.digest_of(file)) if file else (0, "")
    _finished(job, file, file_name, size, sha256)


@transaction.atomic
def _finished(job: Job, file: str, file_name: str, size: int, sha256: str) -> None:
    now = timezone.now()
    done = Job.objects.filter(queue.held(job), cancel_asked=False).update(
        state=JobState.DONE,
        file=file,
        file_name=file_name[:200],
        size=size,
        sha256=sha256,
        error="",
        finished_at=now,
        expires_at=now + datetime.timedelta(days=settings.JOB_DAYS) if file else None,
        live_key=None,
        lease_until=None,
        seen=False,
    )
    if not done:
        raise Cancelled if Job.objects.filter(queue.held(job)).exists() else Lost
    audit.record(verb="job.done", by=job.by, bureau=job.bureau, target=job, kind=job.kind, size=size, sha256=sha256)


@transaction.atomic
def fail(*, job: Job, error: str) -> None:
    """It could not be done, and this is what its owner reads. Nothing when the job is somebody else's by now."""
    if _end(job, JobState.FAILED, error):
        audit.record(verb="job.fail", by=job.by, bureau=job.bureau, target=job, result="failed", reason=error[:500])


@transaction.atomic
def end_cancelled(*, job: Job) -> None:
    """The worker has stopped because its owner wished so; that was noted when he said it."""
    _end(job, JobState.CANCELLED, "")


def _end(job: Job, state: JobState, error: str) -> bool:
    return bool(
        Job.objects.filter(queue.held(job)).update(
            state=state, error=error, finished_at=timezone.now(), live_key=None, lease_until=None, seen=False
        )
    )


@transaction.atomic
def cancel(*, job: Job, by: User) -> None:
    """What waits is cancelled at once, what runs at its next piece. Raises NotNow when it is over already."""
    ended = Job.objects.filter(pk=job.pk, state=JobState.WAITING).update(
        state=JobState.CANCELLED, finished_at=timezone.now(), live_key=None, cancel_asked=True, seen=True
    )
    if not ended and not Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(cancel_asked=True):
        raise NotNow("这项任务已经结束，不能取消。")
    audit.record(verb="job.cancel", by=by, bureau=job.bureau, target=job)


def retry(*, job: Job, by: User) -> Job:
    """Once more from the beginning, as the data are then. Raises NotNow while it waits, runs or still has its file."""
    try:
        job, stale = _begun_again(job, by)
    except IntegrityError as error:  # the same was asked for at the same moment
        raise NotNow("同样的任务正在处理，请看“后台任务”。") from error
    files.drop(stale)
    return job


@transaction.atomic
def _begun_again(job: Job, by: User) -> tuple[Job, str]:
    """The job as it waits again, and its old file."""
    job = Job.objects.select_for_update().get(pk=job.pk)
    if job.is_live or (job.file and not is_expired(job)):
        raise NotNow("这项任务正在处理，或者文件还可以下载，不必重新生成。")
    key = live_key(job.kind, job.params, job.by, job.bureau)
    if Job.objects.filter(live_key=key).exists():
        raise NotNow("同样的任务正在处理，请看“后台任务”。")
    stale = job.file
    fresh = {"state": JobState.WAITING, "live_key": key, "attempts": 0, "worker": "", "lease_until": None}
    fresh |= {"done": 0, "total": 0, "said": "", "error": "", "cancel_asked": False, "seen": False}
    fresh |= {"file": "", "file_name": "", "size": 0, "sha256": ""}
    fresh |= {"started_at": None, "finished_at": None, "expires_at": None}
    for name, value in fresh.items():
        setattr(job, name, value)
    job.save()
    audit.record(verb="job.retry", by=by, bureau=job.bureau, target=job)
    return job, stale


@transaction.atomic
def record_taken(*, job: Job, by: User) -> None:
    """Note that the file was downloaded."""
    audit.record(
        verb="job.take", by=by, bureau=job.bureau, target=job, kind=job.kind, file=job.file_name, sha256=job.sha256
    )


def note_seen(jobs: list[Job]) -> None:
    """Their owner has looked at these: no more message about them."""
    over = [job.pk for job in jobs if not job.seen and job.state in OVER]
    if over:
        Job.objects.filter(pk__in=over, seen=False, state__in=OVER).update(seen=True)


def is_expired(job: Job) -> bool:
    """Whether there was a file that is not kept any more."""
    return job.state == JobState.DONE and job.expires_at is not None and job.expires_at <= timezone.now()


def expire_files() -> int:
    """Delete the files whose time is over, and what killed workers left; returns how many files of jobs."""
    gone = list(Job.objects.filter(expires_at__lte=timezone.now()).exclude(file=""))
    for job in gone:
        if _expire(job):
            files.drop(job.file)
    for path in files.strays(time.time() - STRAY_AFTER):
        path.unlink(missing_ok=True)
    return len(gone)


@transaction.atomic
def _expire(job: Job, **why: str) -> bool:
    """Say in its row that the file is gone; False when somebody else did."""
    if not Job.objects.filter(pk=job.pk, file=job.file).exclude(file="").update(file="", expires_at=timezone.now()):
        return False
    audit.record(verb="job.expire", bureau=job.bureau, target=job, file=job.file_name, **why)
    return True


def check_owner(*, job: Job) -> None:
    """The file goes when its owner has lost a post or role since it was made. Raises NotAllowed then."""
    if has_lost_rights(job):
        if _expire(job, why="rights"):
            files.drop(job.file)
        raise NotAllowed(LOST)
