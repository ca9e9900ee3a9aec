"""后台任务: what the user asked to be made in the background. Everybody sees his own only; others' do not exist."""

from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.downloads import type_of
from jobs import files, services
from jobs.models import Job

PAGE_SIZE = 50
REFRESH = ((20, 2), (120, 5), (3600, 15))  # after so many seconds of age, look again after so many


@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    """His own, the newest first."""
    rows = Job.objects.filter(by=request.user).defer("params")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": [{"job": job, "expired": services.is_expired(job)} for job in page]}
    services.note_seen(list(page))  # the rows in hand still say what is new
    return render(request, "jobs/jobs.html", context)


@require_safe
def job_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is; what came of it."""
    job = _own(request, pk)
    services.note_seen([job])
    still = "still" in request.GET
    response = render(request, "jobs/job.html", _about(job) | {"still": still})
    if job.is_live and not still:
        response["Refresh"] = str(_look_again(job))  # not <meta>: who uses a screen reader can stop it by a link
    return response


@require_POST
def job_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Not wanted any more."""
    services.cancel(job=_own(request, pk), by=request.user)
    return redirect("job_detail", pk)


@require_POST
def job_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Once more."""
    services.retry(job=_own(request, pk), by=request.user)
    return redirect("job_detail", pk)


@require_safe
def job_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The file, for who asked for it. A HEAD request takes nothing."""
    job = _own(request, pk)
    if services.is_expired(job):
        return render(request, "jobs/job.html", _about(job), status=410)
    path = files.path_of(job.file) if job.file else None
    if path is None or not path.is_file() or not files.is_whole(job):
        return render(request, "jobs/job.html", _about(job) | {"missing": True}, status=404)
    services.check_owner(job=job)
    if request.method == "GET":
        services.record_taken(job=job, by=request.user)
    kind = type_of(job.file_name)
    return FileResponse(path.open("rb"), as_attachment=True, filename=job.file_name, content_type=kind)


def _own(request: HttpRequest, pk: int) -> Job:
    """Raises Http404 for the jobs of others."""
    return get_object_or_404(Job, pk=pk, by=request.user)


def _about(job: Job) -> dict:
    expired = services.is_expired(job)
    return {
        "job": job,
        "expired": expired,
        "has_file": bool(job.file) and not expired,
        "may_retry": not job.is_live and (expired or not job.file),
        "waiting_before": Job.objects.filter(state="waiting", pk__lt=job.pk).count() if job.state == "waiting" else 0,
    }


def _look_again(job: Job) -> int:
    age = (timezone.now() - job.created_at).total_seconds()
    return next((seconds for limit, seconds in REFRESH if age < limit), 60)
