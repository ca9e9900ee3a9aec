"""Decision pages of those on the road: an opinion, agreement, sending back; and stopping by the office."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from accounts.exceptions import NotAllowed
from accounts.roles import Permission
from registers import access
from registers.schemes.road import Step
from workflow import actions, guards
from workflow.access import get_visible
from workflow.enums import Action
from workflow.forms.deciding import AgreeForm, DecidingForm, OpineForm, SendBackForm
from workflow.services import deciding
from workflow.sheet import Sheet
from workflow.views.pages import DecisionPage, answer, posted, repeated, step_seen

page_of_act = require_http_methods(["GET", "HEAD", "POST"])


def _opened(request: HttpRequest, pk: int, action: Action) -> Sheet:
    """The register, unless the page is opened by somebody who may not do this (then Refused)."""
    sheet = Sheet(get_visible(request.user, pk), request.user)
    if request.method != "POST":
        _guarded(sheet, action)()
    return sheet


def _guarded(sheet: Sheet, action: Action):
    """The guard's question, asked when the page is opened and when a form comes back incomplete."""
    step = sheet.spec.route(sheet.register.scope).step(sheet.register.step)
    return lambda: guards.check(user=sheet.reader, register=sheet.register, step=step, action=action)


@page_of_act
def opine(request: HttpRequest, pk: int) -> HttpResponse:
    """提出意见, with points that the reader proposes."""
    if done := repeated(request):
        return done
    sheet = _opened(request, pk, Action.OPINE)
    step = step_seen(request, sheet)
    blind = ["全部人员提出之前，您的意见只有您自己看得到。"] if step.blind else []
    page = DecisionPage(
        title="提出意见",
        submit="提出意见",
        service=lambda register, act: deciding.opine(register=register, by=request.user, act=act),
        form=OpineForm(posted(request), proposes=step.proposes),
        next=[*blind, "您提出的风险点由填报人决定是否采纳；不采纳的须说明理由。"],
        fields="workflow/deciding/_opine.html",
    )
    page.check = _guarded(sheet, Action.OPINE)
    return answer(request, sheet, page)


@page_of_act
def agree(request: HttpRequest, pk: int) -> HttpResponse:
    """同意, with marks and levels where the step asks for them."""
    if done := repeated(request):
        return done
    sheet = _opened(request, pk, Action.AGREE)
    step = step_seen(request, sheet)
    form = AgreeForm(
        posted(request),
        spec=sheet.spec,
        scope=sheet.register.scope,
        step=step,
        content=sheet.content or EMPTY,
        levels=sheet.levels if sheet.content else {},
    )
    page = DecisionPage(
        title=f"{step.name}：同意",
        submit=actions.agree_label(sheet.spec, sheet.register, step),
        service=lambda register, act: deciding.agree(register=register, by=request.user, act=act),
        form=form,
        next=_after_agreeing(sheet, step),
        fields="workflow/deciding/_agree.html",
    )
    page.check = _guarded(sheet, Action.AGREE)
    return answer(request, sheet, page)


EMPTY = {"subject": {"name": ""}, "declared_rank": None, "rows": []}


def _after_agreeing(sheet: Sheet, step: Step) -> list[str]:
    steps = sheet.spec.route(sheet.register.scope).steps
    index = steps.index(step)
    lines = []
    if step.quorum == "all":
        lines.append("本步骤须全部人员同意；您同意后，等其余人员办理。")
    elif step.quorum != "any":
        lines.append(f"本步骤须 {step.quorum} 人同意。")
    lines += [f"报{rule.body}备案{'，收到回执后继续' if rule.wait else ''}。" for rule in step.files_to]
    if index + 1 < len(steps):
        lines.append(f"下一步：{steps[index + 1].name}。")
    return [*lines, "您的意见与上面的封存码绑定；内容以后有变更的，会在您的意见旁注明。"]


@page_of_act
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """退回 to an allowed earlier step, with grounds and a limit."""
    if done := repeated(request):
        return done
    sheet = _opened(request, pk, Action.SEND_BACK)
    step = step_seen(request, sheet)
    page = DecisionPage(
        title=f"{step.name}：退回",
        submit="退回",
        service=lambda register, act: deciding.send_back(register=register, by=request.user, act=act),
        form=SendBackForm(
            posted(request),
            spec=sheet.spec,
            scope=sheet.register.scope,
            step=step,
            rows=[(row.lineage, row.name) for row in sheet.rows],
        ),
        next=["登记表退回所选步骤，开始新的一轮；填报人会看到退回原因、意见和限期。"],
        danger=True,
        fields="workflow/deciding/_send_back.html",
    )
    page.check = _guarded(sheet, Action.SEND_BACK)
    return answer(request, sheet, page)


@page_of_act
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """终止 by the office, with a reason."""
    if done := repeated(request):
        return done
    sheet = Sheet(get_visible(request.user, pk), request.user)
    if not access.standing(request.user).may_own(Permission.RUN_CYCLE, sheet.register.bureau):
        raise NotAllowed("只有领导小组办公室可以终止登记表。")
    guards.require_on_road(sheet.register, "终止")
    page = DecisionPage(
        title="终止办理",
        submit="终止",
        service=lambda register, act: deciding.stop(register=register, by=request.user, act=act),
        form=DecidingForm(posted(request), required=True, label="终止理由"),
        next=["登记表离开办理流程，不再生效；办理记录保留。这一步不能撤销。"],
        danger=True,
    )
    return answer(request, sheet, page)
