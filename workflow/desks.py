"""Desks: where work waits. A task lies on the desk of a post, of a role at a unit, or of one user.

Work is addressed to posts and roles, not to persons, so that a new holder finds it when he takes over.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import User
from accounts.roles import Role
from registers.access import Standing
from registers.models import Appointment, Post, RoleGrant, Unit


@dataclass(frozen=True)
class Holder:
    """Somebody who sits at a desk on the day, and how he signs there."""

    user: User
    title: str


def of_post(post_id: int) -> str:
    return f"post:{post_id}"


def of_role(role: str, unit_id: int) -> str:
    return f"role:{role}:{unit_id}"


def of_user(user_id: int) -> str:
    return f"user:{user_id}"


def desks_of(me: Standing) -> frozenset[str]:
    """All desks that a user sits at."""
    return frozenset(
        [of_user(me.user.pk)]
        + [of_post(post.pk) for post in me.posts]
        + [of_role(grant.role, grant.unit_id) for grant in me.grants]
    )


def title_at(me: Standing, desk: str) -> str:
    """How the user signs for that desk; his first post's title where the desk is his own name."""
    for grant in me.grants:
        if of_role(grant.role, grant.unit_id) == desk:
            return grant.title or f"{grant.unit}{grant.get_role_display()}"
    for post in me.posts:
        if of_post(post.pk) == desk:
            return post_title(post)
    return post_title(me.posts[0]) if me.posts else next((grant.title for grant in me.grants), "")


def post_title(post: Post) -> str:
    """A post with its unit, without saying the unit twice."""
    unit = post.unit.name
    return post.name if post.name.startswith(unit) else f"{unit} {post.name}"


def holders_of(desks: Iterable[str], day: datetime.date) -> dict[str, list[Holder]]:
    """Who sits at each desk on the day: at most three queries for any number of desks."""
    found: dict[str, list[Holder]] = {desk: [] for desk in desks}
    posts = {int(desk[5:]) for desk in found if desk.startswith("post:")}
    users = {int(desk[5:]) for desk in found if desk.startswith("user:")}
    units = {int(desk.split(":")[2]) for desk in found if desk.startswith("role:")}
    if posts:
        rows = Appointment.objects.on(day).filter(post__in=posts, user__is_active=True)
        for row in rows.select_related("user", "post__unit"):
            found[of_post(row.post_id)].append(Holder(row.user, post_title(row.post)))
    if units:
        grants = RoleGrant.objects.on(day).filter(unit__in=units, user__is_active=True)
        for grant in grants.select_related("user", "unit"):
            desk = of_role(grant.role, grant.unit_id)
            if desk in found:
                title = grant.title or f"{grant.unit}{grant.get_role_display()}"
                found[desk].append(Holder(grant.user, title))
    if users:
        for user in User.objects.filter(pk__in=users, is_active=True):
            found[of_user(user.pk)].append(Holder(user, ""))
    return found


def labels_of(desks: Iterable[str]) -> dict[str, str]:
    """What each desk is called on a page."""
    desks = set(desks)
    posts = Post.objects.filter(pk__in=[int(desk[5:]) for desk in desks if desk.startswith("post:")])
    names = {of_post(post.pk): post_title(post) for post in posts.select_related("unit")}
    roles = [desk.split(":") for desk in desks if desk.startswith("role:")]
    units = Unit.objects.in_bulk({int(unit) for _, _, unit in roles})
    for _, role, unit in roles:
        names[of_role(role, int(unit))] = f"{units[int(unit)]}{Role(role).label}"
    users = User.objects.filter(pk__in=[int(desk[5:]) for desk in desks if desk.startswith("user:")])
    names.update({of_user(user.pk): user.name for user in users})
    return names
