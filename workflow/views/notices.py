"""Pages of the office for notices (drafting, publishing, ending), and the board for everybody who signs in."""

from itertools import islice

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.asked import number
from accounts.exceptions import NotAllowed, NotNow
from registers.exceptions import Conflict, HoldsPersonalData
from registers.models import Register
from registers.paging import page_of
from registers.schemes.store import spec_of
from workflow import notices as reading
from workflow.acts import new_key
from workflow.enums import NoticeState
from workflow.forms.notices import CommentForm, DraftForm, ReasonForm
from workflow.models import Notice
from workflow.notice_check import WIDE, found_in, tables_of
from workflow.notices import visible_items
from workflow.services import notices
from workflow.views import notice_check
from workflow.views.papers import INNER, ITEMS, item_context, paper_context, take_comment

RELATED = ("bureau", "cycle__scheme", "recipient_unit", "section")


def _kept(request: HttpRequest, pk: int) -> Notice:
    """A notice of a bureau whose notices the user keeps. Raises Http404."""
    return get_object_or_404(reading.kept_by(request.user).select_related(*RELATED), pk=pk)


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """What waits for a notice, and every notice of the bureau."""
    bureaus = reading.keeps_for(request.user)
    if not bureaus:
        raise NotAllowed("公示由领导小组办公室或公示发布人员办理。")
    rows = reading.kept_by(request.user).select_related("bureau", "section")
    context = {
        "waiting": reading.waiting_for_notice(bureaus),
        "drafts": rows.filter(state=NoticeState.DRAFT).order_by("-pk")[:20],
        "running": [(notice, reading.days_left(notice)) for notice in rows.filter(state=NoticeState.OPEN)[:50]],
        "page": page_of(request, rows.filter(state__in=(NoticeState.CLOSED, NoticeState.WITHDRAWN)), 20),
        "audiences": reading.AUDIENCES,
    }
    return render(request, "workflow/notices/board.html", context)


