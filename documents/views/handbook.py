"""The page on which a handbook is chosen; it is made in the background."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.exceptions import NotAllowed
from documents.handbook import work
from documents.handbook.asking import LEADER
from documents.handbook.choosing import HandbookForm, starting_unit
from registers.access import standing, visible_units
from registers.models import Post


@require_http_methods(["GET", "HEAD", "POST"])
def handbook(request: HttpRequest) -> HttpResponse:
    """Choose; a POST asks for it and leads to the page of the job. ``?unit=`` or ``?leader=`` is where he came from."""
    if standing(request.user).is_administrator:
        raise NotAllowed("管理员不查看业务内容。")
    leader = _leader(request)
    unit = starting_unit(request.user, str(leader.unit_id) if leader else request.GET.get("unit", ""))
    if unit is None:
        raise Http404
    form = HandbookForm(request.POST or None, unit=unit, leader=leader.pk if leader else None)
    if request.method == "POST" and form.is_valid():
        job = work.ask(by=request.user, **form.asked())
        return redirect("job_detail", job.pk)
    return render(request, "documents/handbook.html", {"form": form, "unit": unit, "kind": LEADER if leader else ""})


def _leader(request: HttpRequest) -> Post | None:
    """The leader's post that was asked for. Raises Http404 where it is not in sight."""
    asked = request.GET.get("leader", "")
    if not asked:
        return None
    known = asked.isdecimal() and len(asked) < 16
    post = Post.objects.filter(pk=int(asked), unit__in=visible_units(request.user)).first() if known else None
    if post is None:
        raise Http404
    return post
