"""Registers in a filling step, with everything that a row may name, filled at random through the services."""

from dataclasses import dataclass, field
from functools import cached_property

from hypothesis import strategies as st

from accounts.models import User
from registers.enums import Height, Tier
from registers.forms.offers import Offers, offers_of
from registers.forms.rows import clean
from registers.models import Register
from registers.rows import ControlData, PointData, ResponsibleData, RowData
from registers.schemes.rating import suggest_point
from registers.schemes.store import spec_of
from registers.services import editing
from tests import factories as make

# Texts that a sheet might spoil: line breaks, numbering, blanks inside, formulas, dates, words of lists, rare signs.
PIECES = (
    "越权审批", "1. ", "2、", "（一）", "\n", "\n\n", " ", "　", "\u00a0", "=1+1", "+", "-", "@", "'", "3.0",
    "2012-03-01", "_x0041_", "<b>", "&", "㛃", "𬱖", "①", "，", "；",
    "整行", "上面的风险点", "长期", "\t", "\u200b", "受理",
)  # fmt: skip
TEXT = (
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=6)
    .map("".join)
    .map(clean)
    .filter(lambda text: text.strip("\u200b "))
)
LOADS = (("small", "post"), ("s001", "section"), ("s002", "post"), ("s003", "unit"))


@dataclass
class Ground:
    """A register with its filler, and what a row may name."""

    register: Register
    by: User
    posts: list[int] = field(default_factory=list)
    powers: list[int] = field(default_factory=list)
    steps: dict[int, list[int]] = field(default_factory=dict)
    rules: list[int] = field(default_factory=list)

    @cached_property
    def offers(self) -> Offers:
        return offers_of(self.register, spec_of(self.register.scheme))


def make_ground(scheme: str, scope: str) -> Ground:
    bureau = make.make_bureau()
    section = make.make_section(bureau)
    head = make.make_post(section, "股长", tier=Tier.MIDDLE, head=True)
    leader = make.make_post(make.make_section(bureau, "局领导", kind="leadership"), "局长", tier=Tier.LEAD, head=True)
    twin = make.make_post(section, "经办岗"), make.make_post(section, "经办岗")  # namesakes
    post, unit = twin[0], {"section": section}.get(scope, bureau)
    subject = post if scope == "post" else unit
    powers = [make.make_power(section, name, steps=("受理", "审查")) for name in ("许可", "处罚")]
    powers += [make.make_power(post, "许可", steps=("受理",)), make.make_power(bureau, "许可")]
    cycle = make.make_cycle(bureau, make.make_scheme(scheme))
    register = make.make_register(subject, scope, cycle=cycle, filler=make.appoint(head))
    rules = [make.make_regulation(bureau, title).pk for title in ("制度", "办法", "制度")]
    ground = Ground(register, register.filler, [head.pk, leader.pk, post.pk, twin[1].pk], rules=rules)
    offered = ground.offers
    ground.powers = [power.pk for power in offered.powers]
    ground.posts = [one.pk for one in offered.posts]
    for step in offered.steps:
        ground.steps.setdefault(step.procedure.power_id, []).append(step.pk)
    assert len(powers) == 4
    return ground


def values(ground: Ground, name: str):
    """Any value that the page offers for a field."""
    offers = ground.offers
    choices = {
        "kind": offers.kinds, "klass": offers.classes, "channel": offers.channels, "control_kind": offers.control_kinds,
    }.get(name)  # fmt: skip
    if name.startswith("f-"):
        choices = dict((factor.key, found) for factor, found in offers.factors)[name[2:]]
    if choices is not None:
        return st.sampled_from(sorted(choices.values)) if choices.values else st.just("")
    return {
        "post": st.sampled_from(ground.posts),
        "rule": st.sampled_from(ground.rules),
        "rank": st.sampled_from([level.rank for level in offers.spec.levels]),
        "power": st.sampled_from([None, *ground.powers]),
        "due": st.none() | st.dates(),
    }[name]


def _rated(ground: Ground, lineage: str, *, declared_rank: int | None, **told) -> PointData:
    """A point as the page saves it: without a choice, the level that follows from the answers."""
    spec = spec_of(ground.register.scheme)
    suggested = suggest_point(spec, ground.register.scope, told["factors"]).rank
    return PointData(lineage, declared_rank=declared_rank or suggested, **told)


@st.composite
def rows(draw, ground: Ground):
    """One row with points, paired and shared controls, all of it possible on the page."""
    offers, some = ground.offers, lambda strategy: st.none() | strategy
    power = draw(values(ground, "power"))
    step = draw(st.sampled_from([None, *ground.steps.get(power, [])]))
    points = tuple(
        _rated(
            ground,
            draw(st.uuids()).hex,
            name=draw(TEXT),
            kind=draw(values(ground, "kind")),
            klass=draw(values(ground, "klass")),
            manifestation=draw(TEXT),
            factors={f.key: draw(values(ground, f"f-{f.key}")) for f, _ in offers.factors if draw(st.booleans())},
            channel=draw(values(ground, "channel")),
            declared_rank=None if offers.rates_subject else draw(some(values(ground, "rank"))),
        )
        for _ in range(draw(st.integers(0, 3)))
    )
    places = st.sampled_from(["", *[point.lineage for point in points]])
    controls = tuple(
        ControlData(
            draw(st.uuids()).hex, draw(places), draw(TEXT), draw(values(ground, "control_kind")),
            draw(some(values(ground, "post"))), draw(some(values(ground, "rule"))), draw(values(ground, "due")),
        )
        for _ in range(draw(st.integers(0, 4)))
    )  # fmt: skip
    said = st.builds(ResponsibleData, values(ground, "post")) | st.builds(ResponsibleData, st.none(), TEXT)
    return RowData(
        power_id=power,
        matter=draw(TEXT) if power is None or draw(st.booleans()) else "",
        step_id=step,
        step_text="" if step else draw(st.just("") | TEXT.map(lambda text: text[:60])),
        post_id=ground.register.post_id or draw(some(values(ground, "post"))),
        points=points,
        controls=controls,
        responsible={height: draw(said) for height in Height.values if draw(st.booleans())},
    )


def fill(ground: Ground, data: list[RowData]) -> None:
    for one in data:
        editing.add_block(register=ground.register, by=ground.by, data=one)
