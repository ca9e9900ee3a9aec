"""Who may read a comment on a notice: one rule for every page, list, count and event.

A comment may be an accusation (product decision 9). It goes to the role that the scheme names; who is himself concerned
by it, or leads whom it concerns, never reads it. When nobody is left there it goes to the discipline group of the body
above, and on upwards.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from registers.access import bureaus_under, standing
from registers.enums import UnitKind
from registers.models import Appointment, Charge, Post, Register, RoleGrant, Unit
from workflow.enums import CommentState
from workflow.models import Comment, Notice, NoticeItem


@dataclass(frozen=True)
class About:
    """What a comment is about: one item of a notice, or the notice as a whole (``item_id`` None)."""

    notice_id: int
    item_id: int | None = None


@dataclass
class _Ground:
    """What has to be known of the notices in question, read once: a fixed number of queries."""

    notices: dict[int, Notice]
    registers: dict[About, list[Register]] = field(default_factory=dict)
    concerned: dict[int, frozenset[int]] = field(default_factory=dict)  # register → people
    above: dict[int, int | None] = field(default_factory=dict)  # unit → the body above its bureau
    grants: list[RoleGrant] = field(default_factory=list)


def recipients_of(comment: Comment) -> list[RoleGrant]:
    """The grants by which people may read this comment today; empty while nobody is left."""
    return readers_of([About(comment.notice_id, comment.item_id)])[About(comment.notice_id, comment.item_id)]


def recipients_for(notice: Notice, item: NoticeItem | None) -> list[RoleGrant]:
    """Who would read a comment on this item, or on the notice as a whole."""
    about = About(notice.pk, item.pk if item else None)
    return readers_of([about])[about]


def readers_of(abouts: Iterable[About], day: datetime.date | None = None) -> dict[About, list[RoleGrant]]:
    """For each, the grants of those who may read; the same number of queries for any number of them."""
    abouts, day = list(dict.fromkeys(abouts)), day or timezone.localdate()
    if not abouts:
        return {}
    ground = _ground(abouts, day)
    return {about: _readers(about, ground) for about in abouts}


def _readers(about: About, ground: _Ground) -> list[RoleGrant]:
    notice = ground.notices[about.notice_id]
    shut_out = frozenset().union(*(ground.concerned[row.pk] for row in ground.registers[about]))
    role, unit_id = notice.recipient_role, notice.recipient_unit_id
    while unit_id is not None:
        rows = [grant for grant in ground.grants if grant.unit_id == unit_id and grant.role == role]
        if usable := [grant for grant in rows if grant.user_id not in shut_out]:
            return usable
        role, unit_id = Role.DISCIPLINE, ground.above.get(unit_id)
    return []


def _ground(abouts: list[About], day: datetime.date) -> _Ground:
    ground = _Ground(Notice.objects.in_bulk({about.notice_id for about in abouts}))
    items = list(NoticeItem.objects.filter(notice__in=ground.notices).defer("shown").select_related("register__unit"))
    for about in abouts:
        ground.registers[about] = [
            item.register for item in items if item.notice_id == about.notice_id and about.item_id in (None, item.pk)
        ]
    wanted = {row.pk: row for rows in ground.registers.values() for row in rows}
    ground.concerned = concerned(list(wanted.values()), day)
    ground.above = _chain({notice.recipient_unit_id for notice in ground.notices.values()})
    rows = RoleGrant.objects.on(day).filter(unit__in=ground.above, user__is_active=True)
    ground.grants = list(rows.select_related("user", "unit"))
    return ground


def _chain(units: set[int]) -> dict[int, int | None]:
    """Each unit with the body above it, upwards to the top: one query a storey."""
    found: dict[int, int | None] = {}
    edge = units
    while edge:
        rows = Unit.objects.filter(pk__in=edge).values_list("pk", "above", "bureau__above")
        new = {pk: above or of_bureau for pk, above, of_bureau in rows}
        found |= new
        edge = {above for above in new.values() if above and above not in found}
    return found


def concerned(registers: list[Register], day: datetime.date) -> dict[int, frozenset[int]]:
    """For each register its own people (holders of the post, filler) and their leaders: nobody of them reads about it.

    Leaders are the heads of the units above, the leaders in charge and the main leader of the bureau.
    """
    bureaus = {register.bureau_id for register in registers}
    heads = list(Post.objects.filter(bureau__in=bureaus, is_head=True).select_related("unit"))
    charges = list(Charge.objects.current().filter(unit__bureau__in=bureaus).select_related("unit"))
    boards = {row.unit_id for row in registers if row.unit.kind == UnitKind.LEADERSHIP and not row.post_id}
    members = list(Post.objects.filter(unit__in=boards).values_list("pk", "unit")) if boards else []
    posts = {row.post_id for row in registers} | {post.pk for post in heads} | {charge.post_id for charge in charges}
    holders: dict[int | None, set[int]] = {}
    for post_id, user_id in (
        Appointment.objects.on(day)
        .filter(post__in={*posts, *(pk for pk, _ in members)} - {None})
        .values_list("post", "user")
    ):
        holders.setdefault(post_id, set()).add(user_id)
    mains = RoleGrant.objects.on(day).filter(unit__in=bureaus, role=Role.LEADER).values_list("unit", "user")
    found = {}
    for register in registers:
        own = [register.post_id] + [
            pk for pk, unit_id in members if unit_id == register.unit_id and not register.post_id
        ]
        over = [post.pk for post in heads if _covers(post.unit, register.unit)]
        over += [charge.post_id for charge in charges if _covers(charge.unit, register.unit)]
        people = {user for post in own + over for user in holders.get(post, ())}
        people |= {user for unit_id, user in mains if unit_id == register.bureau_id}
        found[register.pk] = frozenset(people | {register.filler_id} - {None})
    return found


def _covers(upper: Unit, lower: Unit) -> bool:
    return upper.tree_id == lower.tree_id and upper.lft <= lower.lft and upper.rght >= lower.rght


# What one user reads --------------------------------------------------------------------------------------------------


def readable_comments(user: User, rows: QuerySet[Comment] | None = None) -> QuerySet[Comment]:
    """The comments (of these) that the user may read today. For anybody without a recipient's role: no query at all."""
    rows = Comment.objects.all() if rows is None else rows
    near = _near(user)
    if near is None:
        return rows.none()
    pairs = rows.filter(near).order_by().values_list("notice", "item").distinct()
    readers = readers_of([About(notice, item) for notice, item in pairs])
    mine = [about for about, grants in readers.items() if any(grant.user_id == user.pk for grant in grants)]
    items = [about.item_id for about in mine if about.item_id]
    whole = [about.notice_id for about in mine if not about.item_id]
    return rows.filter(Q(item__in=items) | Q(item=None, notice__in=whole))


def _near(user: User) -> Q | None:
    """Comments that could come to the user by one of his roles; None = none can."""
    me, found = standing(user), None
    if me.is_administrator:
        return None
    for grant in me.grants:
        where = Q(notice__recipient_role=grant.role, notice__recipient_unit=grant.unit_id)
        if grant.role == Role.DISCIPLINE:
            where |= Q(notice__recipient_unit__in=bureaus_under(grant.unit))
        found = where if found is None else found | where
    return found


def comments_waiting(user: User) -> int:
    """How many comments wait for this user (for his navigation); 0 for everybody who is no recipient."""
    return readable_comments(user, Comment.objects.filter(state=CommentState.RECEIVED)).count()


def is_recipient(user: User, notice: Notice, item: NoticeItem | None) -> bool:
    """Whether the user receives the comments on this item."""
    return any(grant.user_id == user.pk for grant in recipients_for(notice, item))
