"""What the office does to units and posts. Each act asks for the right in the unit's own bureau first.

``by=None`` is the installation itself (sample, import): no right is asked, the rules of state hold all the same.
"""

import datetime

from django.db import transaction
from django.utils import timezone

from accounts.exceptions import NotAllowed, NotNow
from accounts.models import User
from accounts.roles import Permission
from audit import services as audit
from registers import access
from registers.enums import Tier
from registers.models import Appointment, Charge, Post, Power, Register, Unit
from registers.pinyin import sort_key
from registers.services import tracking, tree

NAMED = 5  # objects named in a refusal


def require_office(by: User | None, unit: Unit) -> None:
    """Raise NotAllowed unless he keeps the organisation of that unit's bureau."""
    if by is not None:
        access.require(by, Permission.KEEP_ORGANISATION, unit)


def _refuse_open(rows, sentence: str) -> None:
    """Raise NotNow with the sentence and the first names, if there are rows."""
    names = [str(row) for row in rows[: NAMED + 1]]
    if names:
        more = "等" if len(names) > NAMED else ""
        raise NotNow(f"{sentence}：{'、'.join(names[:NAMED])}{more}。")


# Units ----------------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_unit(*, by: User | None, parent: Unit, name: str, kind: str, reason: str = "", **fields) -> Unit:
    """A new unit below ``parent``. Raises what `tree.add_unit` raises."""
    require_office(by, parent)
    return tree.add_unit(by=by, parent=parent, name=name, kind=kind, reason=reason, **fields)


@transaction.atomic
def change_unit(*, by: User | None, unit: Unit, seen: int | None = None, reason: str = "", **fields) -> Unit:
    """Rename a unit or change its kind, duties, order. Raises what `tree.change_unit` raises."""
    require_office(by, unit)
    return tree.change_unit(by=by, unit=unit, seen=seen, reason=reason, **fields)


@transaction.atomic
def move_unit(*, by: User | None, unit: Unit, parent: Unit, seen: int | None = None, reason: str = "") -> Unit:
    """Hang a unit below another of its bureau. Raises what `tree.move_unit` raises."""
    require_office(by, unit)
    return tree.move_unit(by=by, unit=unit, parent=parent, seen=seen, reason=reason)


@transaction.atomic
def close_unit(
    *, by: User | None, unit: Unit, on: datetime.date | None = None, seen: int | None = None, reason: str = ""
) -> Unit:
    """Close a unit; it stays readable. Raises NotNow that says what has to be done first."""
    require_office(by, unit)
    tree.lock_tree()
    unit = Unit.objects.get(pk=unit.pk)
    if unit.closed_on:
        return unit
    if unit.parent_id is None:
        raise NotNow("单位本身不能在这里撤销。")
    _refuse_open(unit.children.open(), f"请先撤销或移走“{unit}”的下级机构")
    _refuse_open(unit.posts.open(), f"请先撤销“{unit}”的岗位")
    _refuse_open(Power.objects.open().filter(unit=unit), f"请先调整或取消“{unit}”行使的职权")
    _refuse_open(Register.objects.on_the_road().filter(unit=unit), "请先办结在途的登记表")
    for charge in Charge.objects.filter(unit=unit, ends_on__isnull=True):
        charge.ends_on = max(on or timezone.localdate(), charge.starts_on)
        tracking.save(charge, by=by, reason=f"{unit}撤销")
    return tree.change_unit(by=by, unit=unit, seen=seen, reason=reason, closed_on=on or timezone.localdate())


