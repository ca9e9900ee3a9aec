"""What the people of the sample write into their registers, by the services of the filling page."""

import datetime
import uuid
from collections.abc import Iterator
from dataclasses import replace

from accounts.models import User
from lianzheng.sample import material
from lianzheng.sample.material import PowerText, RiskText
from lianzheng.sample.organisation import Body
from registers.models import Block, Post, Power, ProcedureStep, Register, RiskPoint
from registers.parts import LEVELS, POINTS, open_parts, rates_subject
from registers.rows import ControlData, PointData, ResponsibleData, RowData, data_of
from registers.schemes.rating import suggest_point, suggest_subject
from registers.schemes.store import spec_of
from registers.services import editing

CHANGE = "新办理的件要逐件核对，防止旧件新批。"
YEAR = datetime.timedelta(days=180)


def fill(register: Register, by: User, body: Body) -> None:
    """Whatever the present step opens."""
    register.refresh_from_db()
    parts = open_parts(register)
    if POINTS in parts:
        write_points(register, by, body)
    if LEVELS in parts:
        rate(register, by, body)


def write_points(register: Register, by: User, body: Body, most: int | None = None) -> None:
    """The rows of the subject; in a new version only what changed since the last one."""
    if register.blocks.filter(removed_at=None).exists():
        _change_a_row(register, by)
        return
    rows = list(_rows(register, body))[:most]
    for row in rows:
        editing.add_block(register=register, by=by, data=row)
    if not rows and not spec_of(register.scheme).scope(register.scope).compiles:
        values = {"zero_reason": "本岗位只收发登记、打印装订，不经手审批、钱物和印章。", "zero_signed": True}
        editing.save_head(register=register, by=by, seen=register.content_version, **values)


def _change_a_row(register: Register, by: User) -> None:
    """A later version differs in one row, so that there is something to compare; a returned one too."""
    block = Block.objects.filter(register=register, removed_at=None).first()
    data = data_of(block)
    if not data.points or CHANGE in data.points[0].manifestation:
        return
    first = replace(data.points[0], manifestation=data.points[0].manifestation + CHANGE)
    data = replace(data, points=(first, *data.points[1:]))
    editing.save_block(block=block, by=by, seen=block.row_version, data=data)


def _rows(register: Register, body: Body) -> Iterator[RowData]:
    """A post: every risk of its own powers, one of those that it shares; a section: what lies in its rules."""
    given = body.given.get(register.post_id) if register.post_id else body.given_units.get(register.unit_id)
    unit, keys = register.unit, (given["powers"] if given else ["major"])
    for place, key in enumerate(keys):
        power = body.powers.get((unit.pk, key)) or _lead_power(body, key)
        text = material.powers()[key]
        if register.post_id is None:
            yield _row(register, power, text, _of_section(text), body)
            continue
        owned = power.post_id in (register.post_id, None)
        for risk in text.risks if owned else text.risks[place % len(text.risks) :][:1]:
            yield _row(register, power, text, risk, body)


def _of_section(text: PowerText) -> RiskText:
    """What a section adds to the risks of its posts: the rules behind the power, in the words of plan 000."""
    return RiskText(
        step=text.steps[0],
        kind="rules",
        point=f"{text.name}制度落实不到位",
        manifestation="已有制度贯彻落实不到位，可操作性不强，各环节之间缺乏相互制约和监督。",
        controls=(
            ("每季对照制度检查一次办件，发现问题书面整改", "supervision"),
            ("按权力分解、相互制衡的原则修订制度", "rule"),
        ),
    )


def _lead_power(body: Body, key: str) -> Power:
    return body.powers[body.units["lead"].pk, key]


def _row(register: Register, power: Power, text: PowerText, risk: RiskText, body: Body) -> RowData:
    point = PointData(
        lineage=uuid.uuid4().hex,
        name=risk.point,
        kind=risk.kind,
        manifestation=risk.manifestation,
        channel="self" if register.post_id else "collective",
    )
    head = _head(register)
    owner = register.post or head
    regulation = body.regulations.get(text.regulation)
    controls = tuple(
        ControlData(
            lineage=uuid.uuid4().hex,
            point=point.lineage,
            text=control,
            kind=kind,
            owner_id=owner.pk,
            regulation_id=regulation.pk if regulation and kind == "rule" else None,
            due_on=register.cycle.starts_on + YEAR if kind == "education" else None,
        )
        for control, kind in risk.controls
    )
    responsible = {"direct": ResponsibleData(owner.pk), "department": ResponsibleData(head.pk)}
    step = ProcedureStep.objects.filter(procedure__power=power, name=risk.step).first()
    return RowData(
        power_id=power.pk,
        step_id=step.pk if step else None,
        post_id=owner.pk,
        points=(point,),
        controls=controls,
        responsible=responsible,
    )


def _head(register: Register) -> Post:
    """The head of the unit, or of the nearest one above it; of the whole bureau its first leader."""
    units = register.unit.get_ancestors(include_self=True).order_by("-level")
    for unit in units:
        if head := Post.objects.filter(unit=unit, is_head=True).first():
            return head
    return Post.objects.filter(bureau=register.bureau, tier="lead", is_head=True).first()


def rate(register: Register, by: User, body: Body) -> None:
    """Answer the factors and declare what the scheme suggests."""
    spec = spec_of(register.scheme)
    if rates_subject(spec, register.scope):
        answers = _answers(register, body)
        points = RiskPoint.objects.filter(register=register, block__removed_at=None)
        kinds = list(points.values_list("kind", flat=True))
        rank = suggest_subject(spec, register.scope, answers, [], kinds).rank or spec.levels[-1].rank
        values = {"factors": answers, "declared_rank": rank}
        editing.save_head(register=register, by=by, seen=register.content_version, **values)
        return
    for block in Block.objects.filter(register=register, removed_at=None):
        data = data_of(block)
        points = tuple(_rated(point, spec, register.scope) for point in data.points)
        editing.save_block(block=block, by=by, seen=block.row_version, data=replace(data, points=points))


def _rated(point: PointData, spec, scope: str) -> PointData:
    factors = {factor.key: factor.options[0].key for factor in spec.factors_of(scope, "point")}
    rank = suggest_point(spec, scope, factors).rank or spec.levels[0].rank
    return replace(point, factors=factors, declared_rank=rank)


def _answers(register: Register, body: Body) -> dict[str, str]:
    """The answers that bureau.json gives for heads, key posts, others, and for the function of a section."""
    spec = spec_of(register.scheme)
    said = body.data["answers"]
    if register.post_id is None:
        answers = {"function": body.given_units[register.unit_id]["function"]}
    else:
        given = body.given[register.post_id]
        areas = [material.powers()[key].area for key in given["powers"]]
        kind = "head" if given.get("head") else "key" if any(areas) else "some" if areas else "none"
        answers = said[kind]
    asked = {factor.key for factor in spec.factors_of(register.scope, "subject")}
    return {key: value for key, value in answers.items() if key in asked}
