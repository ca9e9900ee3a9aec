"""Letters of supervision: those that one received or may read, a new one, and what follows."""

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.asked import number
from accounts.exceptions import NotAllowed, Refused
from registers.access import standing
from registers.models import Post, Unit
from registers.paging import page_of
from registers.schemes.letter_model import LetterRule
from supervision import access
from supervision.access import Subject
from supervision.enums import StepKind
from supervision.forms.letters import LetterForm, StepForm, SubjectForm
from supervision.models import is_late
from supervision.services import letters as services
from workflow.calendar import add_working_days
from workflow.views.answers import note_refusal

_BUTTONS = {
    StepKind.REPLY: "提交回复",
    StepKind.ACCEPT: "办结",
    StepKind.RETURN: "退回重办",
    StepKind.REVOKE: "撤销文书",
}


def letters(request: HttpRequest) -> HttpResponse:
    """Letters to me; letters that I may read beside those, which is where who issues letters begins."""
    if standing(request.user).is_administrator:
        raise NotAllowed("管理员不查看业务内容。")
    may_issue = bool(access.issuing_bureaus(request.user))
    mine, asked = access.received(request.user), request.GET.get("all")
    every = asked == "1" or (asked is None and may_issue and not mine.exists())
    rows = access.readable(request.user) if every else mine
    rows = rows.told().select_related("unit", "post", "bureau")
    page = page_of(request, rows)
    today = timezone.localdate()
    for letter in page:
        letter.late = is_late(letter, today)
    url = reverse("letters")
    tabs = [
        {"label": "收到的", "url": f"{url}?all=0", "current": not every},
        {"label": "我能查看的", "url": f"{url}?all=1", "current": every},
    ]
    context = {"tabs": tabs, "page": page, "every": every, "may_issue": may_issue}
    return render(request, "supervision/letters.html", context)


def letter_new(request: HttpRequest) -> HttpResponse:
    """Choose the subject, then the sort, then write; a preview before it goes out."""
    bureaus = access.issuing_bureaus(request.user)
    if not bureaus:
        raise NotAllowed("监督文书由方案规定的机构发出。")
    subject = _subject(request, bureaus)
    if subject is None:
        return _choose_subject(request, bureaus)
    rules = [rule for _, rule in access.rules_for(request.user, subject).values()]
    rule = next((one for one in rules if one.key == request.GET.get("kind")), None)
    if rule is None and len(rules) == 1:
        rule = rules[0]
    had = services.earlier(subject)
    context = {"subject": subject, "rules": rules, "had": had, "suggested": services.suggested(rules, had)}
    if rule is None:
        context["choices"] = [(one, context["suggested"].get(one.key, "")) for one in rules]
        return render(request, "supervision/letter_kind.html", context)
    return _write(request, subject, rule, context | {"rule": rule, "hint": context["suggested"].get(rule.key, "")})


def _subject(request: HttpRequest, bureaus: list[Unit]) -> Subject | None:
    """The post or unit of the address; None while it is being chosen. Raises Http404 outside one's bureaus."""
    ids = [bureau.pk for bureau in bureaus]
    if post := _number(request, "post"):
        found = get_object_or_404(Post.objects.open().select_related("unit__bureau__above"), pk=post, bureau__in=ids)
        return Subject(found.unit, found)
    if (unit := _number(request, "unit")) and request.GET.get("whole"):
        found = get_object_or_404(Unit.objects.open().select_related("bureau__above"), pk=unit)
        if found.bureau_id not in ids:
            raise Http404
        return Subject(found)
    return None


def _number(request: HttpRequest, name: str) -> int:
    return number(request.GET.get(name)) or 0


def _choose_subject(request: HttpRequest, bureaus: list[Unit]) -> HttpResponse:
    units = Unit.objects.open().filter(Q(bureau__in=bureaus)).order_by("tree_id", "lft")
    form = SubjectForm(request.GET or None, units=units)
    unit = form.cleaned_data["unit"] if form.is_valid() else None
    posts = page_of(request, Post.objects.open().filter(unit=unit)) if unit else None
    return render(request, "supervision/letter_subject.html", {"form": form, "unit": unit, "posts": posts})


def _write(request: HttpRequest, subject: Subject, rule: LetterRule, context: dict) -> HttpResponse:
    due = add_working_days(timezone.localdate(), rule.days) if rule.days else None
    form = LetterForm(request.POST or None, rule=rule, points=services.citable(subject), due_on=due)
    context |= {"form": form}
    if request.method != "POST":
        return render(request, "supervision/letter_write.html", context)
    status = 400
    if form.is_valid():
        draft = form.draft(rule.key)
        try:
            if request.POST.get("act") == "issue":
                letter = services.issue(by=request.user, subject=subject, draft=draft, key=form.cleaned_data["key"])
                messages.success(request, f"{letter.number}已发出。")
                return redirect("letter", pk=letter.pk)
            context |= {"preview": services.compose(subject, rule, draft)}
            status = 200
        except Refused as refusal:
            status, context["refused"] = note_refusal(request, refusal), str(refusal)
    return render(request, "supervision/letter_write.html", context, status=status)


def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """One letter with what was answered; the forms of what the reader can do now."""
    rows = access.readable(request.user).told().select_related("bureau__above", "scheme", "unit", "post", "by")
    found = get_object_or_404(rows, pk=pk)
    status, refused, sent = 200, "", None
    if request.method == "POST":
        kind = request.POST.get("kind", "")
        if kind not in StepKind.values:
            raise Http404
        sent = StepForm(request.POST, kind=StepKind(kind))
        status = 400
        if sent.is_valid():
            try:
                services.act(letter=found, by=request.user, **sent.cleaned_data | {"kind": StepKind(kind)})
            except Refused as refusal:
                status, refused = note_refusal(request, refusal), str(refusal)
            else:
                messages.success(request, f"已{StepKind(kind).label}。")
                return redirect("letter", pk=found.pk)
    found.late = is_late(found, timezone.localdate())
    context = {
        "letter": found,
        "entries": _entries(found),
        "forms": _forms(found, request, sent),
        "refused": refused,
        "sent": sent,
    }
    return render(request, "supervision/letter.html", context, status=status)


def _forms(found, request: HttpRequest, sent: StepForm | None) -> list[dict]:
    kinds = services.possible(found, request.user)
    if sent is not None and StepKind(sent.data["kind"]) not in kinds:
        kinds = [StepKind(sent.data["kind"]), *kinds]
    return [
        {
            "kind": kind,
            "title": kind.label,
            "button": _BUTTONS[kind],
            "form": sent if sent is not None and sent.data["kind"] == kind else StepForm(kind=kind),
        }
        for kind in kinds
    ]


def _entries(found) -> list[dict]:
    tones = {StepKind.REPLY: "plain", StepKind.ACCEPT: "ok", StepKind.RETURN: "back", StepKind.REVOKE: "back"}
    return [
        {
            "title": step.get_kind_display(),
            "who": f"{step.by_title} {step.by_name}" if not step.by_title.endswith(step.by_name) else step.by_title,
            "when": step.at,
            "said": step.text,
            "tone": tones[StepKind(step.kind)],
        }
        for step in found.steps.all()
    ]
