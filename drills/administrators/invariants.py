"""What must hold after every act: asked of the database in plain queries, judged by what people know and agreed on."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils import timezone

from accounts.models import User
from accounts.roles import ADMINISTRATORS
from accounts.services.handover import code_right
from drills.administrators.people import NOBODY, Knowledge
from registers import access
from registers.enums import Tier
from registers.models import Appointment, Charge, RoleGrant

THREE = {str(role) for role in ADMINISTRATORS}
POST = "post"
Row = tuple[str, int]  # which table, which row


@dataclass
class State:
    """What is in force today, by the rows' own columns and without the product's querysets."""

    power: dict[int, list[tuple[Row, str]]] = field(default_factory=lambda: defaultdict(list))  # account → over others
    placed: set[int] = field(default_factory=set)  # accounts with any post
    seats: set[tuple[int, str, int]] = field(default_factory=set)  # unit, administrator's role, account
    users: dict[int, tuple[str, bool, str]] = field(default_factory=dict)  # name, active, digest of its code


def _on(model, day):
    rows = model._base_manager.filter(pending=False, starts_on__lte=day)
    return rows.filter(ends_on__isnull=True) | rows.filter(ends_on__gt=day)


def state() -> State:
    today, found = timezone.localdate(), State()
    for pk, user, role, unit in _on(RoleGrant, today).values_list("pk", "user_id", "role", "unit_id"):
        found.power[user].append((("grant", pk), role))
        if role in THREE:
            found.seats.add((unit, role, user))
    charges = defaultdict(list)
    for pk, post in _on(Charge, today).values_list("pk", "post_id"):
        charges[post].append(pk)
    held = _on(Appointment, today).values_list("pk", "user_id", "post_id", "post__is_head", "post__tier")
    for pk, user, post, head, tier in held:
        found.placed.add(user)
        if head or tier == Tier.LEAD:
            found.power[user].append((("appointment", pk), POST))
        found.power[user] += [(("charge", one), POST) for one in charges[post]]
    for pk, name, active, handover in User.objects.values_list("pk", "name", "is_active", "handover"):
        found.users[pk] = (name, active, handover)
    return found


def broken(know: Knowledge, given: set[Row]) -> Iterator[str]:
    """Sentences of what does not hold. ``given``: the rows that the installation itself began with."""
    now = state()
    yield from _unapproved(know, given, now)
    for person in range(know.persons):
        mine = [pk for pk in know.known[person] if now.power.get(pk) and _commands(know, person, pk, now)]
        kinds = {what for pk in mine for _, what in now.power[pk]}
        if len(kinds & THREE) > 1 or (kinds & THREE and kinds - THREE):
            names = "、".join(now.users[pk][0] for pk in mine)
            yield f"{person}号人掌握 {names}，合起来是 {'、'.join(sorted(kinds))}"
        for pk in mine:
            for row, what in now.power[pk]:
                agreed = know.agreed.get(row)
                if row not in given and agreed and not set(agreed) - {person, NOBODY}:
                    yield f"{person}号人掌握的 {now.users[pk][0]} 有只有他自己同意的 {what}"
    there = {(unit, role) for unit, role, user in now.seats if now.users[user][1]}
    for unit, role in know.homes - there:
        yield f"单位 {unit} 没有 {role} 了"
    know.homes |= there


def _unapproved(know: Knowledge, given: set[Row], now: State) -> Iterator[str]:
    for pk, found in now.power.items():
        for row, what in found:
            one, two = know.agreed.get(row, (NOBODY, NOBODY))
            if row not in given and (NOBODY in (one, two) or one == two):
                yield f"{now.users[pk][0]} 的 {what}（{row[0]} {row[1]}）没有两个人同意"
        kinds = {what for _, what in found}
        if kinds & THREE and (len(kinds) > 1 or pk in now.placed):
            yield f"{now.users[pk][0]} 一个账号兼有 {'、'.join(sorted(kinds))} 或岗位"


def _commands(know: Knowledge, person: int, pk: int, now: State) -> bool:
    _, active, handover = now.users[pk]
    if not active or not know.opens(person, pk):
        return False
    # Whether a code still counts is the product's answer: a reset voids those that were given before.
    return not handover or code_right(user=User(pk=pk, handover=handover), code=know.code_of(person, pk))


def reads_business() -> Iterator[str]:
    """Through the product's own eyes: an administrator sees no unit's business, register or power."""
    for user in User.objects.filter(grants__role__in=THREE, grants__pending=False).distinct():
        if not access.standing(user).is_administrator:
            continue
        for what in (access.business_units, access.visible_registers, access.visible_powers):
            if what(user).exists():
                yield f"管理员 {user} 看得到 {what.__name__}"
