"""Desk plates: of one post at once, of a whole unit in the background; and the public page of a post."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from accounts.downloads import download
from accounts.exceptions import NotNow
from documents.plates import printing
from documents.plates.plate import Plate
from documents.plates.reading import (
    address_of_site,
    have_plates,
    plates_of,
    posts_of,
    public_plate,
    with_codes,
)
from documents.plates.services import SIZE_NAMES, record_printed, require_post, require_unit
from documents.plates.tasks import KIND, title_of
from jobs import services as jobs
from paper import PaperError
from registers.access import visible_units
from registers.models import Post, Unit
from registers.paging import page_of
from registers.schemes.plate_model import SIZES
from workflow.enums import NoticeState
from workflow.notices import for_everybody
from workflow.services.comments import takes_comments


def _post(request: HttpRequest, pk: int) -> Post:
    """A post of a unit that the user may browse. Raises Http404, NotAllowed."""
    posts = Post.objects.filter(unit__in=visible_units(request.user)).select_related("unit", "bureau")
    post = get_object_or_404(posts, pk=pk)
    require_post(request.user, post)
    return post


def _plate(request: HttpRequest, post: Post) -> Plate | None:
    if post.closed_on or post.unit.closed_on:
        return None
    return next(iter(with_codes(plates_of([post]), _address(request))), None)


def _address(request: HttpRequest) -> str:
    return address_of_site() or request.build_absolute_uri("/")


@require_GET
def post_plate(request: HttpRequest, pk: int) -> HttpResponse:
    """What stands on the plate of a post, and in which sizes it can be printed."""
    post = _post(request, pk)
    plate = _plate(request, post)
    sizes = [(size, SIZE_NAMES[size]) for size in plate.sizes] if plate else []
    context = {"post": post, "plate": plate, "sizes": sizes, "public_url": plate and plate.url}
    return render(request, "documents/plates/post.html", context)


@require_safe
def post_plate_pdf(request: HttpRequest, pk: int, size: str) -> HttpResponse:
    """The plate of one post as PDF."""
    post = _post(request, pk)
    plate = _plate(request, post)
    if plate is None or size not in plate.sizes:
        raise Http404
    try:
        body = printing.render([plate], size=size)
    except PaperError as error:
        raise NotNow(str(error)) from error
    if request.method == "GET":
        record_printed(by=request.user, target=post, size=size, plates=1)
    return download(body, f"{plate.subject}公示牌（{SIZE_NAMES[size]}）.pdf")


@require_http_methods(["GET", "HEAD", "POST"])
def unit_plates(request: HttpRequest, pk: int) -> HttpResponse:
    """Which posts under a unit have a plate; a POST asks for all of them in one PDF."""
    unit = get_object_or_404(visible_units(request.user), pk=pk)
    require_unit(request.user, unit)
    ready = have_plates(unit)
    if request.method == "POST":
        return _ask(request, unit, len(ready))
    page = page_of(request, posts_of(unit).select_related("unit"))
    context = {
        "unit": unit,
        "page": page,
        "rows": [(post, post.pk in ready) for post in page],
        "ready": len(ready),
        "sizes": list(SIZE_NAMES.items()),
    }
    return render(request, "documents/plates/unit.html", context)


def _ask(request: HttpRequest, unit: Unit, ready: int) -> HttpResponse:
    if not ready:
        raise NotNow("这里没有可以印公示牌的岗位：岗位的登记表生效以后才有公示牌。")
    size = request.POST.get("size", "")
    size = size if size in SIZES else SIZES[0]
    params = {"unit": unit.pk, "size": size, "address": _address(request)}
    job = jobs.ask(kind=KIND, title=title_of(unit, size), params=params, by=request.user, bureau=unit.bureau_id)
    return redirect("job_detail", job.pk)


@login_not_required
@require_GET
def public_post(request: HttpRequest, pk: int) -> HttpResponse:
    """What anybody may read of a post: no more than stands on its plate. 404 where nothing of it is public."""
    plate = public_plate(pk)
    if plate is None:
        raise Http404
    shown = for_everybody().filter(items__register=plate.origin.register, items__taken_out_at=None)
    notice = shown.select_related("bureau").order_by("-starts_on", "-pk").first()
    context = {
        "plate": plate,
        "bureau_name": plate.bureau,
        "notice": notice,
        "open": notice is not None and notice.state == NoticeState.OPEN and takes_comments(notice),
    }
    return render(request, "public/post.html", context)
