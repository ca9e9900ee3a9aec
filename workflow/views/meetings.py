"""Meetings: choose what is on the agenda, record what was decided, read the record."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.exceptions import NotAllowed, Refused
from accounts.models import User
from accounts.roles import Permission
from paper.text import chinese_date
from registers.access import standing
from registers.models import Register
from registers.paging import page_of
from registers.schemes.store import spec_of
from workflow import agenda, board, waiting
from workflow.enums import Action
from workflow.forms.choosing import chosen, ids_of
from workflow.forms.meetings import MinutesForm, topic_forms
from workflow.models import Decision, Meeting
from workflow.services import meetings as services
from workflow.views.answers import note_refusal
from workflow.views.choosing import choices, cycle_for

MOST = 100  # registers on one agenda


def visible_meetings(user: User):
    """Meetings of the bureaus that the user's role views as a whole. Raises NotAllowed where there are none."""
    bureaus = standing(user).bureaus_with(Permission.VIEW_REGISTERS)
    if not bureaus:
        raise NotAllowed("会议记录由领导小组办公室和负有查看职责的领导、纪检人员查看。")
    return Meeting.objects.filter(bureau__in=bureaus).select_related("bureau", "cycle", "recorded_by")


def meetings(request: HttpRequest) -> HttpResponse:
    page = page_of(request, visible_meetings(request.user))
    due = waiting.cycles_waiting(request.user, Permission.RECORD_MEETING, "meeting")
    return render(request, "workflow/meetings/meetings.html", {"page": page, "due": [row for row in due if row[1]]})


def meeting_new(request: HttpRequest) -> HttpResponse:
    """First page: which registers the body had before it."""
    cycle = cycle_for(request.user, Permission.RECORD_MEETING, request.GET.get("cycle", ""))
    return render(request, "workflow/meetings/choose.html", {"cycle": cycle} | choices(request, cycle, "meeting"))


def meeting_record(request: HttpRequest) -> HttpResponse:
    """Second page: the minutes and an outcome for each register; a refusal loses nothing that was typed."""
    data = request.POST if request.method == "POST" else request.GET
    cycle = cycle_for(request.user, Permission.RECORD_MEETING, data.get("cycle", ""))
    rows = _sent(cycle, request) if request.method == "POST" else chosen(cycle, "meeting", data)[: MOST + 1]
    registers = list(rows)
    if not registers or len(registers) > MOST:
        few = f"一次会议最多记录{MOST}张登记表，请分次记录。" if registers else "请至少选择一张登记表。"
        messages.error(request, few)
        return redirect(f"{request.path.removesuffix('record/')}?cycle={cycle.pk}")
    spec = spec_of(cycle.scheme)
    topics = agenda.topics(registers, spec)
    people = agenda.members(cycle.bureau)
    bodies = list(dict.fromkeys(topic.step.body for topic in topics if topic.step.body))
    form = MinutesForm(request.POST or None, members=people, body=bodies[0] if bodies else "")
    forms = topic_forms(topics, request.POST if request.method == "POST" else None)
    status, refused = (400 if request.method == "POST" else 200), ""
    if request.method == "POST" and form.is_valid() and not any(one.errors for one in forms):
        try:
            meeting = _record(request.user, cycle, form, forms)
        except Refused as refusal:
            status, refused = note_refusal(request, refusal), str(refusal)
        else:
            messages.success(request, f"已记录{meeting}，共{len(forms)}张登记表。")
            return redirect("meeting", pk=meeting.pk)
    context = {"cycle": cycle, "form": form, "forms": _with_recusals(forms, people), "bodies": bodies}
    context |= {"refused": refused, "wrong": [one for one in forms if one.errors], "spec": spec}
    return render(request, "workflow/meetings/record.html", context, status=status)


def _sent(cycle, request: HttpRequest):
    """The registers of the sent form, wherever they stand by now."""
    rows = Register.objects.filter(pk__in=ids_of(request.POST), cycle=cycle)
    return board.in_tree_order(rows)[: MOST + 1]


def _record(user: User, cycle, form: MinutesForm, forms) -> Meeting:
    return services.record_meeting(
        by=user,
        cycle=cycle,
        minutes=form.minutes(),
        items=tuple(one.item() for one in forms),
        key=form.cleaned_data["key"],
    )


def _with_recusals(forms, people) -> list[tuple]:
    """Each register with those among the members who would have to recuse themselves."""
    names = {member.user.pk: str(member) for member in people}
    return [(one, "、".join(names[pk] for pk in sorted(one.topic.own & names.keys()))) for one in forms]


def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """The record of one meeting."""
    row = get_object_or_404(visible_meetings(request.user), pk=pk)
    page = page_of(request, row.items.select_related("register__unit"))
    registers = [item.register_id for item in page]
    decided = Decision.objects.filter(register__in=registers, action=Action.MEETING).order_by("pk")
    decisions = {(decision.register_id, decision.seal_id): decision for decision in decided}
    spec = spec_of(row.cycle.scheme)
    items = [(item, _outcome(spec, item, decisions.get((item.register_id, item.seal_id)))) for item in page]
    facts = [
        ("会议日期", chinese_date(row.held_on)),
        ("纪要编号", row.number),
        ("出席", "、".join(str(person) for person in row.attendees.all())),
        ("缺席", row.absent),
        ("会议情况", row.note),
        ("记录人", row.recorded_by),
    ]
    context = {"meeting": row, "page": page, "items": items, "facts": facts}
    return render(request, "workflow/meetings/meeting.html", context)


def _outcome(spec, item, decision: Decision | None) -> dict:
    """What the decision says about the register: levels by their local names, grounds and limit."""
    if decision is None:
        return {}
    route = spec.route(item.register.scope)
    counts: dict[int, int] = {}
    for rank in decision.levels.values():
        counts[rank] = counts.get(rank, 0) + 1
    names = {reason.key: reason.name for reason in spec.return_reasons}
    return {
        "levels": [(spec.level(rank), counts[rank]) for rank in sorted(counts)],
        "subject": "" in decision.levels,
        "reasons": "、".join(names.get(key, key) for key in decision.reasons),
        "to": route.step(decision.to_step).name if decision.to_step else "",
        "limit": decision.limit_on,
    }
