"""What a handbook is asked for: of a unit, of all that a leader is in charge of, or of a bureau; as of a day."""

import datetime
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone

from accounts.exceptions import NotAllowed, NotNow
from accounts.models import User
from registers.access import standing, visible_units
from registers.models import Charge, Post, Unit
from registers.reach import Reach, reach_of

UNIT, LEADER = "unit", "leader"  # a bureau is the unit at the root of its tree


@dataclass(frozen=True)
class Asked:
    kind: str
    pk: int
    day: datetime.date  # what was in force on it; today is what is in force now

    @property
    def past(self) -> datetime.date | None:
        """The day, when it is not today."""
        return self.day if self.day < timezone.localdate() else None


@dataclass(frozen=True)
class Scope:
    """What the handbook is of, found in the database and checked against who asks."""

    asked: Asked
    title: str
    about: str
    bureau: Unit
    reach: Reach
    roots: tuple[Unit, ...]
    detail: str = ""  # of a leader: what he is in charge of

    @cached_property
    def units(self) -> list[Unit]:
        """The units of the handbook in the order of the tree, each once: those that stood on the day."""
        where = Q(pk__in=[])
        for root in self.roots:
            where |= Q(tree_id=root.tree_id, lft__gte=root.lft, rght__lte=root.rght)
        return list(_standing(Unit.objects.filter(where), self.asked.day).order_by("tree_id", "lft"))

    @cached_property
    def bureaus(self) -> dict[int, str]:
        """The names of the bureaus that the units belong to."""
        wanted = {unit.bureau_id for unit in self.units}
        return dict(Unit.objects.filter(pk__in=wanted).values_list("pk", "name"))

    def depths(self) -> dict[str, int]:
        """How deep each unit stands in the contents; within one bureau its sections stand beside it."""
        several = len(self.bureaus) > 1
        found = {f"u{unit.pk}": unit.level if several else max(unit.level - 1, 0) for unit in self.units}
        top = min(found.values(), default=0)
        return {anchor: depth - top for anchor, depth in found.items()}

    @property
    def partial(self) -> bool:
        """Whether anything in it is not for the eyes of who asks."""
        return not all(self.reach.covers(root) for root in self.roots)


def _standing(units: QuerySet[Unit], day: datetime.date) -> QuerySet[Unit]:
    return units.filter(Q(closed_on=None) | Q(closed_on__gt=day), Q(opened_on=None) | Q(opened_on__lte=day))


def scope_of(asked: Asked, *, by: User | None) -> Scope:
    """The scope of a handbook for this reader; ``by=None`` is the machine itself, which reads everything.

    Raises Http404 for what he may not browse, NotAllowed for administrators, NotNow where there is nothing to print.
    """
    if by is not None and standing(by).is_administrator:
        raise NotAllowed("管理员不查看业务内容。")
    units = Unit.objects.all() if by is None else visible_units(by)
    if asked.kind == UNIT:
        roots, title, about, bureau = _of_unit(asked, units)
    else:
        roots, title, about, bureau = _of_leader(asked, units)
    detail = f"分管：{'、'.join(root.name for root in roots)}" if asked.kind == LEADER else ""
    reach = Reach(bureaus={root.bureau_id for root in roots}) if by is None else reach_of(by)
    return Scope(asked, title, about, bureau, reach, roots, detail)


def _of_unit(asked: Asked, units: QuerySet[Unit]) -> tuple[tuple[Unit, ...], str, str, Unit]:
    unit = units.filter(pk=asked.pk).select_related("bureau").first()
    if unit is None:
        raise Http404
    about = "" if unit.parent_id is None else str(unit)
    return (unit,), "廉政风险防控工作手册", about, unit.bureau


def _of_leader(asked: Asked, units: QuerySet[Unit]) -> tuple[tuple[Unit, ...], str, str, Unit]:
    post = Post.objects.filter(pk=asked.pk, unit__in=units).select_related("bureau").first()
    if post is None:
        raise Http404
    roots = tuple(Unit.objects.filter(pk__in=charged_units(post, asked.day)).order_by("tree_id", "lft"))
    if not roots:
        raise NotNow(f"“{post}”没有分管的机构，没有可以合订的内容。")
    return roots, "分管范围廉政风险防控工作手册合订本", str(post), post.bureau


def charged_units(post: Post, day: datetime.date) -> QuerySet:
    """Ids of the units that a leader's post is in charge of on a day."""
    return Charge.objects.on(day).filter(post=post).values("unit")


def leaders_of(bureau: Unit, day: datetime.date) -> QuerySet[Post]:
    """The posts of a bureau that are in charge of something on a day."""
    charged = Charge.objects.on(day).values("post")
    return Post.objects.filter(bureau=bureau, pk__in=charged).order_by("unit__lft", "order", "sort_key", "pk")
