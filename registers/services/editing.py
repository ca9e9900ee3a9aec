"""Filling a register: head fields and rows. Each verb checks who, when and which part, and writes one event.

Every row counts its edits (``row_version``), and so does the head (``content_version``): a save names the version that
its author saw, and a lost race raises `Conflict` with both versions instead of overwriting either.
"""

import uuid
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import F, Max, Min
from django.utils import timezone

from accounts.exceptions import NotAllowed, NotNow
from accounts.models import User
from audit import services as audit
from registers.enums import RegisterState
from registers.exceptions import Conflict
from registers.models import Block, Register, RiskPoint
from registers.parts import CONTROLS, LEVELS, PART_NAMES, POINTS, open_parts, rates_subject
from registers.rows import RowData, data_of, with_items
from registers.schemes.store import spec_of
from registers.services import row_writing

# Which head field belongs to which part of the register.
HEAD_FIELDS = {"factors": LEVELS, "declared_rank": LEVELS, "zero_reason": POINTS, "zero_signed": POINTS}


def may_fill(user: User, register: Register) -> bool:
    """Whether the user is the one who fills this register. Without a filler, `workflow` lets a candidate claim it."""
    return register.filler_id is not None and register.filler_id == user.pk


def check_editable(register: Register, by: User, part: str = "") -> None:
    """Raise NotNow unless the register is being filled and the part is open, NotAllowed unless by its filler."""
    if register.state != RegisterState.FILLING:
        raise NotNow(f"登记表{register.get_state_display()}，不能修改。")
    if register.waiting:
        raise NotNow("登记表已提交，正在等待确认，不能修改。")
    if not may_fill(by, register):
        raise NotAllowed("只有填报人可以修改这张登记表。")
    if part and part not in open_parts(register):
        raise NotNow(f"本步骤没有开放“{PART_NAMES[part]}”，不能修改。")


@transaction.atomic
def save_head(*, register: Register, by: User, seen: int, **values: Any) -> Register:
    """Save head answers: ``factors``, ``declared_rank``, ``zero_reason``, ``zero_signed``.

    Raises Conflict (mine and theirs as dicts of the values), NotNow, NotAllowed.
    """
    register = locked(register)
    check_editable(register, by)
    changed = {name: value for name, value in values.items() if getattr(register, name) != value}
    for name in changed:
        check_editable(register, by, HEAD_FIELDS[name])
    if not changed:
        return register
    if register.content_version != seen:
        raise Conflict(mine=values, theirs={name: getattr(register, name) for name in values})
    apply_head(register, changed)
    _event("head.save", by, register, fields=sorted(changed))
    return register


@transaction.atomic
def add_block(*, register: Register, by: User, data: RowData | None = None) -> Block:
    """A new row at the end. Raises NotNow, NotAllowed."""
    register = locked(register)
    check_editable(register, by, POINTS)
    block = Block.objects.create(register=register, order=next_order(register))
    if data is not None:
        apply_row(block, RowData(), data.without_blanks(frozenset()))
        block.row_version += 1
    _event("row.add", by, register, row=block.lineage)
    return block


@transaction.atomic
def save_block(*, block: Block, by: User, seen: int, data: RowData) -> Block:
    """Save a row with its points, controls and responsibilities in one go; the same values again change nothing.

    Raises Conflict (mine and theirs as `RowData`) when the row was saved since ``seen``; NotNow, NotAllowed.
    """
    register = locked(block.register)
    block = _block(register, block.pk)
    check_editable(register, by)
    old = data_of(block)
    data = data.without_blanks(_lineages(old))
    if data == old:
        return block
    if block.row_version != seen:
        raise Conflict(mine=data, theirs=old)
    apply_row(block, old, data)
    block.row_version += 1
    _event("row.save", by, register, row=block.lineage, fields=row_writing.changed_fields(old, data))
    return block


@transaction.atomic
def copy_block(*, block: Block, by: User) -> Block:
    """The same row once more, right below, with lineages of its own. Raises NotNow, NotAllowed."""
    register = locked(block.register)
    block = _block(register, block.pk)
    check_editable(register, by, POINTS)
    if block.controls.all():
        check_editable(register, by, CONTROLS)
    Block.objects.filter(register=register, order__gt=block.order).update(order=F("order") + 1)
    made = Block.objects.create(register=register, order=block.order + 1)
    data = _with_new_lineages(data_of(block))
    row_writing.write_row(made, data, **_level_rule(register))
    levels_follow(register)
    _event("row.copy", by, register, row=made.lineage, copied=block.lineage)
    return made


