"""备案: what is owed to bodies outside, the letters that were sent, and the receipts that the bodies give."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.exceptions import NotAllowed, Refused
from accounts.roles import Role
from registers.access import standing
from registers.models import Cycle
from registers.paging import page_of
from workflow import letters
from workflow.forms.choosing import ids_of
from workflow.forms.filings import HandInForm, ReceiptForm
from workflow.models import Filing, FilingItem
from workflow.services import filings as services
from workflow.views.answers import note_refusal


def _tabs(request: HttpRequest, current: str) -> list[dict]:
    """The tabs that this person has. Raises NotAllowed for who has none."""
    user, me = request.user, standing(request.user)
    if me.is_administrator or not (me.grants or letters.sending_bureaus(user)):
        raise NotAllowed("备案由领导小组办公室报送，由备案机关接收。")
    tabs = [("filings", "待报送")] if letters.sending_bureaus(user) else []
    tabs += [("filings_sent", "已报送"), ("filings_inbox", "收到的备案")]
    return [{"label": label, "url": reverse(name), "current": name == current} for name, label in tabs]


def filings(request: HttpRequest) -> HttpResponse:
    """What is owed, by body; handing in with one number."""
    tabs = _tabs(request, "filings")
    bureaus = letters.sending_bureaus(request.user)
    if not bureaus:
        return redirect("filings_inbox")
    status, refused, sent = 200, "", None
    if request.method == "POST":
        sent = HandInForm(request.POST)
        status = 400
        if sent.is_valid():
            cycle = get_object_or_404(Cycle.objects.select_related("bureau"), pk=sent.cleaned_data["cycle"])
            items = list(FilingItem.objects.filter(pk__in=ids_of(request.POST), bureau__in=bureaus))
            try:
                letter = services.file(
                    by=request.user,
                    cycle=cycle,
                    items=items,
                    filed_on=sent.cleaned_data["filed_on"],
                    key=sent.cleaned_data["key"],
                )
            except Refused as refusal:
                status, refused = note_refusal(request, refusal), str(refusal)
            else:
                messages.success(request, f"{letter.number}已报送{letter.body}。")
                return redirect("filing", pk=letter.pk)
    owed = [(one, _hand_in(one, sent)) for one in letters.owed_to_bodies(bureaus)]
    ticked = set(ids_of(request.POST)) if sent else None
    context = {"tabs": tabs, "owed": owed, "refused": refused, "ticked": ticked, "sent": sent}
    return render(request, "workflow/filings/filings.html", context, status=status)


def _hand_in(owed: letters.Owed, sent: HandInForm | None) -> HandInForm:
    """The form of one body: as it was sent, or a fresh one with ids of its own."""
    if sent is not None and sent.data.get("owed") == owed.key:
        sent.auto_id = f"id_{owed.key}_%s"
        return sent
    return HandInForm(cycle=owed.cycle.pk, auto_id=f"id_{owed.key}_%s")


def filings_sent(request: HttpRequest) -> HttpResponse:
    tabs = _tabs(request, "filings_sent")
    page = page_of(request, letters.sent_letters(request.user))
    context = {"tabs": tabs, "page": page, "title": "已报送", "empty": "还没有报送过备案"}
    return render(request, "workflow/filings/letters.html", context)


def filings_inbox(request: HttpRequest) -> HttpResponse:
    tabs = _tabs(request, "filings_inbox")
    page = page_of(request, letters.received_letters(request.user))
    context = {"tabs": tabs, "page": page, "title": "收到的备案", "empty": "没有收到备案"}
    return render(request, "workflow/filings/letters.html", context)


def filing(request: HttpRequest, pk: int) -> HttpResponse:
    """One letter with its registers and receipts; the receiving body gives one receipt for those ticked."""
    letter = get_object_or_404(letters.readable(request.user).select_related("bureau", "to_unit", "by"), pk=pk)
    mine = letters.inbox(request.user).filter(filing=letter, received_on=None)
    open_ids = set(mine.values_list("pk", flat=True))
    form, status, refused = ReceiptForm(request.POST or None), 200, ""
    if request.method == "POST":
        status = 400
        if form.is_valid():
            items = list(letter.items.filter(pk__in=ids_of(request.POST)).order_by("pk"))
            try:
                count = services.receive_all(items=items, by=request.user, **form.cleaned_data)
            except Refused as refusal:
                status, refused = note_refusal(request, refusal), str(refusal)
            else:
                messages.success(request, f"已接收{count}张登记表的备案。")
                return redirect("filing", pk=letter.pk)
    page = page_of(request, letter.items.select_related("register__unit", "received_by", "seal").defer("seal__content"))
    ticked = set(ids_of(request.POST)) if request.method == "POST" else open_ids
    context = {"letter": letter, "page": page, "form": form, "open": open_ids, "ticked": ticked, "refused": refused}
    context["pack_of"] = _cycle_to_pack(request, letter)
    return render(request, "workflow/filings/filing.html", context, status=status)


def _cycle_to_pack(request: HttpRequest, letter: Filing) -> int | None:
    """The cycle whose filing material the reader may have made: office and discipline of the bureau or above it."""
    me = standing(request.user)
    grants = [grant for grant in me.grants if grant.role in (Role.OFFICE, Role.DISCIPLINE)]
    if not any(letter.bureau_id in me.bureaus_below(grant.unit) for grant in grants if grant.unit.parent_id is None):
        return None
    return letter.items.values_list("register__cycle", flat=True).first()
