"""A random organisation: bodies above bodies, deep units, people with posts and roles past, future and unconfirmed."""

import datetime
from random import Random

from django.utils import timezone

from accounts.models import User
from accounts.roles import ADMINISTRATORS, Role
from registers.enums import RegisterState
from registers.models import Appointment, Charge, Post, Register, RoleGrant, Unit
from tests.factories import make_bureau, make_cycle, make_post, make_power, make_register, make_section, make_user
from workflow.enums import Action
from workflow.models import Decision, Task

PEOPLE = 20


def make(random: Random, tag: str) -> list[User]:
    """The people of a new world."""
    units = _units(random, tag)
    posts = [
        make_post(unit, f"岗{i}", head=random.random() < 0.3, closed_on=_closed(random))
        for unit in units
        for i in range(random.randint(1, 2))
    ]
    for owner in random.sample(posts, 5) + random.sample(units, 3):
        make_power(owner)
    for post in random.sample(posts, 6):
        unit = random.choice(units)
        Charge.objects.create(post=post, unit=unit, **_dated(random))
    people = [make_user(f"人{i}") for i in range(PEOPLE)]
    for person in people:
        _place(random, person, units, posts)
    for register in _registers(random, units, posts):
        _desks(random, register, people, units, posts)
    return people


def _units(random: Random, tag: str) -> list[Unit]:
    bureaus: list[Unit] = []
    for i in range(random.randint(2, 4)):
        above = random.choice([None, *bureaus]) if bureaus else None
        bureaus.append(make_bureau(f"{tag}局{i}", above=above))
    units = list(bureaus)
    for i in range(random.randint(5, 9)):
        units.append(make_section(random.choice(units), f"{tag}科{i}"))
    return list(Unit.objects.filter(pk__in=[unit.pk for unit in units]).order_by("pk"))


def _closed(random: Random) -> datetime.date | None:
    return timezone.localdate() if random.random() < 0.1 else None


def _dated(random: Random) -> dict:
    """Mostly holding today; else over, over today, not yet begun, or not confirmed."""
    today, day = timezone.localdate(), datetime.timedelta(days=1)
    starts, ends = random.choice(
        [(today - 9 * day, None)] * 4
        + [(today, today + day), (today - 9 * day, today), (today - 9 * day, today - day), (today + day, None)]
    )
    return {"starts_on": starts, "ends_on": ends, "pending": random.random() < 0.15}


def _place(random: Random, person: User, units: list[Unit], posts: list[Post]) -> None:
    if random.random() < 0.15:
        role = random.choice(sorted(ADMINISTRATORS))
        RoleGrant.objects.create(user=person, role=role, unit=random.choice(units), **_dated(random))
        return
    for post in random.sample(posts, random.choice((0, 1, 1, 2))):
        Appointment.objects.create(user=person, post=post, **_dated(random))
    business = sorted(set(Role) - ADMINISTRATORS)
    for _ in range(random.choice((0, 0, 1, 2))):
        RoleGrant.objects.create(user=person, role=random.choice(business), unit=random.choice(units), **_dated(random))


def _registers(random: Random, units: list[Unit], posts: list[Post]) -> list[Register]:
    cycles = {unit.pk: make_cycle(unit) for unit in units if unit.parent_id is None}
    subjects = random.sample(posts, len(posts) * 2 // 3) + random.sample(units, len(units) // 2)
    states = list(RegisterState)
    return [make_register(one, cycle=cycles[one.bureau_id], state=random.choice(states)) for one in subjects]


def _desks(random: Random, register: Register, people: list[User], units: list[Unit], posts: list[Post]) -> None:
    """Perhaps a task, open or done, on any desk at all, and a decision by anybody."""
    desks = [f"user:{random.choice(people).pk}", f"post:{random.choice(posts).pk}"]
    granted = list(RoleGrant.objects.filter(user__in=people).values_list("role", "unit"))
    desks += ["role:{}:{}".format(*random.choice(granted))] if granted else []
    if random.random() < 0.5:
        opened = random.random() < 0.5
        Task.objects.create(register=register, step=register.step, round=1, desk=random.choice(desks), open=opened)
    if random.random() < 0.2:
        Decision.objects.create(
            register=register, step=register.step, step_name="初审", round=1, action=Action.AGREE,
            by=random.choice(people), key=f"visibility-{register.pk}",
        )  # fmt: skip
