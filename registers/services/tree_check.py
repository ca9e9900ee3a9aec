"""Proof that the tree is whole, and its repair from ``parent``, which is the truth."""

from collections.abc import Iterator

from django.db import models, transaction
from django.db.models import F, Q

from accounts.models import User
from audit import services as audit
from registers.models import Post, Power, Register, RiskPoint, Unit
from registers.services.tree import lock_tree

HANGING = ((Post, "unit"), (Power, "unit"), (Register, "unit"), (RiskPoint, "register__unit"))
MOST = 20  # rows named per kind of fault

Children = dict[int | None, list[Unit]]


def faults() -> list[str]:
    """What is wrong with tree numbers and keys, as sentences; empty when all is right."""
    children = _children()
    found: list[str] = []
    seen_trees: set[int] = set()
    reached = 0
    for root in children.get(None, []):
        if root.tree_id in seen_trees:
            found.append(f"{_place(root)}：树号 {root.tree_id} 重复")
        seen_trees.add(root.tree_id)
        found += _numbers(root, children)
        for unit, keys, level in _walk(root, children):
            reached += 1
            if (unit.tree_id, unit.level) != (root.tree_id, level):
                found.append(f"{_place(unit)}：树号或层级不对")
            if (unit.bureau_id, unit.section_id) != keys:
                found.append(f"{_place(unit)}：所属单位或科室标记不对")
    lost = sum(map(len, children.values())) - reached
    if lost:
        found.append(f"有 {lost} 个机构连不到任何单位（上级关系成环）")
    return found + _wrong_keys()


def _children() -> Children:
    children: Children = {}
    for unit in Unit.objects.order_by("lft", "pk"):
        children.setdefault(unit.parent_id, []).append(unit)
    return children


def _place(unit: Unit) -> str:
    return f"{unit}(#{unit.pk})"


def _walk(root: Unit, children: Children) -> Iterator[tuple[Unit, tuple[int, int | None], int]]:
    """Every unit under a root with the keys and the level that follow from ``parent``."""
    waiting = [(root, None, 0)]
    while waiting:
        unit, section, level = waiting.pop()
        section = unit.pk if level == 1 else section
        yield unit, (root.pk, section), level
        waiting += [(child, section, level + 1) for child in children.get(unit.pk, [])]


def _numbers(root: Unit, children: Children) -> list[str]:
    """Whether left and right numbers are exactly those of a walk in their order."""
    found: list[str] = []
    number = 1
    waiting: list[tuple[Unit, bool]] = [(root, True)]
    while waiting:
        unit, entering = waiting.pop()
        if entering and unit.lft != number:
            found.append(f"{_place(unit)}：左值 {unit.lft}，应为 {number}")
        if not entering and unit.rght != number:
            found.append(f"{_place(unit)}：右值 {unit.rght}，应为 {number}")
        number += 1
        if entering:
            waiting.append((unit, False))
            waiting += [(child, True) for child in reversed(children.get(unit.pk, []))]
    return found


def _mismatched(model: type[models.Model], unit: str) -> models.QuerySet:
    """Rows whose keys are not those of the unit that they hang on."""
    section, theirs = "section_id", f"{unit}__section_id"
    right = Q(bureau_id=F(f"{unit}__bureau_id")) & (
        Q(**{section: F(theirs)}) | Q(**{f"{section}__isnull": True, f"{theirs}__isnull": True})
    )
    return model.objects.filter(~Q(pk__in=model.objects.filter(right).values("pk")))


def _wrong_keys() -> list[str]:
    found = []
    for model, unit in HANGING:
        name = model._meta.verbose_name
        found += [f"{name} {row}(#{row.pk})：所属单位或科室标记不对" for row in _mismatched(model, unit)[:MOST]]
    return found


@transaction.atomic
def rebuild(*, by: User | None = None) -> None:
    """Make all tree numbers and keys anew from ``parent``."""
    lock_tree()
    Unit.objects.rebuild()
    children = _children()
    for root in children.get(None, []):
        for unit, (bureau_id, section_id), _level in _walk(root, children):
            if (unit.bureau_id, unit.section_id) != (bureau_id, section_id):
                Unit.objects.filter(pk=unit.pk).update(bureau_id=bureau_id, section_id=section_id)
    for model, unit in HANGING:
        _mend_keys(model, unit)
    audit.record(verb="tree.rebuild", by=by)


def _mend_keys(model: type[models.Model], unit: str) -> None:
    wanted = _mismatched(model, unit).values_list("pk", f"{unit}__bureau_id", f"{unit}__section_id")
    by_keys: dict[tuple[int, int | None], list[int]] = {}
    for pk, bureau_id, section_id in wanted:
        by_keys.setdefault((bureau_id, section_id), []).append(pk)
    for (bureau_id, section_id), rows in by_keys.items():
        # Keys are not tracked: update() loses no history.
        model.objects.filter(pk__in=rows).update(bureau_id=bureau_id, section_id=section_id)
