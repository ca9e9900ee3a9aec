"""Synthetic bodies: units, posts, people, roles and powers written in bulk.

Bulk rows are written straight into the tables: no history rows, and one event for the whole body in place of one each.
Tree numbers are those that the tree service would give; `check_tree` proves it.
"""

import datetime
import itertools
import random
from dataclasses import dataclass, field

from django.contrib.auth.hashers import make_password
from django.db.models import Max

from accounts.models import User
from accounts.roles import Role
from accounts.services import SAMPLE_PREFIX
from lianzheng.sample import material
from lianzheng.sample.material import PowerText
from registers.enums import Tier, UnitKind
from registers.models import Appointment, Charge, Post, Power, RoleGrant, Unit
from registers.pinyin import sort_key
from registers.schemes.model import SchemeSpec
from registers.services import tree

BATCH = 500
VACANT = 0.03
LEADERS = ("局长", "副局长甲", "副局长乙", "纪检组组长", "总工程师", "副局长丙")
SECTIONS = (
    *("办公室", "人事股", "财务股", "规划股", "建筑管理股", "招投标办", "质量安全监督站", "造价站"),
    *("勘察设计股", "房产股", "燃气办", "村镇建设股", "执法大队", "政策法规股", "信息中心", "窗口服务科"),
)
DUTIES = (
    *("受理岗", "审查岗", "现场核查岗", "决定办结岗", "监督检查岗"),
    *("案件审理岗", "合同档案岗", "资金审核岗", "采购岗", "综合岗"),
)
MATTERS = (
    *("城区", "镇区", "重点项目", "一般项目", "旧改项目"),
    *("保障性住房", "市政工程", "公共建筑", "商业建筑", "工业厂房"),
)


@dataclass(frozen=True)
class Size:
    """How much of everything one bureau has, and how many bureaus there are."""

    bureaus: int
    sections: int
    posts: int
    powers: int  # of each post
    group: int = 40  # bureaus under one authority


SIZES = {
    "tiny": Size(2, 3, 14, 1),
    "bureau": Size(1, 14, 120, 4),
    "district": Size(40, 11, 112, 2),
    "province": Size(7410, 11, 112, 1),
}


@dataclass
class Seat:
    """A post with its holder and powers."""

    post: Post
    user: User | None
    powers: list[tuple[Power, PowerText]] = field(default_factory=list)


@dataclass
class Ground:
    """One bureau, in memory while its rows are written."""

    number: int
    bureau: Unit
    authority: Unit
    leadership: Unit
    sections: list[Unit]
    seats: list[Seat] = field(default_factory=list)
    roles: dict[str, User] = field(default_factory=dict)  # at the bureau
    clerk: User | None = None  # of the office: fills in for vacant posts, reviews what the other one filled in
    above: dict[str, User] = field(default_factory=dict)  # at the authority
    section_powers: dict[int, tuple[Power, PowerText]] = field(default_factory=dict)

    def of(self, unit: Unit) -> list[Seat]:
        return [seat for seat in self.seats if seat.post.unit_id == unit.pk]

    def head(self, unit: Unit) -> Seat:
        return next(seat for seat in self.of(unit) if seat.post.is_head)

    def in_charge(self, unit: Unit) -> Seat:
        """The leader in charge of a section; the first leader for the leadership itself."""
        leaders = self.of(self.leadership)
        places = {section.pk: place for place, section in enumerate(self.sections)}
        return leaders[1 + places[unit.pk] % 2] if unit.pk in places else leaders[0]


class Names:
    """User names and order numbers that go on where the database stands."""

    def __init__(self, scheme: str):
        prefix = f"{SAMPLE_PREFIX}{scheme}-"
        self._users = itertools.count(User.objects.filter(username__startswith=prefix).count() + 1)
        self._prefix = prefix
        self.tree_ids = itertools.count((Unit.objects.aggregate(last=Max("tree_id"))["last"] or 0) + 1)
        self.roots = itertools.count((Unit.objects.filter(parent=None).aggregate(last=Max("order"))["last"] or 0) + 1)

    def user(self, name: str) -> User:
        return User(username=f"{self._prefix}{next(self._users)}", name=name, password=make_password(None))


def add_root(names: Names, name: str, kind: str, above: Unit | None) -> Unit:
    """A root with room for nothing below it yet."""
    tree.lock_tree()
    root = Unit(name=name, kind=kind, above=above, order=next(names.roots), sort_key=sort_key(name))
    root.number_prefix = f"{name[:2]}{root.order}"
    root.tree_id, root.lft, root.rght, root.level = next(names.tree_ids), 1, 2, 0
    Unit.objects.bulk_create([root])
    root.bureau = root
    Unit.objects.bulk_update([root], ["bureau"])
    return root


def add_people(names: Names, unit: Unit, wanted: dict[str, str]) -> dict[str, User]:
    """Accounts that hold these roles at the unit."""
    users = User.objects.bulk_create([names.user(title) for title in wanted.values()])
    start = datetime.date(2011, 1, 1)
    RoleGrant.objects.bulk_create(
        RoleGrant(user=user, role=role, unit=unit, title=title, starts_on=start)
        for user, (role, title) in zip(users, wanted.items(), strict=True)
    )
    return dict(zip(wanted, users, strict=True))


