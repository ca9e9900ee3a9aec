"""Synthetic registers: what they declare, in memory first, so that rows and seals say the same."""

import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from accounts.models import User
from lianzheng.sample import material
from lianzheng.sample.bulk_ground import BATCH, Ground, Seat
from lianzheng.sample.material import RiskText
from registers.content import SHAPE
from registers.models import Block, Control, Cycle, Post, Power, Register, Responsibility, RiskPoint, Unit
from registers.parts import CONTROLS, LEVELS, POINTS, rates_subject
from registers.schemes.model import SchemeSpec, Scope
from registers.schemes.rating import suggest_point, suggest_subject

ALL = frozenset({POINTS, LEVELS, CONTROLS})
POST_ROWS, ROW_POINTS = 4, 2


@dataclass
class Point:
    lineage: str
    kind: str
    klass: str
    name: str
    manifestation: str
    factors: dict[str, str]
    channel: str
    rank: int
    controls: list[tuple[str, str, str]]  # (lineage, text, kind)


@dataclass
class RowPlan:
    lineage: str
    power: Power
    step: str
    post: Post
    head: Post
    points: list[Point]


@dataclass
class Plan:
    """A register that is to be: its subject, its rows, and how far it has come."""

    scope: Scope
    unit: Unit
    post: Post | None
    filler: User | None
    rows: list[RowPlan] = field(default_factory=list)
    factors: dict[str, str] = field(default_factory=dict)
    declared: int | None = None
    register: Register | None = None
    place: int = 0  # index of the step it stands at; the number of steps once it is in force
    returned: bool = False
    parts: frozenset[str] = frozenset()  # the parts that were filled in
    determined: dict[str, int] = field(default_factory=dict)
    seals: list[Any] = field(default_factory=list)

    @property
    def subject_key(self) -> str:
        prefix = "lead" if self.scope.subject == "leadership" else "unit"
        return f"post:{self.post.pk}" if self.post else f"{prefix}:{self.unit.pk}"

    @property
    def subject_name(self) -> str:
        return self.post.name if self.post else self.unit.name

    @property
    def points(self) -> list[Point]:
        return [point for row in self.rows for point in row.points]


def write_rows(plan: Plan, seats: Sequence[Seat], head: Post, powers, spec: SchemeSpec, rng: random.Random) -> None:
    """Think out the rows of a register from the material, rated as the scheme suggests."""
    owner = plan.post or head
    most = min(POST_ROWS, 2 * len(powers)) if plan.post else 1
    for number in range(most):
        power, text = powers[number % len(powers)]
        risks = text.risks[:ROW_POINTS] if number < len(powers) else everyday_risks()
        plan.rows.append(_row(plan.scope.key, owner, head, power, risks, spec, rng))
    if not rates_subject(spec, plan.scope.key):
        return
    asked = spec.factors_of(plan.scope.key, "subject")
    plan.factors = {factor.key: rng.choice(factor.options).key for factor in asked}
    kinds = [point.kind for point in plan.points]
    suggested = suggest_subject(spec, plan.scope.key, plan.factors, [], kinds).rank
    plan.declared = suggested or rng.choice(spec.levels).rank


def everyday_risks() -> tuple[RiskText, ...]:
    """What any approval has: at the counter, and on the spot."""
    risks = material.powers()["presale"].risks
    return risks[0], risks[-1]


def _row(
    scope: str, owner: Post, head: Post, power: Power, risks: Sequence[RiskText], spec: SchemeSpec, rng
) -> RowPlan:
    points = [_point(scope, risk, power, spec, rng) for risk in risks]
    return RowPlan(uuid.uuid4().hex, power, risks[0].step, owner, head, points)


def _point(scope: str, risk, power: Power, spec: SchemeSpec, rng) -> Point:
    factors = {factor.key: rng.choice(factor.options).key for factor in spec.factors_of(scope, "point")}
    factors = {} if rates_subject(spec, scope) else factors
    rank = None if rates_subject(spec, scope) else suggest_point(spec, scope, factors).rank
    control_kinds = [option.key for option in spec.control_kinds] or [""]
    return Point(
        lineage=uuid.uuid4().hex,
        kind=rng.choice(spec.kinds_of(scope)).key,
        klass=rng.choice(spec.classes).key if spec.classes else "",
        name=f"{power.name}{risk.point}",
        manifestation=risk.manifestation,
        factors=factors,
        channel=rng.choice(spec.channels).key,
        rank=rank or rng.choice(spec.levels).rank,
        controls=[(uuid.uuid4().hex, control, rng.choice(control_kinds)) for control, _ in risk.controls],
    )


# Values ---------------------------------------------------------------------------------------------------------------