@transaction.atomic
def move_block(*, block: Block, by: User, step: int) -> Block:
    """One place up (-1) or down (+1); nothing happens at the ends. Raises NotNow, NotAllowed."""
    register = locked(block.register)
    check_editable(register, by, POINTS)
    rows = list(Block.objects.filter(register=register, removed_at__isnull=True))
    at = next((index for index, row in enumerate(rows) if row.pk == block.pk), None)
    if at is None:
        raise NotNow("这一行已被删除。")
    to = at + step
    if not 0 <= to < len(rows):
        return rows[at]
    rows[at], rows[to] = rows[to], rows[at]
    for order, row in enumerate(rows):
        if row.order != order:
            row.order = order
            row.save(update_fields=["order"])
    _event("row.move", by, register, row=block.lineage, step=step)
    return rows[to]


@transaction.atomic
def remove_block(*, block: Block, by: User) -> Block:
    """Take a row out of the content; it can be brought back. Twice is once. Raises NotNow, NotAllowed."""
    return _set_removed(block, by, "row.remove", timezone.now())


@transaction.atomic
def restore_block(*, block: Block, by: User) -> Block:
    """Bring a removed row back, in its place. Raises NotNow, NotAllowed."""
    return _set_removed(block, by, "row.restore", None)


def _set_removed(block: Block, by: User, verb: str, at) -> Block:
    register = locked(block.register)
    check_editable(register, by, POINTS)
    block = Block.objects.get(pk=block.pk)
    if (block.removed_at is None) == (at is None):
        return block
    block.removed_at = at
    block.save(update_fields=["removed_at"])
    levels_follow(register)
    _event(verb, by, register, row=block.lineage)
    return block


# Inner parts ----------------------------------------------------------------------------------------------------------


def locked(register: Register) -> Register:
    """The register as it is now, locked where the database can: a submit and a late autosave take turns."""
    rows = Register.objects.select_related("scheme").select_for_update(of=("self",))
    return rows.get(pk=register.pk)


def _block(register: Register, pk: int) -> Block:
    block = with_items(Block.objects.filter(pk=pk)).get()
    if block.removed_at is not None:
        raise NotNow("这一行已被删除；请先在页面下方恢复它。")
    block.register = register
    return block


def apply_head(register: Register, changed: dict[str, Any]) -> None:
    """Write head answers that were checked."""
    for name, value in changed.items():
        setattr(register, name, value)
    register.content_version += 1
    register.save(update_fields=[*changed, "content_version"])
    levels_follow(register)


def apply_row(block: Block, old: RowData, data: RowData) -> None:
    """Bring a stored row to these values, unless somebody was faster. Raises Conflict, NotNow, NotAllowed."""
    register = block.register
    row_writing.check_parts(old, data, open_parts(register))
    row_writing.check_references(register, old, data)
    # The version decides a race, not the lock: SQLite has none, and the count is what the author saw.
    moved_on = Block.objects.filter(pk=block.pk, row_version=block.row_version).update(row_version=F("row_version") + 1)
    if not moved_on:
        raise Conflict(mine=data, theirs=old)
    row_writing.write_row(block, data, **_level_rule(register))
    levels_follow(register)


def _level_rule(register: Register) -> dict[str, Any]:
    return {
        "level_of_subject": register.declared_rank,
        "rates_subject": rates_subject(spec_of(register.scheme), register.scope),
        "declares": _declares(register),
    }


def _declares(register: Register) -> bool:
    """Whether levels are declared anew at this step; where only measures are filled in, the determined ones stay."""
    return not open_parts(register).isdisjoint((POINTS, LEVELS))


def levels_follow(register: Register) -> None:
    """While filling, the level shown is the declared one: the points take the subject's, or the subject theirs."""
    if not _declares(register):
        return
    spec = spec_of(register.scheme)
    points = RiskPoint.objects.filter(register=register)
    if rates_subject(spec, register.scope):
        level = register.declared_rank
        points.exclude(level_rank=level).update(level_rank=level)
    else:
        standing = points.filter(block__removed_at__isnull=True)
        follows = spec.rating.subject_follows == "max"
        level = standing.aggregate(gravest=Min("declared_rank"))["gravest"] if follows else None
    if register.level_rank != level:
        register.level_rank = level
        register.save(update_fields=["level_rank"])


def next_order(register: Register) -> int:
    """The place behind the last row."""
    last = Block.objects.filter(register=register).aggregate(last=Max("order"))["last"]
    return 0 if last is None else last + 1


def _lineages(row: RowData) -> frozenset[str]:
    return frozenset(item.lineage for item in (*row.points, *row.controls))


def _with_new_lineages(row: RowData) -> RowData:
    fresh = {point.lineage: uuid.uuid4().hex for point in row.points}
    return replace(
        row,
        points=tuple(replace(point, lineage=fresh[point.lineage]) for point in row.points),
        controls=tuple(
            replace(control, lineage=uuid.uuid4().hex, point=fresh.get(control.point, "")) for control in row.controls
        ),
    )


def _event(verb: str, by: User, register: Register, **detail: Any) -> None:
    audit.record(verb=verb, by=by, bureau=register.bureau_id, target=register, **detail)
