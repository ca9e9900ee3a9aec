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

TREE_LOCK = 5_210_417  # any number; the same for every process


def lock_tree() -> None:
    """Wait for the tree's lock, held until the transaction ends. Must be called inside one."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TREE_LOCK])


@transaction.atomic
def add_unit(*, by: User | None, name: str, kind: str, parent: Unit | None = None, above: Unit | None = None, **fields):
    """A new unit below ``parent``, or a new root with ``above`` as the body above it."""
    lock_tree()
    parent = Unit.objects.get(pk=parent.pk) if parent else None
    unit = Unit(name=name, kind=kind, parent=parent, above=above, sort_key=sort_key(name), **fields)
    if parent:
        if parent.closed_on:
            raise NotNow(f"“{parent}”已撤销,不能在其下新设机构。")
        unit.bureau, unit.section = parent.bureau, parent.section
    unit.save()
    if parent is None or parent.parent_id is None:
        if parent is None:
            unit.bureau = unit
        else:
            unit.section = unit
        unit.skip_history_when_saving = True
        unit.save()
        del unit.skip_history_when_saving
    audit.record(verb="unit.add", by=by, bureau=unit.bureau_id, target=unit, parent=str(parent or above or ""))
    return unit


@transaction.atomic
def change_unit(*, by: User | None, unit: Unit, **fields) -> Unit:
    """Rename a unit or change its plain fields (not its place in the tree)."""
    lock_tree()
    unit = Unit.objects.get(pk=unit.pk)
    before = {name: str(getattr(unit, name) or "") for name in fields}
    for name, value in fields.items():
        setattr(unit, name, value)
    unit.sort_key = sort_key(unit.name)
    unit.save()
    after = {name: str(getattr(unit, name) or "") for name in fields}
    audit.record(verb="unit.change", by=by, bureau=unit.bureau_id, target=unit, before=before, after=after)
    return unit


@transaction.atomic
def move_unit(*, by: User | None, unit: Unit, parent: Unit) -> Unit:
    """Hang a unit below another of the same bureau; the keys of everything under it follow in this transaction.

    Raises NotNow for a move below itself, across bureaus, or of a bureau.
    """
    lock_tree()
    unit, parent = Unit.objects.get(pk=unit.pk), Unit.objects.get(pk=parent.pk)
    if unit.parent_id is None:
        raise NotNow("单位本身不能移动;请改它的上级机关。")
    if parent.bureau_id != unit.bureau_id:
        raise NotNow("只能在本单位内移动机构。")
    if parent.closed_on:
        raise NotNow(f"“{parent}”已撤销,不能移到其下。")
    old = unit.parent
    unit.parent = parent
    try:
        unit.save()
    except InvalidMove as fault:
        raise NotNow("机构不能移到自己或自己的下级之下。") from fault
    unit = Unit.objects.get(pk=unit.pk)
    refresh_keys(unit)
    audit.record(verb="unit.move", by=by, bureau=unit.bureau_id, target=unit, before=str(old), after=str(parent))
    return Unit.objects.get(pk=unit.pk)


def refresh_keys(unit: Unit) -> None:
    """Set ``bureau`` and ``section`` of a subtree and of what hangs on it from ``parent``, which is the truth."""
    parent = unit.parent
    section_id = parent.section_id or (unit.pk if parent.parent_id is None else None) if parent else None
    if parent and parent.parent_id is None:
        section_id = unit.pk
    ids = list(unit.get_descendants(include_self=True).values_list("pk", flat=True))
    bureau_id = parent.bureau_id if parent else unit.pk
    keys = {"bureau_id": bureau_id, "section_id": section_id}
    # Keys are bookkeeping beside ``parent``: they are no history of their own.
    Unit.objects.filter(pk__in=ids).update(**keys)
    for model in (Post, Power, Register):
        model.objects.filter(unit_id__in=ids).update(**keys)
    RiskPoint.objects.filter(register__unit_id__in=ids).update(**keys)


def faults() -> list[str]:
    """What is wrong with the tree numbers and the keys, compared with ``parent``; empty when all is right."""
    units = {unit.pk: unit for unit in Unit.objects.order_by("tree_id", "lft")}
    found: list[str] = []
    children: dict[int | None, list[Unit]] = {}
    for unit in units.values():
        children.setdefault(unit.parent_id, []).append(unit)
    seen_trees: set[int] = set()
    for root in children.get(None, []):
        if root.tree_id in seen_trees:
            found.append(f"{root}(#{root.pk}):树号 {root.tree_id} 重复")
        seen_trees.add(root.tree_id)
        _walk(root, children, found, bureau=root.pk, section=None, level=0, tree=root.tree_id)
    return found


def _walk(unit, children, found, *, bureau, section, level, tree) -> int:
    """Check one node; returns the right number that its parent may go on from."""
    place = f"{unit}(#{unit.pk})"
    if level == 1:
        section = unit.pk
    if (unit.tree_id, unit.level) != (tree, level):
        found.append(f"{place}:树号或层级不对")
    if (unit.bureau_id, unit.section_id) != (bureau, section):
        found.append(f"{place}:所属单位或科室标记不对")
    expected = unit.lft + 1
    for child in sorted(children.get(unit.pk, []), key=lambda node: node.lft):
        if child.lft != expected:
            found.append(f"{child}(#{child.pk}):左值 {child.lft},应为 {expected}")
        expected = (
            _walk(child, children, found, bureau=bureau, section=section, level=level + 1, tree=tree)
            if child.lft < child.rght
            else child.lft + 2
        )
    if unit.rght != expected:
        found.append(f"{place}:右值 {unit.rght},应为 {expected}")
    return unit.rght + 1


@transaction.atomic
def rebuild(*, by: User | None = None) -> None:
    """Make all tree numbers and keys anew from ``parent``."""
    lock_tree()
    Unit.objects.rebuild()
    for root in Unit.objects.filter(parent__isnull=True):
        refresh_keys(root)
        for section in root.get_children():
            refresh_keys(section)
    audit.record(verb="tree.rebuild", by=by)


def section_units(bureau: Unit):
    """The units directly below the bureau that are working units (not the leadership)."""
    return Unit.objects.filter(parent=bureau).exclude(kind=UnitKind.LEADERSHIP)
