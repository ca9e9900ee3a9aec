"""正式印发: registers at their last step come into force by a numbered document."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from accounts.exceptions import NotAllowed, Refused
from accounts.models import User
from accounts.roles import Permission
from registers.access import standing
from registers.models import Cycle, Register
from registers.paging import page_of
from workflow import board, waiting
from workflow.forms.choosing import chosen, ids_of
from workflow.forms.issuing import DocumentForm
from workflow.models import Issuance
from workflow.services import issuing as services
from workflow.views.answers import note_refusal
from workflow.views.choosing import choices, cycle_for

MOST = 300  # registers under one document


def visible_issuances(user: User):
    """Documents of the bureaus that he works in or that his role views. Raises NotAllowed where there are none."""
    me = standing(user)
    bureaus = set(me.bureaus_with(Permission.VIEW_REGISTERS)) | set(me.bureau_ids)
    if not bureaus or me.is_administrator:
        raise NotAllowed("印发的文件由本单位人员和负有查看职责的人员查看。")
    return Issuance.objects.filter(bureau__in=bureaus).select_related("bureau", "cycle", "by")


def issuances(request: HttpRequest) -> HttpResponse:
    page = page_of(request, visible_issuances(request.user))
    due = waiting.cycles_waiting(request.user, Permission.ISSUE, "issue")
    return render(request, "workflow/issuing/issuances.html", {"page": page, "due": [row for row in due if row[1]]})


def issuance_new(request: HttpRequest) -> HttpResponse:
    """Choose the registers and write the document's head on one page."""
    data = request.POST if request.method == "POST" else request.GET
    cycle = cycle_for(request.user, Permission.ISSUE, data.get("cycle", ""))
    number = services.preview_number(cycle, timezone.localdate().year)
    form = DocumentForm(request.POST or None, title=f"关于印发{cycle.bureau}{cycle.name}登记表的通知", number=number)
    status, refused = 200, ""
    if request.method == "POST":
        status = 400
        registers = _ticked(cycle, request)
        if len(registers) > MOST:
            form.add_error(None, f"一个文号最多印发{MOST}张登记表，请分批印发。")
        elif form.is_valid():
            try:
                row = services.issue(
                    by=request.user,
                    cycle=cycle,
                    registers=registers,
                    document=form.document(),
                    key=form.cleaned_data["key"],
                )
            except Refused as refusal:
                status, refused = note_refusal(request, refusal), str(refusal)
            else:
                messages.success(request, f"{row.number}已印发，{len(registers)}张登记表生效。")
                return redirect("issuance", pk=row.pk)
    context = {"cycle": cycle, "form": form, "refused": refused, "number": number}
    context |= {"ticked": {int(pk) for pk in ids_of(data)}, "ticked_groups": data.getlist("g")}
    context |= choices(request, cycle, "issue")
    return render(request, "workflow/issuing/new.html", context, status=status)


def _ticked(cycle: Cycle, request: HttpRequest) -> tuple[Register, ...]:
    """What was ticked: groups as they wait now, single ones wherever they stand by now."""
    rows = {register.pk: register for register in chosen(cycle, "issue", request.POST)[: MOST + 1]}
    single = Register.objects.filter(pk__in=ids_of(request.POST), cycle=cycle)
    rows |= {register.pk: register for register in board.in_tree_order(single)[: MOST + 1]}
    return tuple(rows.values())


def issuance(request: HttpRequest, pk: int) -> HttpResponse:
    """One document with its registers and the versions that they replaced."""
    row = get_object_or_404(visible_issuances(request.user), pk=pk)
    items = row.items.select_related("register__unit", "register__based_on", "seal")
    page = page_of(request, items.defer("seal__content"))
    return render(request, "workflow/issuing/issuance.html", {"issuance": row, "page": page})