# Posts ----------------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_post(*, by: User | None, unit: Unit, name: str, tier: str = Tier.OTHER, reason: str = "", **fields) -> Post:
    """A new post in a unit. Raises NotNow in a closed unit and for a second open post of that name there."""
    require_office(by, unit)
    # Under the tree's lock: the unit cannot be moved or closed between reading its keys and writing them.
    tree.lock_tree()
    unit = Unit.objects.get(pk=unit.pk)
    if unit.closed_on:
        raise NotNow(f"“{unit}”已撤销，不能在其下设岗位。")
    _require_free_name(unit, name)
    keys = {"bureau_id": unit.bureau_id, "section_id": unit.section_id}
    post = Post(unit=unit, name=name, tier=tier, sort_key=sort_key(name), **keys, **fields)
    tracking.save(post, by=by, reason=reason)
    audit.record(verb="post.add", by=by, bureau=post.bureau_id, target=post, unit=str(unit))
    return post


def _require_free_name(unit: Unit, name: str, post: Post | None = None) -> None:
    if unit.posts.open().filter(name=name).exclude(pk=post.pk if post else None).exists():
        raise NotNow(f"“{unit}”下已有岗位“{name}”；一岗多人请在该岗位登记任职。")


def decides(post: Post) -> bool:
    """Whether who holds the post decides over others: head, leader, or in charge of units."""
    return _is_high(post) or post.charges.filter(ends_on__isnull=True).exists()


def _is_high(post: Post) -> bool:
    return post.is_head or post.tier == Tier.LEAD


@transaction.atomic
def change_post(*, by: User | None, post: Post, seen: int | None = None, reason: str = "", **fields) -> Post:
    """Change a post's name, tier, duties, marks. Its holders wait for confirmation if it now decides over others.

    Raises Outdated, NotNow for a name already there, NotAllowed for raising the height of one's own post.
    """
    require_office(by, post.unit)
    post = Post.objects.select_for_update().get(pk=post.pk)
    before = {name: str(getattr(post, name)) for name in fields}
    after = {name: str(value) for name, value in fields.items()}
    if before == after:
        return post
    tracking.require_seen(post, seen)
    # Not `decides`: being in charge, or only proposed for it, was another matter than what he becomes now.
    high = _is_high(post)
    for name, value in fields.items():
        setattr(post, name, value)
    if _is_high(post) and not high:
        _wait_for_confirmation(by, post)
    if post.closed_on is None:
        _require_free_name(post.unit, post.name, post)
    post.sort_key = sort_key(post.name)
    tracking.save(post, by=by, reason=reason)
    audit.record(verb="post.change", by=by, bureau=post.bureau_id, target=post, before=before, after=after)
    return post


def _wait_for_confirmation(by: User | None, post: Post) -> None:
    if by is None:
        return
    for held in Appointment.objects.running().filter(post=post, pending=False):  # also those who begin later
        if held.user_id == by.pk:
            raise NotAllowed("不能把自己任职的岗位改为负责人或领导岗位。")
        held.pending, held.proposed_by = True, by
        tracking.save(held, by=by, reason="岗位改为负责人或领导岗位")


@transaction.atomic
def close_post(
    *, by: User | None, post: Post, on: datetime.date | None = None, seen: int | None = None, reason: str = ""
) -> Post:
    """Close a post; it stays readable. Raises NotNow that says what has to be done first."""
    require_office(by, post.unit)
    post = Post.objects.select_for_update().get(pk=post.pk)
    if post.closed_on:
        return post
    tracking.require_seen(post, seen)
    _refuse_open(Register.objects.on_the_road().filter(post=post), "请先办结或终止该岗位在途的登记表")
    _refuse_open(Appointment.objects.filter(post=post, ends_on__isnull=True), "请先结束该岗位的任职")
    _refuse_open(Charge.objects.filter(post=post, ends_on__isnull=True), "请先结束该岗位的分管")
    _refuse_open(Power.objects.open().filter(post=post), "请先调整或取消该岗位行使的职权")
    post.closed_on = on or timezone.localdate()
    tracking.save(post, by=by, reason=reason)
    audit.record(verb="post.close", by=by, bureau=post.bureau_id, target=post, on=post.closed_on.isoformat())
    return post
