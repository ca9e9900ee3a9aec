"""The tree of a bureau with what hangs on it, counted by GROUP BY on plain keys and one walk, never by tree joins.

Risk points are counted as far as the reader may read them (``readable``, from `registers.reach`): a level is no less
confidential as a number beside a post.
"""

from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Count, Q

from registers.bands import Bands, bands_of
from registers.models import Post, Power, RiskPoint, Unit

WHOLE = 150  # a bureau of so many units is shown as one tree; of a larger one two levels at a time
Level = tuple[int, str, str]  # rank, tone, the scheme's own name
NO_LEVEL: Level = (999, "", "未定级")


@dataclass
class Counts:
    """How much hangs on a unit and on everything under it."""

    posts: int = 0
    powers: int = 0
    points: Counter[Level] = field(default_factory=Counter)  # points in force

    def add(self, other: "Counts") -> "Counts":
        self.posts += other.posts
        self.powers += other.powers
        self.points += other.points
        return self

    @property
    def total(self) -> int:
        return sum(self.points.values())

    @property
    def by_level(self) -> list[tuple[str, str, int]]:
        """(tone, name, number), gravest first; names of several schemes stand side by side."""
        return [(tone, name, self.points[level]) for level in sorted(self.points) for _rank, tone, name in [level]]


@dataclass
class Node:
    unit: Unit
    counts: Counts
    children: list["Node"]
    cut: bool = False  # has children that are not shown here


def outline(root: Unit, *, readable: Q, with_counts: bool = True, bands: Bands | None = None) -> Node:
    """The tree under a unit; units closed long ago stay out. Five queries whatever the size.

    Beyond ``WHOLE`` units only two levels are kept, with full counts. ``bands``: the bureau's levels, where known.
    """
    rows = Unit.objects.filter(tree_id=root.tree_id, lft__gte=root.lft, rght__lte=root.rght).open()
    units = list(rows.order_by("lft"))
    own = _own_counts(root, readable, bands or bands_of({root.bureau_id})) if with_counts else {}
    nodes = {unit.pk: Node(unit, own.get(unit.pk, Counts()), []) for unit in units}
    top = nodes.get(root.pk) or Node(root, own.get(root.pk, Counts()), [])
    for unit in reversed(units):  # children before their parents
        parent = nodes.get(unit.parent_id)
        if unit.pk != root.pk and parent:
            parent.children.insert(0, nodes[unit.pk])
            parent.counts.add(nodes[unit.pk].counts)
    if len(units) > WHOLE:
        _cut(top, 2)
    return top


def _cut(node: Node, levels: int) -> None:
    if levels == 0:
        node.cut, node.children = bool(node.children), []
    for child in node.children:
        _cut(child, levels - 1)


def _own_counts(root: Unit, readable: Q, bands: Bands) -> dict[int, Counts]:
    """What hangs on each unit itself, for all units of the bureau (or of the section that the unit is in)."""
    keys = {"bureau_id": root.bureau_id} | ({"section_id": root.section_id} if root.section_id else {})
    found: dict[int, Counts] = {}
    for name, model in (("posts", Post), ("powers", Power)):
        rows = model.objects.open().filter(**keys).order_by().values_list("unit_id").annotate(Count("pk"))
        for unit_id, number in rows:
            setattr(found.setdefault(unit_id, Counts()), name, number)
    for unit_id, points in _points_by("register__unit_id", readable, keys, bands).items():
        found.setdefault(unit_id, Counts()).points = points
    return found


def _points_by(key: str, readable: Q, where: dict, bands: Bands) -> dict[int, Counter]:
    """Points of registers in force, by a key and by their level; from one index where ``key`` is the bureau."""
    rows = RiskPoint.objects.filter(readable, live_rank__isnull=False, **where).order_by()
    keys = (key, "live_rank") if len(bands.specs) == 1 else (key, "live_rank", "register__scheme_id")
    found: dict[int, Counter] = {}
    for group, rank, *scheme, number in rows.values_list(*keys).annotate(Count("pk")):
        level = bands.level(scheme[0] if scheme else next(iter(bands.specs)), rank)
        told = (level.rank, level.tone, level.name) if level else NO_LEVEL
        found.setdefault(group, Counter())[told] += number
    return found


def post_counts(unit: Unit, readable: Q, bands: Bands) -> dict[int, Counts]:
    """Powers and points in force of each post of one unit."""
    found: dict[int, Counts] = {}
    rows = Power.objects.open().filter(unit=unit, post__isnull=False).order_by().values_list("post_id")
    for post_id, number in rows.annotate(Count("pk")):
        found.setdefault(post_id, Counts()).powers = number
    where = {"bureau_id": unit.bureau_id, "register__unit_id": unit.pk, "register__post__isnull": False}
    points = _points_by("register__post_id", readable, where, bands)
    for post_id, counted in points.items():
        found.setdefault(post_id, Counts()).points = counted
    return found


def bureau_counts(bureaus: list[Unit], readable: Q) -> dict[int, Counts]:
    """Posts, powers and points in force of each of these bureaus as a whole, by their key."""
    ids = [bureau.pk for bureau in bureaus]
    found = {pk: Counts() for pk in ids}
    for name, model in (("posts", Post), ("powers", Power)):
        rows = model.objects.open().filter(bureau_id__in=ids).order_by().values_list("bureau_id")
        for bureau_id, number in rows.annotate(Count("pk")):
            setattr(found[bureau_id], name, number)
    where = {"bureau_id__in": ids}
    for bureau_id, points in _points_by("bureau_id", readable, where, bands_of(set(ids))).items():
        found[bureau_id].points = points
    return found
