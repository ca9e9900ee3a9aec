"""Who has to act at a step: from the scheme's actor rule to desks, with the rules for vacant and own cases."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from accounts.roles import Role
from registers.models import Appointment, Charge, Post, Register, Unit
from registers.schemes.model import SchemeSpec
from registers.schemes.road import Actor, Step
from workflow import desks
from workflow.enums import Action
from workflow.models import Decision, ExchangePair

WAITED_FOR = "等待任职"  # the end of ``instead_of`` where nobody stood in: whom the post was given to acted himself


@dataclass(frozen=True)
class Resolved:
    """Where the work goes. ``instead_of`` says why another acts; ``skipped`` why nobody has to."""

    desks: tuple[str, ...] = ()
    instead_of: str = ""
    skipped: str = ""
    pair_missing: bool = False


def own_people(register: Register, day: datetime.date) -> frozenset[int]:
    """Ids of those whose own register it is: the holders of the post and who filled it."""
    own = {register.filler_id} if register.filler_id else set()
    if register.post_id:
        own |= set(Appointment.objects.on(day).filter(post=register.post_id).values_list("user_id", flat=True))
    return frozenset(own)


def decided_before(register: Register, step: Step) -> frozenset[int]:
    """Ids of those who judged in this round at a step that the plan keeps apart from this one.

    Whoever stood in for a vacant post must not find the next step, which is his own, closed to him for good.
    """
    if not step.distinct_from:
        return frozenset()
    judged = (Action.AGREE, Action.SEND_BACK, Action.OPINE)
    rows = Decision.objects.filter(register=register, round=register.round, action__in=judged)
    return frozenset(rows.filter(step__in=step.distinct_from).exclude(by=None).values_list("by_id", flat=True))


def resolve(register: Register, spec: SchemeSpec, step: Step, day: datetime.date) -> Resolved:
    """The desks that act at a step of this register on that day."""
    actor = spec.scope(register.scope).filler if step.actor.who == "filler" else step.actor
    if (
        actor.who == "pair"
        and not ExchangePair.objects.filter(cycle=register.cycle_id, unit=_paired(register)).exists()
    ):
        return Resolved((desks.of_role(Role.OFFICE, register.bureau_id),), pair_missing=True)
    wanted = _wanted(register, actor)
    own = frozenset() if step.kind in {"fill", "meeting", "notice", "issue"} else own_people(register, day)
    own |= decided_before(register, step)
    usable = _usable(wanted, own, day)
    if not usable:
        return _without_actor(register, step, wanted, own, day)
    if step.quorum != "any" and actor.who == "role":
        people = desks.holders_of(usable, day)
        ids = {holder.user.pk for desk in usable for holder in people[desk]} - own
        return Resolved(tuple(desks.of_user(pk) for pk in sorted(ids)))
    return Resolved(tuple(usable))


def _usable(wanted: Iterable[str], own: frozenset[int], day: datetime.date) -> list[str]:
    """Desks at which somebody sits who is not the person concerned."""
    wanted = list(wanted)
    people = desks.holders_of(wanted, day)
    return [desk for desk in wanted if any(holder.user.pk not in own for holder in people[desk])]


def _without_actor(register: Register, step: Step, wanted: list[str], own: frozenset[int], day) -> Resolved:
    """What the step says for the case that nobody can act: vacant, or only the person concerned."""
    why = "只有本人或前面已办理的人可办" if wanted and _usable(wanted, frozenset(), day) else "无人任职"
    if step.vacant == "skip":
        return Resolved(skipped=f"“{step.name}”{why}，按方案跳过")
    office = desks.of_role(Role.OFFICE, register.bureau_id)
    if step.vacant == "wait":
        return Resolved(tuple(wanted) or (office,), instead_of=f"“{step.name}”{why}，{WAITED_FOR}")
    chain = (_above(register) if step.vacant == "up" else []) + [office]
    for desk in chain:
        if _usable([desk], own, day):
            return Resolved((desk,), instead_of=f"“{step.name}”{why}，由上一级或办公室代为办理")
    return Resolved((office,), instead_of=f"“{step.name}”{why}，等待办公室安排")


def _above(register: Register) -> list[str]:
    """Desks upward from the register's unit: heads of the units above, leader in charge, main leader."""
    ancestors = list(register.unit.get_ancestors(include_self=True).order_by("-level"))
    heads = {post.unit_id: post for post in Post.objects.open().filter(unit__in=ancestors, is_head=True)}
    chain = [desks.of_post(heads[unit.pk].pk) for unit in ancestors if unit.pk in heads]
    return chain + _in_charge(register, None) + [desks.of_role(Role.LEADER, register.bureau_id)]


def _wanted(register: Register, actor: Actor) -> list[str]:
    return FINDERS[actor.who](register, actor)


def _filler(register: Register, actor: Actor) -> list[str]:
    return [desks.of_post(register.post_id)] if register.post_id else _head(register, actor)


def _head(register: Register, actor: Actor | None) -> list[str]:
    rows = Post.objects.open().filter(unit=register.unit_id, is_head=True)
    return [desks.of_post(pk) for pk in rows.values_list("pk", flat=True)]


def _in_charge(register: Register, actor: Actor | None) -> list[str]:
    """The leader in charge of the unit, or of the nearest unit above it that has one."""
    ancestors = list(register.unit.get_ancestors(include_self=True).order_by("-level").values_list("pk", flat=True))
    rows = Charge.objects.current().filter(unit__in=ancestors, post__closed_on__isnull=True)
    by_unit: dict[int, list[int]] = {}
    for unit_id, post_id in rows.order_by("pk").values_list("unit_id", "post_id"):
        by_unit.setdefault(unit_id, []).append(post_id)
    nearest = next((by_unit[pk] for pk in ancestors if pk in by_unit), [])
    return [desks.of_post(post_id) for post_id in nearest]


def _peers(register: Register, actor: Actor) -> list[str]:
    rows = Post.objects.open().filter(unit=register.unit_id).exclude(pk=register.post_id)
    return [desks.of_post(pk) for pk in rows.values_list("pk", flat=True)]


def _members(register: Register, actor: Actor) -> list[str]:
    unit = register.unit
    rows = Post.objects.open().filter(unit__tree_id=unit.tree_id, unit__lft__gte=unit.lft, unit__rght__lte=unit.rght)
    return [desks.of_post(pk) for pk in rows.values_list("pk", flat=True)]


def _paired(register: Register) -> int:
    return register.section_id or register.unit_id


def _pair(register: Register, actor: Actor) -> list[str]:
    pair = ExchangePair.objects.get(cycle=register.cycle_id, unit=_paired(register))
    rows = Post.objects.open().filter(unit=pair.by_unit_id, is_head=True)
    return [desks.of_post(pk) for pk in rows.values_list("pk", flat=True)]


def _role(register: Register, actor: Actor) -> list[str]:
    unit_id = body_unit_id(register.bureau, actor.at)
    return [desks.of_role(actor.role, unit_id)] if unit_id else []


def body_unit_id(bureau: Unit, at: str) -> int | None:
    """The unit that a role is held at: the bureau itself or the body above it."""
    return bureau.above_id if at == "above" else bureau.pk


FINDERS: dict[str, Callable[[Register, Actor], list[str]]] = {
    "filler": _filler,
    "head": _head,
    "in_charge": _in_charge,
    "peers": _peers,
    "members": _members,
    "pair": _pair,
    "role": _role,
}
