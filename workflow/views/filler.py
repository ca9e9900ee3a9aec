"""Pages of the filler and of those who hold the same post: submit, confirm, withdraw, compile, change, answer."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.exceptions import NotAllowed, NotNow, Refused
from registers import quality
from registers.enums import RegisterState
from registers.models import Register
from workflow import compiling, guards
from workflow.access import get_visible, visible_registers
from workflow.enums import Action, TaskKind
from workflow.forms.deciding import DecidingForm
from workflow.models import Proposal
from workflow.services import cycles, deciding, filling
from workflow.sheet import Sheet
from workflow.views.answers import note_refusal
from workflow.views.pages import DecisionPage, answer, posted, repeated
from workflow.views.register import crumbs

page_of_act = require_http_methods(["GET", "HEAD", "POST"])


@page_of_act
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """核对并提交: what was filled in with what the check list found; submitting seals it."""
    if done := repeated(request):
        return done
    sheet = Sheet(get_visible(request.user, pk), request.user)
    step = sheet.spec.route(sheet.register.scope).step(sheet.register.step)
    if request.method != "POST":
        guards.check(user=request.user, register=sheet.register, step=step, action=Action.SUBMIT)
    findings = quality.findings(sheet.register) if sheet.is_draft else []
    missing = compiling.missing_children(sheet.register) if step.mode == "compile" else []
    behind = step.mode == "compile" and not missing and compiling.is_behind(sheet.register)
    steps = sheet.spec.route(sheet.register.scope).steps
    following = next((steps[at + 1].name for at, one in enumerate(steps[:-1]) if one.key == step.key), "")
    page = DecisionPage(
        title="核对并提交",
        submit="提交",
        service=lambda register, act: filling.submit(register=register, by=request.user, act=act),
        form=DecidingForm(posted(request), label="说明（可不填）"),
        next=["提交后内容封存，办理期间不能修改；还没有人办理时可以撤回。", f"下一步：{following}。"],
        template="workflow/deciding/submit.html",
        extra={
            "blocking": [compiling.BEHIND] * behind + [finding.text for finding in findings if finding.blocks],
            "hints": [finding.text for finding in findings if not finding.blocks],
            "missing": missing,
            "back": reverse("register_fill", args=[pk]),
        },
    )
    return answer(request, sheet, page)


@page_of_act
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Another holder of the post confirms what was submitted, or gives it back to the filler."""
    if done := repeated(request):
        return done
    sheet = Sheet(get_visible(request.user, pk), request.user)
    if request.method != "POST" and not guards.my_tasks(request.user, sheet.register, TaskKind.CONFIRM):
        raise NotNow("没有等您确认的登记表。")
    agree = request.POST.get("answer") != "no"
    page = DecisionPage(
        title="同岗位确认",
        submit="确认",
        service=lambda register, act: filling.confirm(register=register, by=request.user, act=act, agree=agree),
        form=DecidingForm(posted(request), required=request.method == "POST" and not agree),
        next=["同岗位人员全部确认后，登记表送下一步；不确认的，退回填报人修改。"],
        fields="workflow/deciding/_confirm.html",
    )
    return answer(request, sheet, page)


@page_of_act
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """撤回 a submission on which nobody has acted."""
    if done := repeated(request):
        return done
    sheet = Sheet(get_visible(request.user, pk), request.user)
    if request.method != "POST" and (reason := filling.withdrawal_refusal(sheet.register, request.user)):
        raise NotNow(reason)
    page = DecisionPage(
        title="撤回",
        submit="撤回",
        service=lambda register, act: filling.withdraw(register=register, by=request.user, act=act),
        form=DecidingForm(posted(request), label="说明（可不填）"),
        next=["登记表回到您这里，可以继续修改；修改后须重新提交，开始新的一轮。"],
    )
    return answer(request, sheet, page)