def _group(request: HttpRequest) -> reading.Waiting:
    """The group of waiting registers that the address names. Raises Http404, NotNow."""
    asked = request.GET
    cycle, section = number(asked.get("cycle")), number(asked.get("section"))
    if cycle is None:
        raise Http404
    for group in reading.waiting_for_notice(reading.keeps_for(request.user), cycle=cycle):
        if group.rule.key == asked.get("rule") and (group.section.pk if group.section else None) == section:
            return group
    raise NotNow("没有等待公示的登记表，或者已由他人拟入另一份公示。")


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """拟公示: the registers of one group, with a suggested text. Without a group the board shows which there are."""
    if "cycle" not in request.GET:
        return redirect("notices")
    group = _group(request)
    registers = group.registers[:500]
    first = notices.suggested(cycle=group.cycle, rule=group.rule, registers=registers)
    initial = vars(first) | {"registers": [register.pk for register in registers]}
    form = DraftForm(request.POST or None, registers=registers, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            notice = notices.draft_notice(
                by=request.user,
                cycle=group.cycle,
                rule=group.rule.key,
                section=group.section,
                registers=form.chosen(),
                **vars(form.text()),
            )
        except NotNow as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("notice", notice.pk)
    context = {"form": form, "rule": group.rule, "audience": reading.AUDIENCES[group.rule.audience], "group": group}
    return render(request, "workflow/notices/draft.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a draft anew. A second tab's change is shown beside one's own, and nothing is overwritten."""
    notice = _kept(request, pk)
    if notice.state != NoticeState.DRAFT:
        return redirect("notice", pk)
    mine = list(Register.objects.filter(notice_items__notice=notice).select_related("unit").order_by("pk"))
    free = [
        register
        for group in reading.waiting_for_notice([notice.bureau_id], cycle=notice.cycle_id)
        if group.rule.key == notice.rule and group.section == notice.section
        for register in group.registers
    ]
    initial = {name: getattr(notice, name) for name in ("title", "body", "contact", "days", "row_version")}
    initial["registers"] = [register.pk for register in mine]
    form = DraftForm(request.POST or None, registers=[*mine, *free][:500], initial=initial)
    theirs, status = None, 200
    if request.method == "POST" and form.is_valid():
        try:
            notices.change_notice(
                by=request.user,
                notice=notice,
                text=form.text(),
                registers=form.chosen(),
                row_version=form.cleaned_data["row_version"] or 0,
            )
        except Conflict as conflict:
            theirs, status = conflict.theirs, 409
            form.add_error(None, "这份公示刚刚由他人修改过。下面是他人保存的内容；再次保存将以您的为准。")
            form.data = form.data.copy()
            form.data["row_version"] = Notice.objects.get(pk=pk).row_version
        except NotNow as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            return redirect("notice", pk)
    rule = spec_of(notice.cycle.scheme).notice(notice.rule)
    context = {"form": form, "notice": notice, "rule": rule, "audience": reading.AUDIENCES[notice.audience]}
    return render(request, "workflow/notices/draft.html", context | {"theirs": theirs}, status=status)


@require_GET
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft with its preview, or a published notice with what became of each register."""
    notice = _kept(request, pk)
    if notice.state == NoticeState.DRAFT:
        _, end, warning = notices.period(notice.days)
        context = paper_context(request, notice, INNER) | {
            "end": end,
            "warning": warning,
            "key": new_key(),
            "seen": reading.preview_token(notice),
            "audience": reading.AUDIENCES[notice.audience],
            "found": (found := found_in(notice, islice(tables_of(notice), ITEMS))),
            "confirm": notice.audience in WIDE and any(one.confirmable for one in found),
            "wide": notice.audience in WIDE,
        }
        return render(request, "workflow/notices/preview.html", context)
    items = notice.items.defer("shown").select_related("register__unit").order_by("pk")
    context = {
        "notice": notice,
        "page": page_of(request, items),
        "audience": reading.AUDIENCES[notice.audience],
        "left": reading.days_left(notice),
        "closing": notices.closing_refusal(notice),
        "key": new_key(),
        "recipient": reading.recipient_name(notice),
    }
    return render(request, "workflow/notices/notice.html", context)


@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish what was previewed."""
    notice = _kept(request, pk)
    key, seen = request.POST.get("key", ""), request.POST.get("seen", "")
    if not key or not seen:
        raise NotNow("请先预览，再发布。")
    office_contact = request.POST.get("office_contact") == "1"
    try:
        notice = notices.publish(by=request.user, notice=notice, key=key[:40], seen=seen, office_contact=office_contact)
    except HoldsPersonalData as refusal:
        return notice_check.shown(request, notice, refused=str(refusal), status=409)
    messages.success(request, f"已发布，文号 {notice.number}。")
    return redirect("notice", pk)


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """End a notice whose period is over."""
    key = request.POST.get("key") or new_key()
    result = notices.close_notice(by=request.user, notice=_kept(request, pk), key=key[:40])
    if result.failed:
        messages.error(request, f"{len(result.failed)} 张登记表未能进入下一步：" + "；".join(result.failed[:5]))
    if result.passed:
        messages.success(request, f"公示期满，{result.passed} 张登记表进入下一步。")
    return redirect("notice", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a notice back, with a reason."""
    notice = _kept(request, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        notices.withdraw_notice(by=request.user, notice=notice, reason=form.cleaned_data["reason"])
        messages.success(request, "公示已撤回，登记表重新等待公示。")
        return redirect("notice", pk)
    return render(request, "workflow/notices/withdraw.html", {"notice": notice, "form": form})


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    notices.delete_draft(by=request.user, notice=_kept(request, pk))
    messages.success(request, "草稿已删除，登记表重新等待公示。")
    return redirect("notices")


# For everybody who signs in -------------------------------------------------------------------------------------------


def _readable(request: HttpRequest, pk: int) -> Notice:
    return get_object_or_404(reading.for_user(request.user).select_related(*RELATED), pk=pk)


@require_GET
def notice_board(request: HttpRequest) -> HttpResponse:
    """公示栏: notices that this person may see, open ones first, then the archive."""
    rows = reading.for_user(request.user).select_related("bureau", "section")
    context = {
        "running": [(notice, reading.days_left(notice)) for notice in reading.running(rows)[:50]],
        "page": page_of(request, reading.over(rows), 20),
    }
    return render(request, "workflow/notices/reading_board.html", context)


@require_GET
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """A notice as its audience sees it."""
    context = paper_context(request, _readable(request, pk), INNER)
    return render(request, "workflow/notices/read.html", context)


@require_GET
def read_item(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """All rows of one register of a notice."""
    return render(
        request, "workflow/notices/read_item.html", item_context(request, _readable(request, pk), item, INNER)
    )


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an opinion on an inner notice: signed in, but without a name.

    After the session's end what was typed is given back on the page instead of being kept for whoever signs in next.
    """
    if not request.user.is_authenticated:
        if request.method != "POST":
            return redirect_to_login(request.path)
        typed = {"text": request.POST.get("text", ""), "contact": request.POST.get("contact", "")}
        return render(request, "workflow/notices/expired.html", typed, status=401)
    notice = _readable(request, pk)
    form = CommentForm(request.POST or None, items=list(visible_items(notice)))
    template, done = "workflow/notices/comment_form.html", "workflow/notices/received.html"
    return take_comment(request, notice, form, INNER, template, done)
