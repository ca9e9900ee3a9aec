"""A notice on an electronic screen: for everybody without signing in, for its inner audience signed in."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from registers.paging import page_of
from workflow import kiosk
from workflow import notices as reading
from workflow.enums import NoticeState
from workflow.models import Notice

AGAIN = 300  # seconds until a screen whose notice is over looks once more


@login_not_required
@never_cache
@require_GET
def public_screen(request: HttpRequest, pk: int) -> HttpResponse:
    """A notice to society, and an inner one for the listed networks, as the public page lets it be seen."""
    rows = reading.for_everybody(request.META.get("REMOTE_ADDR", ""))
    return _screen(request, get_object_or_404(rows.select_related("bureau", "recipient_unit"), pk=pk))


@require_GET
def screen(request: HttpRequest, pk: int) -> HttpResponse:
    """A notice that this person may see."""
    rows = reading.for_user(request.user)
    return _screen(request, get_object_or_404(rows.select_related("bureau", "recipient_unit"), pk=pk))


def _screen(request: HttpRequest, notice: Notice) -> HttpResponse:
    if notice.state != NoticeState.OPEN or notice.ends_on < timezone.localdate():
        return render(request, "public/screen_over.html", {"notice": notice, "again": AGAIN})
    sheets = kiosk.sheets_of(notice)
    page = page_of(request, sheets, 1)
    seconds = _seconds(request.GET.get("seconds", ""))
    context = {
        "notice": notice,
        "page": page,
        "sheet": page.object_list[0] if page.object_list else kiosk.Sheet(),
        "parts": kiosk.parts_of(notice.fields),
        "seconds": seconds,
        "next": page.next_page_number() if page.has_next() else 1,
        "before": page.previous_page_number() if page.has_previous() else page.paginator.num_pages,
        "left": reading.days_left(notice),
        "recipient": reading.recipient_name(notice),
    }
    return render(request, "public/screen.html", context)


def _seconds(asked: str) -> int:
    """How long a page stands; 0: until somebody turns it over."""
    if not asked.isdecimal() or len(asked) > 4:
        return kiosk.SECONDS
    return min(max(int(asked), kiosk.LEAST), kiosk.MOST) if int(asked) else 0
