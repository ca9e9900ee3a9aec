"""The filling page. Every button saves what was typed first, then does its own, then leads back to the row."""

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from registers.access import holds_post
from registers.exceptions import Conflict
from registers.forms.head import HeadForm
from registers.forms.offers import offers_of
from registers.forms.row_view import Extra
from registers.forms.rows import RowForm
from registers.models import Block, Register, RiskPoint
from registers.rows import RowData, data_of, moved, with_items
from registers.schemes.store import spec_of
from registers.services import editing
from workflow.access import get_visible
from workflow.fill_page import FillPage, Typed
from workflow.services import filling
from workflow.typed import keep, take


@require_GET
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The register with inputs for what its step opens. Opening it makes a candidate its filler."""
    register = own_or_visible(request.user, pk)
    if not editing.may_fill(request.user, register):
        filling.claim(register=register, by=request.user)
        register.filler = request.user
    editing.check_editable(register, request.user)
    extra = request.GET.get("add", "")
    place = extra.removeprefix("control:") if extra.startswith("control:") else None
    shown = FillPage(register, request.user, _number(request.GET.get("row")), Extra(extra == "point", place))
    return _render(request, shown)


@require_POST
def save_row(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """Save one row, by autosave or by one of its buttons."""
    register, block = _row(request, pk, row)
    form = RowForm(request.POST, data_of(block), offers_of(register, spec_of(register.scheme)))
    if form.errors:
        return _wrong(request, register, block, form)
    act, _, place = request.POST.get("act", "save").partition(":")
    data = _acted(form.data, act, place)
    try:
        block = editing.save_block(block=block, by=request.user, seen=_seen(request), data=data)
    except Conflict:
        keep(request, f"row-{row}", request.POST)
        return _conflict(request, reverse("register_row_conflict", args=(pk, row)))
    if request.headers.get("X-Autosave"):
        return JsonResponse({"saved_at": _now(), "row_version": block.row_version})
    return _after(request, register, block, act, place)


@require_POST
def add_row(request: HttpRequest, pk: int) -> HttpResponse:
    """A new row at the end, for a power when one is named."""
    register = own_or_visible(request.user, pk)
    editing.check_editable(register, request.user)
    offers = offers_of(register, spec_of(register.scheme))
    block = editing.add_block(
        register=register, by=request.user, data=offers.new_row(_number(request.POST.get("power")))
    )
    return _to_row(register.pk, block.pk)


@require_POST
def restore_row(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """Bring a removed row back."""
    register, block = _row(request, pk, row)
    editing.restore_block(block=block, by=request.user)
    return _to_row(register.pk, row)


@require_POST
def undo(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """Bring back a point or control that was just dropped from a row, beside whatever was typed since."""
    register, block = _row(request, pk, row)
    dropped = take(request, f"undo-{row}")
    if dropped is None:
        return _to_row(pk, row)
    offers, current = offers_of(register, spec_of(register.scheme)), data_of(block)
    form = RowForm(request.POST, current, offers)
    if form.errors:
        return _wrong(request, register, block, form)
    before = RowForm(dropped, current, offers).data
    points, controls = _back(before.points, form.data.points), _back(before.controls, form.data.controls)
    data = replace(form.data, points=points, controls=controls)
    try:
        editing.save_block(block=block, by=request.user, seen=_seen(request), data=data)
    except Conflict:
        keep(request, f"row-{row}", request.POST)
        return _conflict(request, reverse("register_row_conflict", args=(pk, row)))
    return _to_row(pk, row)


@require_POST
def save_head(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the answers about the subject as a whole, and the reason for no risk point."""
    register = own_or_visible(request.user, pk)
    editing.check_editable(register, request.user)
    form = HeadForm(request.POST, register, offers_of(register, spec_of(register.scheme)), kinds_found(register))
    if form.errors:
        return _told(request, register, form.errors)
    try:
        register = editing.save_head(register=register, by=request.user, seen=_seen(request), **form.values)
    except Conflict:
        keep(request, f"head-{pk}", request.POST)
        return _conflict(request, reverse("register_head_conflict", args=(pk,)))
    if request.headers.get("X-Autosave"):
        return JsonResponse({"saved_at": _now(), "row_version": register.content_version})
    messages.success(request, "已保存。")
    return redirect(f"{reverse('register_fill', args=(pk,))}#head")


# Inner parts ----------------------------------------------------------------------------------------------------------


def own_or_visible(user: User, pk: int) -> Register:
    """The register, if the user may read it; the usual case, one's own post's, without the long question."""
    rows = Register.objects.select_related("scheme", "bureau", "unit", "section", "post", "cycle", "filler")
    for own in rows.filter(pk=pk, filler=user).order_by():
        if holds_post(user, own.post):
            return own
    return get_visible(user, pk)


