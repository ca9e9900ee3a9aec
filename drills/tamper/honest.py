"""What people do all day, by the real services: none of it may be taken for tampering."""

import random

from django.db import transaction
from django.utils import timezone

from accounts.exceptions import Refused
from accounts.roles import Role
from accounts.services import add_account, reset_password
from audit import services as audit
from registers.models import Register
from registers.services import organisation, redactions
from tests.factories import grant, make_section, make_user
from tests.roads import register_at, step_once
from tests.world import World, make_world

FRESH = 40  # acts, after which a new world keeps registers on the road


class Life:
    """The worlds so far, and how many acts the newest has seen."""

    def __init__(self) -> None:
        self.worlds: list[World] = []
        self.acts = 0
        self.more()

    def more(self) -> World:
        with transaction.atomic():
            self.worlds.append(make_world("s000", tag=f"第{len(self.worlds)}"))
        self.acts = 0
        return self.worlds[-1]


def build() -> Life:
    """A world with one register in force, one on its way, the others at the start: every table has rows."""
    life = Life()
    world = life.worlds[0]
    with transaction.atomic():
        register_at(world, "post", subject="规划管理岗")
    register_at(world, "post", step="review", subject="施工许可岗")
    return life


def act_honestly(life: Life, chance: random.Random) -> None:
    """One act of somebody, in a transaction of its own."""
    life.acts += 1
    world = life.worlds[-1] if life.acts < FRESH else life.more()
    kinds = [_on_the_road, _organise, _accounts, _rolled_back, _redact]
    chance.choices(kinds, weights=[6, 2, 1, 1, 3])[0](world, chance)


def _on_the_road(world: World, chance: random.Random) -> None:
    rows = Register.objects.filter(cycle=world.cycle, road_key__isnull=False).order_by("pk")
    register = chance.choice(list(rows))
    try:
        step_once(register)
    except (Refused, AssertionError):
        return  # it waits for others


def _organise(world: World, chance: random.Random) -> None:
    office = world.people["办公室甲"]
    with transaction.atomic():
        section = make_section(world.bureau, f"新股{chance.randrange(10**6)}")
    organisation.change_unit(by=office, unit=section, name=f"改名股{chance.randrange(10**6)}")


def _accounts(world: World, chance: random.Random) -> None:
    admin = world.people["系统管理员"]
    user, _ = add_account(by=admin, username=f"u{chance.randrange(10**9)}", name="新人", bureau=world.bureau.pk)
    reset_password(by=admin, user=user, bureau=world.bureau.pk)
    with transaction.atomic():
        grant(Role.LEADING_GROUP, world.bureau, make_user(f"组员{chance.randrange(10**6)}"))


def _redact(world: World, chance: random.Random) -> None:
    """Words of somebody are blanked by law: of a row and its history, of a journal's versions, of the log."""
    office, inspector = world.people["办公室甲"], world.people["纪检组组长"]
    datum = f"{chance.choice('欧司上')}{chance.choice('阳马官')}{chance.randrange(10**6)}号"
    section = chance.choice(list(world.sections.values()))
    for number in range(chance.randrange(1, 4)):
        organisation.change_unit(by=office, unit=section, duties=f"第{number}次，问{datum}。", seen=None)
    if chance.random() < 0.5:
        organisation.change_unit(by=office, unit=section, duties="职责")
    with transaction.atomic():
        audit.record(verb="unit.change", by=office, bureau=world.bureau.pk, label=datum, words=[datum])
    row = redactions.propose(by=inspector, bureau=world.bureau, datum=datum, what="姓名", ground="本人申请")
    redactions.confirm(by=world.people["审计管理员"], row=row)


def _rolled_back(world: World, chance: random.Random) -> None:
    """What did not happen leaves nothing."""
    with transaction.atomic():
        _organise(world, chance)
        with transaction.atomic():
            _accounts(world, chance)
            transaction.set_rollback(True)
    with transaction.atomic():
        world.bureau.duties = f"{timezone.now()}"
        transaction.set_rollback(True)