def add_bureau(
    names: Names, number: int, authority: Unit, above: dict[str, User], size: Size, spec: SchemeSpec
) -> Ground:
    """One bureau with everything but its registers."""
    rng = random.Random(f"{spec.key}-{number}")  # noqa: S311 - a stable choice of texts, no secret
    bureau = add_root(names, f"{spec.bureau}{number}", UnitKind.BUREAU, authority)
    below = _add_sections(bureau, size)
    ground = Ground(number, bureau, authority, below[0], below[1:], above=above)
    _add_seats(names, ground, size, rng)
    start = datetime.date(2011, 1, 1)
    Charge.objects.bulk_create(
        Charge(post=ground.in_charge(section).post, unit=section, starts_on=start) for section in ground.sections
    )
    titles = {role: f"{bureau.name}{role.label}" for role in (Role.OFFICE, Role.DISCIPLINE, Role.PUBLISHER)}
    titles |= {role: f"{bureau.name}{role.label}" for role in (Role.LEADING_GROUP, Role.PARTY_GROUP, Role.LEADER)}
    ground.roles = add_people(names, bureau, titles)
    ground.clerk = add_people(names, bureau, {Role.OFFICE: f"{bureau.name}领导小组办公室干事"})[Role.OFFICE]
    _add_powers(ground, size, spec, rng)
    return ground


def _add_sections(bureau: Unit, size: Size) -> list[Unit]:
    """The leadership and the sections; lft and rght as the tree service numbers them."""
    kinds = [("领导班子", UnitKind.LEADERSHIP)]
    kinds += [(SECTIONS[place % len(SECTIONS)], UnitKind.SECTION) for place in range(size.sections)]
    units = []
    for place, (name, kind) in enumerate(kinds):
        unit = Unit(name=name, kind=kind, parent=bureau, bureau=bureau, order=place, sort_key=sort_key(name))
        unit.duties = f"承办{bureau.name}{name}职责范围内的工作。"
        unit.tree_id, unit.level, unit.lft, unit.rght = bureau.tree_id, 1, 2 + 2 * place, 3 + 2 * place
        units.append(unit)
    Unit.objects.bulk_create(units)
    for unit in units:
        unit.section = unit
    bureau.rght = 2 + 2 * len(units)
    Unit.objects.bulk_update([*units, bureau], ["section", "rght"])
    return units


def _add_seats(names: Names, ground: Ground, size: Size, rng: random.Random) -> None:
    posts = [_post(ground.leadership, name, Tier.LEAD, place) for place, name in enumerate(LEADERS)]
    for place in range(size.posts - len(LEADERS)):
        unit = ground.sections[place % len(ground.sections)]
        order = place // len(ground.sections)
        duty = DUTIES[(order - 1) % len(DUTIES)] + ("" if order <= len(DUTIES) else str(order))
        name, tier = (f"{unit.name}负责人", Tier.MIDDLE) if order == 0 else (f"{unit.name}{duty}", Tier.OTHER)
        posts.append(_post(unit, name, tier, order))
    Post.objects.bulk_create(posts, batch_size=BATCH)
    held = [post for post in posts if post.is_head or post.tier == Tier.LEAD or rng.random() > VACANT]
    users = User.objects.bulk_create([names.user(post.name) for post in held], batch_size=BATCH)
    start = datetime.date(2011, 1, 1)
    Appointment.objects.bulk_create(
        [Appointment(post=post, user=user, starts_on=start) for post, user in zip(held, users, strict=True)], BATCH
    )
    holders = {post.pk: user for post, user in zip(held, users, strict=True)}
    ground.seats = [Seat(post, holders.get(post.pk)) for post in posts]


def _post(unit: Unit, name: str, tier: str, order: int) -> Post:
    return Post(
        unit=unit,
        bureau_id=unit.bureau_id,
        section_id=unit.section_id,
        name=name,
        tier=tier,
        is_head=order == 0,
        priority=tier != Tier.OTHER,
        duties=f"承担{name}的职责，按程序办理本岗位业务。",
        order=order,
        sort_key=sort_key(name),
    )


def _add_powers(ground: Ground, size: Size, spec: SchemeSpec, rng: random.Random) -> None:
    """Powers of the posts, and one of each section as such."""
    texts = list(material.powers().values())
    wanted: list[tuple[Power, PowerText, Seat | Unit]] = []
    for seat in ground.seats:
        for place, text in enumerate(rng.sample(texts, size.powers)):
            wanted.append((_power(seat.post.unit, seat.post, text, place, spec, rng), text, seat))
    for unit in ground.sections:
        text = rng.choice(texts)
        wanted.append((_power(unit, None, text, 0, spec, rng), text, unit))
    Power.objects.bulk_create([power for power, _, _ in wanted], batch_size=BATCH)
    for power, text, owner in wanted:
        if isinstance(owner, Seat):
            owner.powers.append((power, text))
        else:
            ground.section_powers[owner.pk] = (power, text)


def _power(unit: Unit, post: Post | None, text: PowerText, order: int, spec: SchemeSpec, rng: random.Random) -> Power:
    return Power(
        unit=unit,
        post=post,
        bureau_id=unit.bureau_id,
        section_id=unit.section_id,
        name=f"{text.name}（{rng.choice(MATTERS)}）",
        kind=rng.choice(spec.power_kinds).key if spec.power_kinds else "",
        area=rng.choice(spec.areas).key if spec.areas else "",
        procedure_text="→".join(text.steps),
        external=text.kind != "internal",
        order=order,
        **text.fields,
    )