def _render(request: HttpRequest, shown: FillPage, status: int = 200) -> HttpResponse:
    context = {
        "page": shown,
        "register": shown.register,
        "removed_now": _number(request.GET.get("removed")),
        "undo": _number(request.GET.get("undo")),
        "saved": shown.opened if request.GET.get("saved") else None,
        "actions": _actions(shown),
    }
    return render(request, "workflow/fill/page.html", context, status=status)


def _actions(shown: FillPage) -> list[dict]:
    """The bar at the foot: what leads to the signing page, and the register's own page.

    Never refused here: rows save themselves while this page stays open, so the signing page checks anew.
    """
    pk = shown.register.pk
    submit = {"label": "核对并提交", "url": reverse("register_submit", args=(pk,)), "main": True}
    return [submit, {"label": "查看登记表", "url": reverse("register", args=(pk,))}]


def _row(request: HttpRequest, pk: int, row: int) -> tuple[Register, Block]:
    register = own_or_visible(request.user, pk)
    editing.check_editable(register, request.user)
    block = get_object_or_404(with_items(Block.objects.filter(register=register)), pk=row)
    block.register = register
    return register, block


def _acted(data: RowData, act: str, place: str) -> RowData:
    """What a button inside the row makes of the typed values."""
    if act == "drop_point":
        return replace(
            data,
            points=tuple(point for point in data.points if point.lineage != place),
            controls=tuple(control for control in data.controls if control.point != place),
        )
    if act == "drop_control":
        return replace(data, controls=tuple(control for control in data.controls if control.lineage != place))
    if act in ("point_up", "point_down"):
        return replace(data, points=moved(data.points, place, -1 if act == "point_up" else 1))
    return data


def _back(before: tuple, now: tuple) -> tuple:
    """The present items with the dropped ones in their old places."""
    items = {item.lineage: item for item in now}
    merged = [items.pop(item.lineage, item) for item in before]
    return (*merged, *items.values())


def _after(request: HttpRequest, register: Register, block: Block, act: str, place: str) -> HttpResponse:
    """What the button asked for beyond saving, and where to go on."""
    by, pk = request.user, register.pk
    if act == "copy":
        return _to_row(pk, editing.copy_block(block=block, by=by).pk)
    if act in ("up", "down"):
        editing.move_block(block=block, by=by, step=-1 if act == "up" else 1)
    if act == "remove":
        editing.remove_block(block=block, by=by)
        return redirect(f"{reverse('register_fill', args=(pk,))}?removed={block.pk}#removed")
    if act in ("drop_point", "drop_control"):
        keep(request, f"undo-{block.pk}", request.POST)
        return _to_row(pk, block.pk, f"&undo={block.pk}")
    if act == "add_point":
        return _to_row(pk, block.pk, "&add=point")
    if act == "add_control":
        return _to_row(pk, block.pk, f"&add=control:{place}")
    return _to_row(pk, block.pk, "&saved=1" if act == "save" else "")


def _to_row(pk: int, row: int, more: str = "") -> HttpResponse:
    return redirect(f"{reverse('register_fill', args=(pk,))}?row={row}{more}#row-{row}")


def _conflict(request: HttpRequest, url: str) -> HttpResponse:
    if request.headers.get("X-Autosave"):
        return JsonResponse({"conflict_url": url}, status=409)
    return redirect(url)


def _wrong(request: HttpRequest, register: Register, block: Block, form: RowForm) -> HttpResponse:
    """What cannot be stored comes back as it was typed, with the errors beside the fields."""
    if request.headers.get("X-Autosave"):
        first = next(iter(form.errors.values()))
        return JsonResponse({"refusal": first, "errors": form.errors}, status=400)
    typed = Typed(block.pk, form.data, form.errors)
    return _render(request, FillPage(register, request.user, block.pk, typed=typed), status=422)


def _told(request: HttpRequest, register: Register, errors: dict[str, str]) -> HttpResponse:
    first = next(iter(errors.values()))
    if request.headers.get("X-Autosave"):
        return JsonResponse({"refusal": first, "errors": errors}, status=400)
    messages.error(request, first)
    return _render(request, FillPage(register, request.user), status=422)


def kinds_found(register: Register) -> list[str]:
    """The risk kinds of the standing points."""
    points = RiskPoint.objects.filter(register=register, block__removed_at__isnull=True)
    return list(points.values_list("kind", flat=True))


def _seen(request: HttpRequest) -> int:
    return _number(request.POST.get("row_version")) or 0


def _number(value: str | None) -> int | None:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 19 else None


def _now() -> str:
    return timezone.localtime().strftime("%H:%M")