@page_of_act
def recompile(request: HttpRequest, pk: int) -> HttpResponse:
    """重新汇总: something below changed, so the compiled register goes back to its filler."""
    if done := repeated(request):
        return done
    sheet = Sheet(get_visible(request.user, pk), request.user)
    stale = compiling.stale_children(sheet.register)
    if request.method != "POST":
        if sheet.register.state != RegisterState.MOVING or not stale:
            raise NotNow("下级登记表没有变动，不需要重新汇总。")
        if sheet.register.filler_id != request.user.pk:
            raise NotAllowed("只能由填报人重新汇总。")
    page = DecisionPage(
        title="重新汇总",
        submit="收回并重新汇总",
        service=lambda register, act: filling.recompile(register=register, by=request.user, act=act),
        form=DecidingForm(posted(request), label="说明（可不填）"),
        next=["登记表回到填写步骤，开始新的一轮；汇总后须重新提交。"],
        extra={"stale": stale},
    )
    return answer(request, sheet, page)


@require_POST
def compile_children(request: HttpRequest, pk: int) -> HttpResponse:
    """汇总: take in the registers below that are ready."""
    register = get_visible(request.user, pk)
    try:
        count = filling.compile_children(register=register, by=request.user)
    except Refused as exception:
        note_refusal(request, exception, register)
        messages.error(request, str(exception))
    else:
        if count:
            messages.success(request, f"已汇总 {count} 张登记表。")
        else:
            messages.warning(request, "还没有可以汇总的登记表：下级登记表要先办到可汇总的步骤。")
        return redirect("register_fill", pk=pk)
    return redirect("register", pk=pk)


@page_of_act
def new_version(request: HttpRequest, pk: int) -> HttpResponse:
    """变更: the next version of what is in force, with its rows and the reason for the change."""
    sheet = Sheet(get_visible(request.user, pk), request.user)
    form = DecidingForm(posted(request), required=True, label="变更事由")
    form.fields["opinion"].max_length = 300
    page = DecisionPage("变更", "开始新版本", lambda register, act: None, form)
    page.next = ["按现行内容开出下一版，送填报人修改；新版生效之前，现行版本继续有效。"]
    refused, status = "", 200 if request.method != "POST" else 400
    if request.method == "POST" and form.is_valid():
        try:
            opened = cycles.new_version(by=request.user, register=sheet.register, reason=form.cleaned_data["opinion"])
        except Refused as exception:
            refused, status = str(exception), note_refusal(request, exception, sheet.register)
        else:
            messages.success(request, f"{opened.subject_name}：已开出第{opened.version}版，请填报人修改。")
            return redirect("register", pk=opened.pk)
    context = {
        "sheet": sheet, "register": sheet.register, "page": page, "form": form, "refused": refused,
        "crumbs": crumbs(sheet.register, ("登记表", reverse("register", args=[pk])), ("变更", "")),
        "back": reverse("register", args=[pk]),
    }  # fmt: skip
    return render(request, "workflow/deciding/new_version.html", context, status=status)


def _proposal(request: HttpRequest, pk: int) -> Proposal:
    rows = Proposal.objects.filter(register__in=visible_registers(request.user)).select_related("register", "decision")
    proposal = rows.filter(pk=pk).first()
    if proposal is None:
        raise Http404
    return proposal


@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """采纳: a proposed point becomes a row of the register."""
    proposal = _proposal(request, pk)
    deciding.answer_proposal(proposal=proposal, by=request.user, take=True)
    messages.success(request, f"已采纳“{proposal.name}”，加在登记表末尾，请补全类别和措施。")
    return redirect("register_fill", pk=proposal.register_id)


@page_of_act
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """不采纳, with the reason."""
    proposal = _proposal(request, pk)
    register: Register = proposal.register
    if register.filler_id != request.user.pk:
        raise NotAllowed("只有填报人可以答复建议。")
    form = DecidingForm(posted(request), required=True, label="不采纳的理由")
    if request.method == "POST" and form.is_valid():
        deciding.answer_proposal(proposal=proposal, by=request.user, take=False, answer=form.cleaned_data["opinion"])
        messages.success(request, f"已答复：不采纳“{proposal.name}”。")
        return redirect("register_fill", pk=register.pk)
    context = {
        "proposal": proposal,
        "register": register,
        "form": form,
        "back": reverse("register", args=[register.pk]),
    }
    return render(request, "workflow/deciding/decline.html", context)