def content_of(plan: Plan, cycle: Cycle, spec: SchemeSpec, ground: Ground, parts: frozenset[str]) -> dict[str, Any]:
    """The same values as `registers.content.content_of` reads from the rows, for the parts filled in by then."""
    by_subject = rates_subject(spec, plan.scope.key)
    levels = LEVELS in parts
    return {
        "v": SHAPE,
        "register": {
            "id": plan.register.pk,
            "scope": plan.scope.key,
            "cycle": cycle.name,
            "year": cycle.year,
            "version": plan.register.version,
            "scheme": f"{spec.key}@{spec.version}",
        },
        "subject": {
            "key": plan.subject_key,
            "name": plan.subject_name,
            "unit": plan.unit.name,
            "bureau": ground.bureau.name,
            "tier": plan.post.tier if plan.post else "",
            "tier_name": plan.post.get_tier_display() if plan.post else "",
            "duties": plan.post.duties if plan.post else plan.unit.duties,
        },
        "factors": plan.factors if levels else {},
        "declared_rank": plan.declared if levels else None,
        "zero_reason": "",
        "rows": [_row_values(row, parts, by_subject) for row in plan.rows],
    }


def _row_values(row: RowPlan, parts: frozenset[str], by_subject: bool) -> dict[str, Any]:
    named = CONTROLS in parts
    return {
        "lineage": row.lineage,
        "unit": row.post.unit.name,
        "post": {"id": row.post.pk, "name": row.post.name},
        "power": {
            "id": row.power.pk,
            "name": row.power.name,
            "kind": row.power.kind,
            "content": row.power.content,
            "major": row.power.major,
            "discretion": row.power.discretion,
        },
        "matter": "",
        "step": row.step,
        "points": [_point_values(point, LEVELS in parts and not by_subject) for point in row.points],
        "controls": [
            {
                "lineage": lineage,
                "point": point.lineage,
                "text": text,
                "kind": kind,
                "owner": row.post.name,
                "regulation": "",
                "due": "",
            }
            for point in (row.points if named else ())
            for lineage, text, kind in point.controls
        ],
        "responsible": {"direct": row.post.name, "department": row.head.name, "leader": ""}
        if named
        else {"direct": "", "department": "", "leader": ""},
    }


def _point_values(point: Point, rated: bool) -> dict[str, Any]:
    return {
        "lineage": point.lineage,
        "kind": point.kind,
        "class": point.klass,
        "name": point.name,
        "manifestation": point.manifestation,
        "factors": point.factors if rated else {},
        "channel": point.channel,
        "declared_rank": point.rank if rated else None,
    }


# Rows -----------------------------------------------------------------------------------------------------------------


def level_of(plan: Plan, point: Point, spec: SchemeSpec) -> int | None:
    """The level that holds for a point by now: determined, or declared."""
    if rates_subject(spec, plan.scope.key):
        return plan.determined.get("") or (plan.declared if LEVELS in plan.parts else None)
    return plan.determined.get(point.lineage) or (point.rank if LEVELS in plan.parts else None)


def subject_level_of(plan: Plan, spec: SchemeSpec) -> int | None:
    if rates_subject(spec, plan.scope.key):
        return plan.determined.get("") or (plan.declared if LEVELS in plan.parts else None)
    if spec.rating.subject_follows != "max":
        return None
    return min(filter(None, (level_of(plan, point, spec) for point in plan.points)), default=None)


def create_rows(plans: Sequence[Plan], spec: SchemeSpec) -> None:
    """Blocks, points, controls and responsibilities of registers that have them by now."""
    filled = [(plan, row) for plan in plans if plan.parts for row in plan.rows]
    blocks = Block.objects.bulk_create(
        [
            Block(
                register=plan.register,
                lineage=row.lineage,
                order=plan.rows.index(row),
                power=row.power,
                step_text=row.step,
                post=row.post,
            )
            for plan, row in filled
        ],
        batch_size=BATCH,
    )
    owned = [
        (plan, row, block, point) for (plan, row), block in zip(filled, blocks, strict=True) for point in row.points
    ]
    points = RiskPoint.objects.bulk_create([_risk_point(*entry, spec) for entry in owned], batch_size=BATCH)
    named = [(entry, point) for entry, point in zip(owned, points, strict=True) if CONTROLS in entry[0].parts]
    Control.objects.bulk_create(
        [
            Control(block=block, point=point, lineage=lineage, order=order, text=text, kind=kind, owner=row.post)
            for (_, row, block, given), point in named
            for order, (lineage, text, kind) in enumerate(given.controls, row.points.index(given) * 10)
        ],
        batch_size=BATCH,
    )
    Responsibility.objects.bulk_create(
        [
            Responsibility(block=block, height=height, post=post)
            for (plan, row), block in zip(filled, blocks, strict=True)
            if CONTROLS in plan.parts
            for height, post in (("direct", row.post), ("department", row.head))
        ],
        batch_size=BATCH,
    )


def _risk_point(plan: Plan, row: RowPlan, block: Block, point: Point, spec: SchemeSpec) -> RiskPoint:
    rated = LEVELS in plan.parts and not rates_subject(spec, plan.scope.key)
    return RiskPoint(
        register=plan.register,
        block=block,
        bureau_id=plan.register.bureau_id,
        section_id=plan.register.section_id,
        lineage=point.lineage,
        order=row.points.index(point),
        kind=point.kind,
        klass=point.klass,
        name=point.name,
        manifestation=point.manifestation,
        factors=point.factors if rated else {},
        channel=point.channel,
        declared_rank=point.rank if rated else None,
        level_rank=level_of(plan, point, spec),
    )
