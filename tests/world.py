"""A small complete world: one bureau below an authority, two sections, a leadership, and somebody for every role.

    world = make_world("s000")
    world.people["规划股股长"]

The same people serve all five schemes: who is not named on a scheme's roads simply has nothing to do.
"""

import datetime
from dataclasses import dataclass, field

from accounts.models import User
from accounts.roles import Role
from registers.enums import Height, Tier, UnitKind
from registers.models import Cycle, Post, Register, Responsibility, Unit
from registers.schemes.store import spec_of
from tests.factories import (
    appoint,
    grant,
    make_bureau,
    make_post,
    make_power,
    make_row,
    make_scheme,
    make_section,
    make_user,
    put_in_charge,
)
from tests.plumbing.remembered import remembered
from workflow.services import cycles

ROLES_AT_BUREAU = (
    (Role.OFFICE, "办公室甲"),
    (Role.OFFICE, "办公室乙"),
    (Role.DISCIPLINE, "纪检组组长"),
    (Role.LEADING_GROUP, "领导小组甲"),
    (Role.LEADING_GROUP, "领导小组乙"),
    (Role.PARTY_GROUP, "党组书记"),
    (Role.LEADER, "主要领导"),
    (Role.PUBLISHER, "公示员"),
    (Role.SYSTEM_ADMIN, "系统管理员"),
    (Role.SECURITY_ADMIN, "安全管理员"),
    (Role.AUDIT_ADMIN, "审计管理员"),
)
ROLES_ABOVE = (
    (Role.OFFICE, "上级办公室"),
    (Role.LEADING_GROUP, "上级领导小组"),
    (Role.DISCIPLINE, "上级纪委"),
    (Role.PARTY_GROUP, "上级党委"),
)


@dataclass
class World:
    authority: Unit
    bureau: Unit
    leadership: Unit
    sections: dict[str, Unit] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    cycle: Cycle | None = None

    def register(self, scope: str, subject: str = "") -> Register:
        """The newest register of that scope, of the post or section of that name."""
        rows = Register.objects.filter(cycle=self.cycle, scope=scope)
        if subject:
            rows = rows.filter(subject_name=subject)
        return rows.order_by("-version", "pk").first()


@remembered
def make_world(scheme: str = "s000", *, tag: str = "", year: int = 2026, open_registers: bool = True) -> World:
    """The world with a cycle of that scheme under way. ``tag`` tells several worlds in one database apart."""
    authority = make_bureau(f"{tag}县廉政领导小组")
    bureau = make_bureau(f"{tag}县建设局", above=authority, number_prefix=f"{tag}东建")
    leadership = make_section(bureau, "局领导", kind=UnitKind.LEADERSHIP)
    world = World(authority, bureau, leadership)
    _add_posts(world)
    for unit, roles in ((bureau, ROLES_AT_BUREAU), (authority, ROLES_ABOVE)):
        for role, name in roles:
            world.people[name] = grant(role, unit, make_user(name), title=name)
    stored = make_scheme(scheme)
    office = world.people["办公室甲"]
    world.cycle = cycles.start_cycle(
        by=office, scheme=stored, bureau=bureau, name=f"{year}年度", year=year, starts_on=datetime.date(year, 1, 1)
    )
    if open_registers:
        cycles.open_registers(by=office, cycle=world.cycle)
    return world


def _add_posts(world: World) -> None:
    chief = _post(world, world.leadership, "局长", Tier.LEAD, head=True)
    deputy = _post(world, world.leadership, "分管副局长", Tier.LEAD)
    for name, others in (("规划股", ("规划管理岗", "选址审批岗")), ("建筑管理股", ("施工许可岗",))):
        unit = world.sections[name] = make_section(world.bureau, name)
        _post(world, unit, f"{name}股长", Tier.MIDDLE, head=True)
        put_in_charge(deputy, unit)
        for other in others:
            make_power(_post(world, unit, other, Tier.OTHER), f"{other}审批")
    put_in_charge(chief, world.leadership)


def _post(world: World, unit: Unit, name: str, tier: str, head: bool = False) -> Post:
    post = world.posts[name] = make_post(unit, name, tier=tier, head=head)
    world.people[name] = appoint(post, make_user(name))
    return post


def fill(register: Register, rows: int = 1) -> None:
    """Rows and answers with which the register may be submitted at its present fill step."""
    spec = spec_of(register.scheme)
    opens = spec.route(register.scope).step(register.step).opens
    if "points" in opens and not register.blocks.exists():
        for n in range(rows):
            power = register.post.powers.first() if register.post else None
            row = make_row(register, power=power, name=f"{register.subject_name}风险点{n + 1}")
            Responsibility.objects.create(block=row, height=Height.DIRECT, post=register.post, text="本岗")
    if "levels" in opens:
        for point in register.points.all():
            point.factors = {factor.key: factor.options[0].key for factor in spec.factors_of(register.scope, "point")}
            point.save()
        answers = {factor.key: factor.options[0].key for factor in spec.factors_of(register.scope, "subject")}
        Register.objects.filter(pk=register.pk).update(factors=answers, declared_rank=2)
