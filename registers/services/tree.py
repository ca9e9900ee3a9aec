"""The only writer of the unit tree.

django-mptt corrupts its numbers under concurrent writes on PostgreSQL even inside a transaction, so every write here
takes one lock first: an advisory lock on PostgreSQL; on SQLite IMMEDIATE transactions already take turns.
"""

from django.db import connection, transaction
from mptt.exceptions import InvalidMove

from accounts.exceptions import NotNow
from accounts.models import User
from audit import services as audit
from registers.enums import UnitKind
from registers.models import Post, Power, Register, RiskPoint, Unit
from registers.pinyin import sort_key
from registers.services import tracking

TREE_LOCK = 5_210_417  # any number; the same for every process


def lock_tree() -> None:
    """Wait for the tree's lock, held until the transaction ends. Must be called inside one."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TREE_LOCK])


@transaction.atomic
def add_unit(
    *,
    by: User | None,
    name: str,
    kind: str,
    parent: Unit | None = None,
    above: Unit | None = None,
    reason: str = "",
    **fields,
) -> Unit:
    """A new unit below ``parent``, or a new root with ``above`` as the body above it.

    Raises NotNow below a closed unit and for a second open unit of the same name at the same place.
    """
    lock_tree()
    parent = Unit.objects.get(pk=parent.pk) if parent else None
    if parent:
        _require_room(parent, name)
        _require_free_name(parent, name)
    unit = Unit(name=name, kind=kind, parent=parent, above=above, sort_key=sort_key(name), **fields)
    if parent is None:
        # At the end: a root put in order would renumber the trees of all bureaus behind it.
        Unit.objects.insert_node(unit, None)
    else:
        unit.bureau_id, unit.section_id = parent.bureau_id, parent.section_id
    tracking.save(unit, by=by, reason=reason)
    if unit.section_id is None:
        _set_own_key(unit)
    audit.record(verb="unit.add", by=by, bureau=unit.bureau_id, target=unit, parent=str(parent or above or ""))
    return unit


def _require_room(parent: Unit, name: str) -> None:
    if parent.closed_on:
        raise NotNow(f"“{parent}”已撤销，不能在其下设“{name}”。")


def _require_free_name(parent: Unit, name: str, unit: Unit | None = None) -> None:
    others = parent.children.open().filter(name=name)
    if others.exclude(pk=unit.pk if unit else None).exists():
        raise NotNow(f"“{parent}”下已有“{name}”。")


def _set_own_key(unit: Unit) -> None:
    """A root is its own bureau, a unit directly below it its own section: known only once it has a number."""
    if unit.parent_id is None:
        unit.bureau_id = unit.pk
    else:
        unit.section_id = unit.pk
    # Bookkeeping beside ``parent``, not tracked.
    Unit.objects.filter(pk=unit.pk).update(bureau_id=unit.bureau_id, section_id=unit.section_id)


@transaction.atomic
def change_unit(*, by: User | None, unit: Unit, seen: int | None = None, reason: str = "", **fields) -> Unit:
    """Rename a unit or change its plain fields (not its place in the tree).

    Raises Outdated if it changed after ``seen``, NotNow for a name that a sister unit has.
    """
    lock_tree()
    unit = Unit.objects.get(pk=unit.pk)
    before = {name: _text(getattr(unit, name)) for name in fields}
    after = {name: _text(value) for name, value in fields.items()}
    if before == after:
        return unit
    tracking.require_seen(unit, seen)
    for name, value in fields.items():
        setattr(unit, name, value)
    if unit.parent and unit.closed_on is None:
        _require_free_name(unit.parent, unit.name, unit)
    unit.sort_key = sort_key(unit.name)
    if unit.parent_id is None:
        unit._mptt_meta.update_mptt_cached_fields(unit)  # a renamed root keeps its place, as in add_unit
    tracking.save(unit, by=by, reason=reason)
    audit.record(verb="unit.change", by=by, bureau=unit.bureau_id, target=unit, before=before, after=after)
    return unit


def _text(value) -> str:
    return "" if value is None else str(value)


@transaction.atomic
def move_unit(*, by: User | None, unit: Unit, parent: Unit, seen: int | None = None, reason: str = "") -> Unit:
    """Hang a unit below another of the same bureau; the keys of everything under it follow in this transaction.

    Raises NotNow for a move below itself, across bureaus, or of a bureau; Outdated if it changed after ``seen``.
    """
    lock_tree()
    unit, parent = Unit.objects.get(pk=unit.pk), Unit.objects.get(pk=parent.pk)
    if unit.parent_id == parent.pk:
        return unit
    tracking.require_seen(unit, seen)
    if unit.parent_id is None:
        raise NotNow("单位本身不能移动；请改它的上级机关。")
    if parent.bureau_id != unit.bureau_id:
        raise NotNow("只能在本单位内移动机构。")
    _require_room(parent, unit.name)
    if unit.closed_on is None:
        _require_free_name(parent, unit.name)
    old = unit.parent
    unit.parent = parent
    try:
        tracking.save(unit, by=by, reason=reason)
    except InvalidMove as fault:
        raise NotNow("机构不能移到自己或自己的下级之下。") from fault
    unit = Unit.objects.get(pk=unit.pk)
    refresh_keys(unit)
    audit.record(verb="unit.move", by=by, bureau=unit.bureau_id, target=unit, before=str(old), after=str(parent))
    return Unit.objects.get(pk=unit.pk)


def keys_of(unit: Unit) -> dict[str, int | None]:
    """``bureau_id`` and ``section_id`` of a unit as they follow from ``parent``, which is the truth."""
    parent = unit.parent
    if parent is None:
        return {"bureau_id": unit.pk, "section_id": None}
    return {"bureau_id": parent.bureau_id, "section_id": parent.section_id if parent.parent_id else unit.pk}


def refresh_keys(unit: Unit) -> None:
    """Set the keys of a unit below a bureau, of its subtree, and of everything that hangs on it."""
    keys = keys_of(unit)
    # Keys are bookkeeping beside ``parent``: not tracked, so no history is lost by update().
    Unit.objects.filter(tree_id=unit.tree_id, lft__gte=unit.lft, rght__lte=unit.rght).update(**keys)
    subtree = Unit.objects.filter(tree_id=unit.tree_id, lft__gte=unit.lft, rght__lte=unit.rght).values("pk")
    for model in (Post, Power, Register):
        model.objects.filter(unit_id__in=subtree).update(**keys)
    RiskPoint.objects.filter(register__in=Register.objects.filter(unit_id__in=subtree).values("pk")).update(**keys)


def section_units(bureau: Unit):
    """The units directly below the bureau that are working units (not the leadership)."""
    return Unit.objects.filter(parent=bureau).exclude(kind=UnitKind.LEADERSHIP)
