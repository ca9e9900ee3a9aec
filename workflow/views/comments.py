"""Pages of those who receive comments on notices. For everybody else these pages hold nothing."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.exceptions import NotNow
from registers.paging import page_of
from registers.schemes.store import spec_of
from workflow import recipients
from workflow.acts import Act
from workflow.enums import CommentState, ItemOutcome, NoticeState
from workflow.forms.notices import HandleForm, TakeOutForm
from workflow.models import Comment, Notice, NoticeItem
from workflow.services import comments, notices


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """公示意见: what waits for an answer first. Empty for whoever receives none."""
    done = request.GET.get("state") == "done"
    rows = recipients.readable_comments(request.user).select_related("notice__bureau", "item")
    waiting = rows.filter(state=CommentState.RECEIVED)
    answered = rows.exclude(state=CommentState.RECEIVED)
    context = {
        "page": page_of(request, answered.order_by("-handled_at") if done else waiting, 30),
        "tabs": [
            {"label": "待受理", "url": "?", "count": waiting.count(), "current": not done},
            {"label": "已答复", "url": "?state=done", "current": done},
        ],
        "done": done,
    }
    return render(request, "workflow/notices/comments.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """One comment: what it says, and what its recipient found out. 404 for everybody else."""
    rows = Comment.objects.filter(pk=pk)
    comment = get_object_or_404(
        recipients.readable_comments(request.user, rows).select_related("notice__bureau", "item__register")
    )
    form = HandleForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            data = form.cleaned_data
            comments.handle_comment(by=request.user, comment=comment, upheld=data["upheld"], answer=data["answer"])
        except NotNow as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            messages.success(request, "已答复，意见人凭查询码可以看到。")
            return redirect("comment", pk)
    context = {"comment": comment, "form": form, "waits": comment.state == CommentState.RECEIVED}
    return render(request, "workflow/notices/comment.html", context, status=status)


@require_GET
def items(request: HttpRequest, pk: int) -> HttpResponse:
    """核实: the registers in a notice that this recipient may send back. 404 for everybody else."""
    notice = get_object_or_404(Notice.objects.select_related("bureau"), pk=pk, state=NoticeState.OPEN)
    rows = list(NoticeItem.objects.filter(notice=notice, outcome=ItemOutcome.PENDING).order_by("pk"))
    readers = recipients.readers_of([recipients.About(notice.pk, item.pk) for item in rows])
    mine = [
        item
        for item in rows
        if any(grant.user_id == request.user.pk for grant in readers[recipients.About(notice.pk, item.pk)])
    ]
    if not mine:
        raise Http404
    return render(request, "workflow/notices/items.html", {"notice": notice, "page": page_of(request, mine)})


@require_http_methods(["GET", "HEAD", "POST"])
def take_out(request: HttpRequest, pk: int) -> HttpResponse:
    """核实后退回: an act on the register, written anew; no comment is shown or linked here."""
    item = get_object_or_404(
        NoticeItem.objects.select_related("notice__bureau", "register__scheme", "register__unit"), pk=pk
    )
    if not recipients.is_recipient(request.user, item.notice, item):
        raise Http404
    register, spec = item.register, spec_of(item.register.scheme)
    route = spec.route(register.scope)
    step = next(step for step in route.steps if step.notice == item.notice.rule)
    targets = [(target.to, route.step(target.to).name) for target in step.returns]
    reasons = [(reason.key, reason.name) for reason in spec.return_reasons]
    form = TakeOutForm(request.POST or None, targets=targets, reasons=reasons)
    status = 200
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        act = Act(
            key=data["key"],
            opinion=data["opinion"],
            return_to=data["return_to"],
            reasons=tuple(data["reasons"]),
            limit_on=data["limit_on"],
        )
        try:
            notices.take_out(by=request.user, item=item, act=act)
        except NotNow as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            messages.success(request, f"“{register}”已退回，其他登记表继续公示。")
            return redirect("comments")
    return render(
        request, "workflow/notices/take_out.html", {"item": item, "form": form, "register": register}, status=status
    )
