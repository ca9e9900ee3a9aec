"""个人信息检查: what the guard found in a draft, where to mend it, and the second person who may let it pass."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.exceptions import NotNow
from registers.services import data_passes
from workflow import notice_check
from workflow import notices as reading
from workflow.enums import NoticeState
from workflow.forms.notices import PassForm
from workflow.models import Notice
from workflow.services import notice_guard

RELATED = ("bureau", "cycle__scheme", "recipient_unit", "section")


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """The page; a POST lets pass what it showed. 404 for whoever neither keeps notices here nor may be asked."""
    notice = draft_for(request, pk)
    form = PassForm(request.POST) if request.method == "POST" else None
    if form and form.is_valid():
        data = form.cleaned_data
        try:
            notice_guard.let_pass(by=request.user, notice=notice, seen=data["seen"], reason=data["reason"])
        except NotNow as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "已放行，可以发布了。放行人和理由已记入审计记录。")
            return redirect("notice_check", pk)
    return shown(request, notice, form=form)


def draft_for(request: HttpRequest, pk: int) -> Notice:
    """A draft of a bureau whose notices he keeps or may let pass. Raises Http404."""
    mine = reading.keeps_for(request.user) + data_passes.bureaus_of(request.user)
    rows = Notice.objects.filter(Q(bureau__in=mine), state=NoticeState.DRAFT)
    return get_object_or_404(rows.select_related(*RELATED), pk=pk)


def shown(
    request: HttpRequest, notice: Notice, *, refused: str = "", form: PassForm | None = None, status: int = 200
) -> HttpResponse:
    """Everything that the guard found in the draft."""
    found = notice_check.found_in(notice)
    stopping = [one for one in notice_check.stops(notice, found) if not one.confirmable]
    seen = data_passes.key_of(stopping)
    writers = {notice.drafted_by_id, *notice.writers}
    context = {
        "notice": notice,
        "found": found[:200],
        "more": max(0, len(found) - 200),
        "wide": notice.audience in notice_check.WIDE,
        "audience": reading.AUDIENCES[notice.audience],
        "keeps": notice.bureau_id in reading.keeps_for(request.user),
        "passed": bool(stopping) and data_passes.passed(kind="notice", target=notice.pk, found=stopping),
        "stopping": len(stopping),
        "cannot": data_passes.refusal(request.user, notice.bureau, writers),
        "refused": refused,
        "form": form or PassForm(initial={"seen": seen}),
    }
    return render(request, "workflow/notices/check.html", context, status=status)
