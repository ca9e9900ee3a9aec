"""What the office, and a section's head for his own unit, do to the list of powers.

``by=None`` is the installation itself (sample): no right is asked, the rules of state hold all the same.
"""

import datetime

from django.db import transaction
from django.utils import timezone

from accounts.exceptions import NotAllowed, NotNow
from accounts.models import User
from accounts.roles import Permission
from audit import services as audit
from registers import access, publishing
from registers.models import Post, Power, Regulation, Unit
from registers.personal_data import told
from registers.services import tracking


def may_keep(user: User, unit: Unit) -> bool:
    """Whether he keeps the powers of that unit: the office of its bureau, or the head of it or of what it is in."""
    me = access.standing(user)
    if me.may_own(Permission.KEEP_POWERS, unit):
        return True
    heads = [post.unit for post in me.posts if post.is_head and post.unit.parent_id is not None]
    return any(top.tree_id == unit.tree_id and top.lft <= unit.lft and top.rght >= unit.rght for top in heads)


def may_publish(user: User, unit: Unit) -> bool:
    """Whether he may show powers to society: the office only."""
    return access.standing(user).may_own(Permission.KEEP_POWERS, unit)


def require_keeper(by: User | None, unit: Unit) -> None:
    """Raise NotAllowed unless he keeps the powers of that unit."""
    if by is not None and not may_keep(by, unit):
        raise NotAllowed(f"只有领导小组办公室和“{unit}”的负责人可以维护“{unit}”的职权。")


@transaction.atomic
def add_power(*, by: User | None, unit: Unit, name: str, post: Post | None = None, reason: str = "", **fields) -> Power:
    """A new power of a unit, or of a post in it.

    Raises NotAllowed, or NotNow for a closed unit, a post elsewhere, and a second open power of that name and owner.
    """
    require_keeper(by, unit)
    unit = Unit.objects.get(pk=unit.pk)
    if unit.closed_on:
        raise NotNow(f"“{unit}”已撤销，不能再登记职权。")
    _require_post_of(unit, post)
    _require_publisher(by, unit, fields.get("published", False))
    _require_free_name(unit, post, name)
    keys = {"bureau_id": unit.bureau_id, "section_id": unit.section_id}
    power = Power(unit=unit, post=post, name=name, **keys, **fields)
    _require_clean(power)
    tracking.save(power, by=by, reason=reason)
    audit.record(verb="power.add", by=by, bureau=power.bureau_id, target=power, unit=str(unit), post=str(post or ""))
    return power


@transaction.atomic
def change_power(*, by: User | None, power: Power, seen: int | None = None, reason: str = "", **fields) -> Power:
    """Change a power's fields. Raises NotAllowed, Outdated, or NotNow for a closed power or a name that is taken."""
    power = _current(power)
    require_keeper(by, power.unit)
    tracking.require_seen(power, seen)
    if power.closed_on:
        raise NotNow(f"“{power}”已取消，不能再改。")
    _require_publisher(by, power.unit, fields.get("published", power.published), power.published)
    post = fields.get("post", power.post)
    _require_post_of(power.unit, post)
    _require_free_name(power.unit, post, fields.get("name", power.name), power)
    before = {name: str(getattr(power, name) or "") for name in fields}
    for name, value in fields.items():
        setattr(power, name, value)
    after = {name: str(getattr(power, name) or "") for name in fields}
    changed = [name for name in fields if before[name] != after[name]]
    if not changed:
        return power
    _require_clean(power)
    tracking.save(power, by=by, reason=reason)
    audit.record(
        verb="power.change",
        by=by,
        bureau=power.bureau_id,
        target=power,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )
    return power


@transaction.atomic
def close_power(
    *, by: User | None, power: Power, on: datetime.date | None = None, seen: int | None = None, reason: str = ""
) -> Power:
    """The power is exercised no more; registers that name it stay as they are. Raises NotAllowed or Outdated."""
    power = _current(power)
    require_keeper(by, power.unit)
    tracking.require_seen(power, seen)
    if power.closed_on:
        return power
    power.closed_on = on or timezone.localdate()
    power.published = False
    tracking.save(power, by=by, reason=reason)
    audit.record(verb="power.close", by=by, bureau=power.bureau_id, target=power, on=power.closed_on.isoformat())
    return power


@transaction.atomic
def link_regulation(*, by: User | None, power: Power, regulation: Regulation, linked: bool = True) -> None:
    """Say that a regulation backs a power, or no longer does. Raises NotAllowed, or NotNow across bureaus."""
    power = _current(power)
    regulation = Regulation.objects.get(pk=regulation.pk)
    require_keeper(by, power.unit)
    if regulation.bureau_id != power.bureau_id:
        raise NotNow("只能配本单位的制度。")
    if linked and regulation.closed_on:
        raise NotNow(f"《{regulation}》已废止，不能再配。")
    if power.regulations.filter(pk=regulation.pk).exists() == linked:
        return
    # simple-history writes the history row of a many-to-many change by itself; it takes these two from the row.
    power._history_user = by
    power._change_reason = f"{'配套' if linked else '取消配套'}《{regulation}》"[: tracking.REASON_LENGTH]
    (power.regulations.add if linked else power.regulations.remove)(regulation)
    verb = "power.link" if linked else "power.unlink"
    audit.record(verb=verb, by=by, bureau=power.bureau_id, target=power, regulation=str(regulation))


def _current(power: Power) -> Power:
    """The row as it is now, locked until the transaction ends."""
    return Power.objects.select_for_update(of=("self",)).select_related("unit", "post").get(pk=power.pk)


def _require_post_of(unit: Unit, post: Post | None) -> None:
    if post is not None and (post.unit_id != unit.pk or post.closed_on):
        raise NotNow(f"岗位“{post}”不在“{unit}”或已撤销，请另选。")


def _require_publisher(by: User | None, unit: Unit, published: bool, before: bool = False) -> None:
    if by is not None and published != before and not may_publish(by, unit):
        raise NotAllowed("职权是否向社会公开由领导小组办公室决定。")


def _require_clean(power: Power) -> None:
    """Nothing with personal data is shown to society, nothing with a mark of secrecy is kept at all."""
    if mark := publishing.mark_in(power):
        raise NotNow(f"有“{mark}”标志。本系统是非涉密系统，涉密内容不得录入；请删去并按保密规定处理。")
    if power.published and (found := publishing.found_in(power)):
        raise NotNow(f"{told(found)}。向社会公开的职权不能有个人信息，请删去，或者不向社会公开。")


def _require_free_name(unit: Unit, post: Post | None, name: str, power: Power | None = None) -> None:
    same = Power.objects.open().filter(unit=unit, post=post, name=name)
    if same.exclude(pk=power.pk if power else None).exists():
        raise NotNow(f"“{post or unit}”已有职权“{name}”，请核对后再登记。")
