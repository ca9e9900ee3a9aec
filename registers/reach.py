"""Which risk points in force a user may read, said with the keys that the points themselves carry.

The same reach as `registers.access.visible_registers` has over registers in force (a test compares the two), without
asking for the registers first: on 30,000 points that would cost more than the page may.
"""

from dataclasses import dataclass, field

from django.db.models import Q

from accounts.models import User
from accounts.roles import Permission, roles_with
from registers.access import standing
from registers.models import Unit


@dataclass
class Reach:
    """Whole bureaus, whole sections, single units with their subtrees, and single posts."""

    bureaus: set[int] = field(default_factory=set)
    sections: dict[int, int] = field(default_factory=dict)  # section → its bureau
    units: list[Unit] = field(default_factory=list)
    posts: dict[int, int] = field(default_factory=dict)  # post without a section → its bureau

    def add(self, unit: Unit) -> None:
        """Take in a unit with its subtree."""
        if unit.parent_id is None:
            self.bureaus.add(unit.pk)
        elif unit.section_id == unit.pk:
            self.sections[unit.pk] = unit.bureau_id
        else:
            self.units.append(unit)

    def all_bureaus(self) -> set[int]:
        """Every bureau of which anything may be read."""
        inner = {unit.bureau_id for unit in self.units}
        return self.bureaus | set(self.sections.values()) | set(self.posts.values()) | inner

    def covers(self, unit: Unit, post_id: int | None = None) -> bool:
        """Whether what is in force for this unit, or for this post in it, lies within the reach."""
        return (
            unit.bureau_id in self.bureaus
            or unit.section_id in self.sections
            or post_id in self.posts
            or any(top.tree_id == unit.tree_id and top.lft <= unit.lft <= top.rght for top in self.units)
        )

    def points(self) -> Q:
        """The reach as a filter on RiskPoint. The outer condition lets the index by bureau work."""
        inner = Q(bureau_id__in=self.bureaus)
        if sections := [pk for pk, bureau in self.sections.items() if bureau not in self.bureaus]:
            inner |= Q(section_id__in=sections)
        if posts := [pk for pk, bureau in self.posts.items() if bureau not in self.bureaus]:
            inner |= Q(register__post_id__in=posts)
        for unit in self.units:
            if unit.bureau_id not in self.bureaus and unit.section_id not in self.sections:
                inner |= Q(register__unit_id__in=subtree(unit))
        everything = self.all_bureaus()
        return inner if everything == self.bureaus else Q(bureau_id__in=everything) & inner


def reach_of(user: User) -> Reach:
    """What the user reaches today."""
    me, found = standing(user), Reach()
    if me.is_administrator:
        return found
    for post in me.posts:
        if post.section_id:
            found.sections[post.section_id] = post.bureau_id
        else:
            found.posts[post.pk] = post.bureau_id
    for unit in me.led_units:
        found.add(unit)
    viewers = roles_with(Permission.VIEW_REGISTERS)
    for grant in me.grants:
        if grant.role in viewers:
            found.add(grant.unit)
            if grant.unit.parent_id is None:
                found.bureaus.update(me.bureaus_below(grant.unit))
    return found


def subtree(unit: Unit) -> list[int]:
    """Ids of a unit and everything under it."""
    rows = Unit.objects.filter(tree_id=unit.tree_id, lft__gte=unit.lft, rght__lte=unit.rght)
    return list(rows.values_list("pk", flat=True))
