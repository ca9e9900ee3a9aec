"""Offline forms: handed out at the filling page, sent in here, compared cell by cell, taken back."""

import io

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.downloads import download
from accounts.exceptions import NotNow, Refused
from audit import services as audit
from documents.offline.sending import State, send, state_of
from documents.offline.workbook import write
from registers.forms.offline import ReturnForm
from registers.importing.guards import Unreadable
from registers.importing.reading import Note, mark
from registers.models import OfflineForm
from registers.offline import stash
from registers.offline.merge import NOW, THEIRS
from registers.paging import page_of
from registers.services import editing, offline
from workflow.access import get_visible
from workflow.services import filling
from workflow.views.answers import note_refusal

SHOWN = 200
CONFLICTS = 100  # decided on one page


@require_POST
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """离线填写: hand the register out as it is now; the next page offers the file."""
    register = get_visible(request.user, pk)
    if not editing.may_fill(request.user, register):
        filling.claim(register=register, by=request.user)
    form = offline.issue(register=register, by=request.user)
    return redirect(f"{reverse('offline')}?issued={form.token}#issued")


@require_safe
def workbook(request: HttpRequest, token: str) -> HttpResponse:
    """The workbook of a form that the user took out; the same file as often as he asks."""
    form = OfflineForm.objects.select_related("register").filter(token=token, issued_by=request.user).first()
    if form is None:
        raise Http404
    register = get_visible(request.user, form.register_id)
    offline.check_return(form, request.user)
    stream = io.BytesIO()
    write(form, stream)
    name = f"离线填写（{register.subject_name}）.xlsx"
    audit.record_taking(by=request.user, name=name, bureau=register.bureau_id)
    return download(stream.getvalue(), name)


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """What is still out, and the upload of what came back."""
    form = ReturnForm(request.POST, request.FILES) if request.method == "POST" else ReturnForm()
    status = 200
    if form.is_bound and form.is_valid():
        sent = send([(file.name, file.read()) for file in form.cleaned_data["files"]], request.user)
        if len(sent.files) == 1 and not sent.files[0].fault:
            return redirect("offline_compare", batch=sent.token, file=1)
        return redirect("offline_batch", batch=sent.token)
    if form.errors:
        status = 422
    rows = OfflineForm.objects.filter(issued_by=request.user, returned_at=None)
    page = page_of(request, rows.select_related("register", "register__cycle"))
    issued = next((row for row in page if row.token == request.GET.get("issued")), None)
    context = {"form": form, "page": page, "issued": issued}
    return render(request, "documents/offline/upload.html", context, status=status)


@require_safe
def batch(request: HttpRequest, batch: str) -> HttpResponse:
    """The files of one upload, each with what is to be done."""
    found = _batch(request, batch)
    states = [state_of(found, number, request.user) for number in range(len(found.files))]
    return render(request, "documents/offline/batch.html", {"batch": found, "states": states})


@require_http_methods(["GET", "HEAD", "POST"])
def compare(request: HttpRequest, batch: str, file: int) -> HttpResponse:
    """One file against what was issued and what is now; its conflicts are decided here, then it is written."""
    found, number = _batch(request, batch), file - 1
    if number not in range(len(found.files)):
        raise Http404
    refused, status = "", 200
    if request.method == "POST":
        _note_choices(request, found, number)
        state = state_of(found, number, request.user)
        if state.looked and not state.looked.messages and not state.undecided:
            try:
                return _take_back(request, found, state)
            except Refused as fault:
                refused, status = str(fault), note_refusal(request, fault, state.looked.form.register)
    state = state_of(found, number, request.user)
    if request.method == "POST" and not refused:
        status = 409 if state.fault else 422
        refused = f"还有 {state.undecided} 处没有选定，还没有写入。" if state.undecided else ""
    return render(request, "documents/offline/compare.html", _shown(request, found, state, refused), status=status)


@require_safe
def marked(request: HttpRequest, batch: str, file: int) -> HttpResponse:
    """The user's own workbook with the faults marked in it."""
    found, number = _batch(request, batch), file - 1
    if number not in range(len(found.files)):
        raise Http404
    state = state_of(found, number, request.user)
    if not state.looked or not state.looked.messages:
        raise NotNow("这个文件没有要标出的问题。")
    notes = [Note(one.sheet, one.row, one.column + 1, one.text) for one in state.looked.messages]
    try:
        body = mark(found.data(number), notes)
    except Unreadable as fault:
        raise NotNow(f"原表不能标注：{fault}") from fault
    name = f"问题_{state.sent.name}"
    audit.record_taking(by=request.user, name=name)
    return download(body, name)


# Inner parts ----------------------------------------------------------------------------------------------------------


def _batch(request: HttpRequest, token: str) -> stash.Batch:
    found = stash.find(token, request.user)
    if found is None:
        raise Http404
    return found


def _note_choices(request: HttpRequest, found: stash.Batch, number: int) -> None:
    """Remember what was chosen, also when it cannot be written yet."""
    sent = found.files[number]
    for name, side in request.POST.items():
        if name.startswith("choose-") and side in (THEIRS, NOW):
            sent.choices[name.removeprefix("choose-")[:200]] = side
    stash.keep(found)


def _take_back(request: HttpRequest, found: stash.Batch, state: State) -> HttpResponse:
    looked = state.looked
    if request.POST.get("seen") != looked.seen_digest:
        raise offline.Outdated
    register = offline.take_back(form=looked.form, by=request.user, seen=looked.seen, wanted=looked.merged.whole)
    state.sent.done = True
    stash.keep(found)
    messages.success(request, f"{register.subject_name}：离线填写的内容已写入登记表。")
    waiting = any(not sent.done and not sent.fault for sent in found.files)
    return redirect("offline_batch", batch=found.token) if waiting else redirect("register_fill", pk=register.pk)


def _shown(request: HttpRequest, found: stash.Batch, state: State, refused: str) -> dict:
    context = {"batch": found, "state": state, "sent": state.sent, "refused": refused}
    looked = state.looked
    if looked is None:
        return context
    chosen = state.sent.choices
    undecided = [one for one in looked.conflicts if one.key not in chosen]
    page = page_of(request, looked.conflicts, CONFLICTS)
    return context | {
        "register": looked.form.register,
        "form": looked.form,
        "seen": looked.seen_digest,
        "page": page,
        "conflicts": [(one, chosen.get(one.key, "")) for one in page],
        "undecided": len(undecided),
        "errors": looked.messages[:SHOWN],
        "taken": looked.taken[:SHOWN],
        "kept": looked.kept[:SHOWN],
    }
