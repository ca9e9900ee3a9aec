"""Test data, as plain functions over the real tables and services. Every argument has a harmless default."""

import datetime
import itertools
import json
from pathlib import Path

from accounts.models import User
from accounts.roles import Role
from registers.enums import CycleState, Tier, UnitKind
from registers.models import (
    Appointment,
    Block,
    Charge,
    Control,
    Cycle,
    Post,
    Power,
    Procedure,
    ProcedureStep,
    Register,
    Regulation,
    RiskPoint,
    RoleGrant,
    Scheme,
    Unit,
)
from registers.pinyin import sort_key
from registers.schemes import store
from registers.schemes.store import spec_of
from registers.services import tree
from tests.small_scheme import small_scheme_text

SCHEMES = Path(__file__).resolve().parent.parent / "fixtures" / "schemes"
LONG_AGO = datetime.date(2011, 1, 1)
_numbers = itertools.count(1)

# People and organisation ----------------------------------------------------------------------------------------------


def make_user(name: str = "甲", username: str = "") -> User:
    return User.objects.create_user(username or f"user{next(_numbers)}", name=name, password=None)


def make_bureau(name: str = "县建设局", above: Unit | None = None, **fields) -> Unit:
    return tree.add_unit(by=None, name=name, kind=UnitKind.BUREAU, above=above, **fields)


def make_section(bureau: Unit, name: str = "规划股", kind: str = UnitKind.SECTION, **fields) -> Unit:
    return tree.add_unit(by=None, name=name, kind=kind, parent=bureau, **fields)


def make_post(unit: Unit, name: str = "规划管理岗", tier: str = Tier.OTHER, head: bool = False, **fields) -> Post:
    return Post.objects.create(
        unit=unit,
        bureau_id=unit.bureau_id,
        section_id=unit.section_id,
        name=name,
        tier=tier,
        is_head=head,
        sort_key=sort_key(name),
        **fields,
    )


def appoint(post: Post, user: User | None = None, starts_on: datetime.date = LONG_AGO, ends_on=None) -> User:
    """Somebody (a new user without one) holds the post."""
    user = user or make_user(post.name)
    Appointment.objects.create(post=post, user=user, starts_on=starts_on, ends_on=ends_on)
    return user


def put_in_charge(post: Post, unit: Unit) -> Charge:
    return Charge.objects.create(post=post, unit=unit, starts_on=LONG_AGO)


def grant(role: Role, unit: Unit, user: User | None = None, title: str = "") -> User:
    """Somebody (a new user without one) holds the role at the unit."""
    user = user or make_user(Role(role).label)
    RoleGrant.objects.create(user=user, role=role, unit=unit, title=title, starts_on=LONG_AGO)
    return user


def make_power(owner: Post | Unit, name: str = "建设工程规划许可", steps: tuple[str, ...] = (), **fields) -> Power:
    """A power of a post or of a unit, with a procedure of these steps."""
    unit, post = (owner.unit, owner) if isinstance(owner, Post) else (owner, None)
    power = Power.objects.create(
        unit=unit, post=post, bureau_id=unit.bureau_id, section_id=unit.section_id, name=name, **fields
    )
    if steps:
        procedure = Procedure.objects.create(power=power, name=f"{name}流程")
        for order, step in enumerate(steps, start=1):
            ProcedureStep.objects.create(procedure=procedure, order=order, name=step)
    return power


def make_regulation(bureau: Unit, title: str = "规划许可管理制度") -> Regulation:
    return Regulation.objects.create(bureau=bureau, title=title)


# Schemes and registers ------------------------------------------------------------------------------------------------


def scheme_text(key: str) -> str:
    """The text of the scheme file whose ``key`` field or file name is that."""
    for path in sorted(SCHEMES.glob("*.json")):
        text = path.read_text(encoding="utf-8")
        if key in (path.stem, json.loads(text).get("key")):
            return text
    raise LookupError(f"no scheme file {key} in {SCHEMES}")


def make_scheme(key: str = "small", **changes) -> Scheme:
    """A stored scheme: one of the fixtures by its key, or the small one of the tests (with ``changes``)."""
    text = small_scheme_text(**changes) if key == "small" else scheme_text(key)
    return store.load(text=text, name=f"{key}.json")[0]


def make_cycle(bureau: Unit, scheme: Scheme | None = None, year: int = 2012, **fields) -> Cycle:
    scheme = scheme or make_scheme()
    given = {"name": f"{year}年", "series": "年度", "starts_on": datetime.date(year, 1, 1), "state": CycleState.OPEN}
    return Cycle.objects.create(scheme=scheme, bureau=bureau, year=year, **(given | fields))


def make_register(subject: Post | Unit, scope: str = "", cycle: Cycle | None = None, **fields) -> Register:
    """A register at the first step of its road, written straight into the table: no task, no decision.

    Use the services of `workflow` where the road itself matters.
    """
    unit, post = (subject.unit, subject) if isinstance(subject, Post) else (subject, None)
    scope = scope or ("post" if post else "section" if unit.parent_id else "bureau")
    cycle = cycle or make_cycle(unit.bureau)
    given = {
        "scheme": cycle.scheme,
        "unit": unit,
        "post": post,
        "bureau_id": unit.bureau_id,
        "section_id": unit.section_id,
        "subject_key": f"post:{post.pk}" if post else f"unit:{unit.pk}",
        "subject_name": f"{unit.name} {post.name}" if post else unit.name,
        "step": spec_of(cycle.scheme).route(scope).steps[0].key,
    }
    return Register.objects.create(cycle=cycle, scope=scope, **(given | fields))


def make_row(register: Register, power: Power | None = None, name: str = "越权审批", **fields) -> Block:
    """One complete row: a power, one point, one control paired to it. ``fields`` go to the point."""
    order = register.blocks.count()
    block = Block.objects.create(
        register=register, order=order, power=power, matter="" if power else "日常工作", post=register.post
    )
    kind = spec_of(register.scheme).kinds_of(register.scope)[0].key
    given = {"kind": kind, "manifestation": f"{name}:不按规定的条件和程序办理", "declared_rank": 2, "level_rank": 2}
    point = RiskPoint.objects.create(
        register=register,
        block=block,
        bureau_id=register.bureau_id,
        section_id=register.section_id,
        name=name,
        **(given | fields),
    )
    Control.objects.create(block=block, point=point, text="双人办理,结果公开", owner=register.post)
    return block
