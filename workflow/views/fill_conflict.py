"""Two windows saved the same part: both versions side by side, and a choice for every line. Nothing is lost."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from registers.exceptions import Conflict
from registers.forms.head import HeadForm
from registers.forms.offers import offers_of
from registers.forms.rows import RowForm
from registers.models import Block, Register
from registers.rows import data_of, with_items
from registers.schemes.store import spec_of
from registers.services import editing
from workflow import fill_conflict
from workflow.fill_conflict import MINE, Line
from workflow.typed import peek, take
from workflow.views.fill import kinds_found, own_or_visible


@require_http_methods(["GET", "POST"])
def row(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """Show what I typed beside what is stored; save what was chosen line by line."""
    register = own_or_visible(request.user, pk)
    editing.check_editable(register, request.user)
    block = get_object_or_404(with_items(Block.objects.filter(register=register)), pk=row)
    block.register = register
    back = f"{reverse('register_fill', args=(pk,))}?row={row}#row-{row}"
    typed = peek(request, f"row-{row}")
    if typed is None:
        return redirect(back)
    offers, theirs = offers_of(register, spec_of(register.scheme)), data_of(block)
    known = frozenset(item.lineage for item in (*theirs.points, *theirs.controls))
    mine = RowForm(typed, theirs, offers).data.without_blanks(known)
    lines = fill_conflict.lines(mine, theirs, offers)
    if request.method == "POST" and request.POST.get("row_version") == str(block.row_version):
        data = fill_conflict.merged(mine, theirs, offers, _choice(request))
        try:
            editing.save_block(block=block, by=request.user, seen=block.row_version, data=data)
        except Conflict:
            return redirect(request.path)  # saved once more meanwhile: compare with that
        return _done(request, f"row-{row}", back)
    if not lines:
        return _done(request, f"row-{row}", back)
    return _page(request, register, lines, str(block), block.row_version, back)


@require_http_methods(["GET", "POST"])
def head(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for the answers about the subject as a whole."""
    register = own_or_visible(request.user, pk)
    editing.check_editable(register, request.user)
    back = f"{reverse('register_fill', args=(pk,))}#head"
    typed = peek(request, f"head-{pk}")
    if typed is None:
        return redirect(back)
    form = HeadForm(typed, register, offers_of(register, spec_of(register.scheme)), kinds_found(register))
    stored = {name: getattr(register, name) for name in form.values}
    differing = {name: value for name, value in form.values.items() if value != stored[name]}
    if request.method == "POST" and request.POST.get("row_version") == str(register.content_version):
        choice = _choice(request)
        chosen = {name: value for name, value in differing.items() if choice(name) == MINE}
        editing.save_head(register=register, by=request.user, seen=register.content_version, **chosen)
        return _done(request, f"head-{pk}", back)
    if not differing:
        return _done(request, f"head-{pk}", back)
    told = [
        Line(name, HEAD_LABELS[name], _head_text(form, name, value), _head_text(form, name, stored[name]))
        for name, value in differing.items()
    ]
    return _page(request, register, told, "整张登记表", register.content_version, back)


HEAD_LABELS = {
    "factors": "评级因素",
    "declared_rank": "自评等级",
    "zero_reason": "没有风险点的理由",
    "zero_signed": "已签署无风险点说明",
}


def _head_text(form: HeadForm, name: str, value) -> str:
    if name == "factors":
        answers = [f"{f.name}：{choices.label(value.get(f.key, ''))}" for f, choices in form.offers.subject_factors]
        return "\n".join(answers)
    if name == "declared_rank":
        level = form.offers.level(value)
        return level.name if level else fill_conflict.NOTHING
    if name == "zero_signed":
        return "是" if value else "否"
    return value or fill_conflict.NOTHING


def _choice(request: HttpRequest):
    return lambda key: request.POST.get(f"choose-{key}", "")


def _done(request: HttpRequest, name: str, back: str) -> HttpResponse:
    take(request, name)
    messages.success(request, "已保存。")
    return redirect(back)


def _page(request: HttpRequest, register: Register, lines: list[Line], title: str, version: int, back: str):
    context = {"register": register, "lines": lines, "title": title, "version": version, "back": back}
    return render(request, "workflow/fill/conflict.html", context)
