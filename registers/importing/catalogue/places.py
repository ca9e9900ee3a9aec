"""For which units a user may import."""

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.roles import Permission
from registers import access
from registers.models import Unit


def bureaus_with(user: User, permission: Permission) -> QuerySet[Unit]:
    """The bureaus where he has the right by a grant of their own (a body above looks, but does not keep house)."""
    grants = access.standing(user).grants_with(permission)
    held = [grant.unit_id for grant in grants if grant.unit.parent_id is None]
    return Unit.objects.open().filter(pk__in=held).order_by("sort_key", "pk")


def kept_units(user: User) -> QuerySet[Unit]:
    """The units whose powers he keeps: the office's bureaus, and the units that he heads."""
    me = access.standing(user)
    where = Q(pk__in=bureaus_with(user, Permission.KEEP_POWERS))
    heads = [post.unit for post in me.posts if post.is_head and post.unit.parent_id is not None]
    for top in heads:
        where |= Q(tree_id=top.tree_id, lft__gte=top.lft, rght__lte=top.rght)
    return Unit.objects.open().filter(where).order_by("tree_id", "lft")
