"""What all decision pages share: who signs what, a refusal that loses no word, where to go afterwards."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.exceptions import Refused
from registers.access import standing
from registers.enums import RegisterState
from registers.models import Register
from registers.schemes.road import Step
from registers.schemes.store import spec_of
from workflow import decisions, desks
from workflow.acts import Act
from workflow.forms.deciding import DecidingForm, key_of
from workflow.models import Decision
from workflow.sheet import Sheet
from workflow.specs import step_named
from workflow.views.answers import note_refusal
from workflow.views.register import crumbs


@dataclass
class DecisionPage:
    """One act on one register: how the page is headed, what it says will follow, which service does it."""

    title: str
    submit: str
    service: Callable[[Register, Act], Decision]
    form: DecidingForm
    next: list[str] = field(default_factory=list)
    danger: bool = False
    template: str = "workflow/deciding/plain.html"
    fields: str = "workflow/deciding/_opinion.html"
    extra: dict = field(default_factory=dict)
    check: Callable[[], None] | None = None


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with, even when that is nothing."""
    return request.POST if request.method == "POST" else None


def answer(request: HttpRequest, sheet: Sheet, page: DecisionPage) -> HttpResponse:
    """Show the page, or do the act. A refusal comes back on top of what was typed; nothing typed is lost."""
    refused, status = "", 200
    if request.method == "POST" and not page.form.is_valid():
        if page.check:
            page.check()
        status = 400
    elif request.method == "POST":
        try:
            decision = page.service(sheet.register, page.form.act())
        except Refused as exception:
            refused, status = str(exception), note_refusal(request, exception, sheet.register)
        else:
            return after(request, decision)
    return render(request, page.template, context_of(sheet, page) | {"refused": refused}, status=status)


def context_of(sheet: Sheet, page: DecisionPage) -> dict:
    """What stands on every decision page: content, seal, who signs, what happens next."""
    register = sheet.register
    return {
        "sheet": sheet,
        "register": register,
        "crumbs": crumbs(register, ("登记表", reverse("register", args=[register.pk])), (page.title, "")),
        "page": page,
        "form": page.form,
        "seen": decisions.token(register, sheet.seal),
        "signs_as": signs_as(sheet),
        "back": reverse("register", args=[register.pk]),
        "whole": whole(sheet),
    } | page.extra


def whole(sheet: Sheet) -> dict:
    """All compiled rows at once: what is signed is shown whole."""
    parts = [{"group": group, "rows": group.rows} for group in sheet.groups]
    rows = [row for group in sheet.groups for row in group.rows]
    points = sum(len([line for line in row.lines if line.name]) for row in rows)
    return {"parts": parts, "registers": len(sheet.groups), "rows": len(rows), "points": points}


def signs_as(sheet: Sheet) -> str:
    """Title and name under which the reader would sign."""
    me = standing(sheet.reader)
    mine = [task.desk for task in sheet.tasks if task.desk in desks.desks_of(me)]
    title = desks.title_at(me, mine[0] if mine else "")
    name = sheet.reader.name
    return title if name in title else f"{title} {name}".strip()


def repeated(request: HttpRequest) -> HttpResponse | None:
    """Where a form that was sent twice goes: to what it did the first time."""
    key = key_of(request.POST) if request.method == "POST" else ""
    decision = decisions.repeated(Act(key=key), request.user) if key else None
    return after(request, decision) if decision else None


def step_seen(request: HttpRequest, sheet: Sheet) -> Step:
    """The step that the form was made for: the one that its page showed, so that nothing typed is lost."""
    key = request.POST.get("seen", "").split(".")[0] if request.method == "POST" else ""
    spec, scope = sheet.spec, sheet.register.scope
    return step_named(spec, scope, key) or spec.route(scope).step(sheet.register.step)


def after(request: HttpRequest, decision: Decision) -> HttpResponse:
    """To the register's page with one sentence that says what was done and where it went."""
    register = Register.objects.select_related("scheme").get(pk=decision.register_id)
    messages.success(request, f"{register.subject_name}：{outcome(decision, register)}")
    return redirect(reverse("register", args=[register.pk]) + "?done=1")


def outcome(decision: Decision, register: Register) -> str:
    """What the decision brought about, in plain words."""
    spec = spec_of(register.scheme)
    done = f"已{decision.get_action_display()}"
    if decision.to_step:
        target = step_named(spec, register.scope, decision.to_step)
        limit = f"，限{decision.limit_on.month}月{decision.limit_on.day}日前重新提交" if decision.limit_on else ""
        return f"{done}，回到“{target.name if target else decision.to_step}”{limit}。"
    if register.state == RegisterState.STOPPED:
        return f"{done}。"
    if register.waiting == "confirm":
        return f"{done}，等同岗位人员确认后送出。"
    if register.waiting == "receipt":
        return f"{done}，须报送备案，收到回执后继续。"
    if register.step == decision.step and register.round == decision.round:
        return f"{done}，等其他人员办理。"
    return f"{done}，送“{spec.route(register.scope).step(register.step).name}”。"
