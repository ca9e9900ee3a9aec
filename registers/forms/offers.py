"""What the inputs of a row offer: powers, links, posts, rules of the bureau and the words of the scheme."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from registers import querysets
from registers.enums import Height
from registers.forms.html import Choice, Choices
from registers.models import Post, Power, ProcedureStep, Register
from registers.parts import CONTROLS, open_parts, rates_subject
from registers.rows import ResponsibleData, RowData
from registers.schemes.model import Factor, Kind, Level, SchemeSpec

FEW_STEPS = 80  # up to this many links all are offered; above it only those of the row's power


@dataclass
class Offers:
    """Everything that the row forms of one page share; made once per page from five queries."""

    register: Register
    spec: SchemeSpec
    parts: frozenset[str]
    powers: list[Power]
    steps: list[ProcedureStep]
    posts: list[Post]
    defaults: dict[str, ResponsibleData]  # who answers for a new row
    power_choices: Choices
    post_choices: Choices
    regulations: Choices
    kinds: Choices
    classes: Choices
    channels: Choices
    control_kinds: Choices
    levels: Choices
    factors: list[tuple[Factor, Choices]]
    subject_factors: list[tuple[Factor, Choices]]
    rates_subject: bool
    _steps: dict[int | None, Choices] = field(default_factory=dict)

    def step_choices(self, power_id: int | None) -> Choices:
        """Links to choose from: all where they are few, else those of the power."""
        key = None if len(self.steps) <= FEW_STEPS else power_id
        if key not in self._steps:
            names = {power.pk: power.name for power in self.powers}
            wanted = [step for step in self.steps if key is None or step.procedure.power_id == key]
            self._steps[key] = Choices(
                Choice(str(step.pk), step.name, group=names.get(step.procedure.power_id, "")) for step in wanted
            )
        return self._steps[key]

    def must_answer(self, factor: Factor) -> bool:
        """Criteria are asked in order until one holds, so that none of them alone must be answered."""
        return not factor.optional and self.spec.rating.method != "criteria"

    def level(self, rank: int | None) -> Level | None:
        """The scheme's level of a rank; None for none."""
        return next((level for level in self.spec.levels if level.rank == rank), None)

    def new_row(self, power_id: int | None = None) -> RowData:
        """A new row with what is known: the post and those who answer for it."""
        known = power_id if power_id in {power.pk for power in self.powers} else None
        responsible = dict(self.defaults) if CONTROLS in self.parts else {}
        return RowData(power_id=known, post_id=self.register.post_id, responsible=responsible)


def offers_of(register: Register, spec: SchemeSpec) -> Offers:
    """Read what is offered for this register at its step."""
    powers = list(querysets.powers_for(register))
    posts = list(querysets.posts_for(register))
    own = [power for power in powers if querysets.is_own(power, register)]
    others = [power for power in powers if not querysets.is_own(power, register)]
    grouped = [(own, "本岗位职权" if register.post_id else "本级职权"), (others, "所在单位和其他岗位职权")]
    scope = register.scope
    return Offers(
        register=register,
        spec=spec,
        parts=open_parts(register, spec),
        powers=[*own, *others],
        steps=list(querysets.steps_of([power.pk for power in powers])),
        posts=posts,
        defaults=_defaults(register, posts),
        power_choices=Choices(
            (
                Choice(str(power.pk), power.name, group=name if others else "")
                for rows, name in grouped
                for power in rows
            ),
            "（不对应具体职权）",
        ),
        post_choices=Choices(Choice(str(post.pk), post.name, group=post.unit.name) for post in posts),
        regulations=Choices((Choice(str(r.pk), r.title) for r in querysets.regulations_for(register)), "（无）"),
        kinds=_kinds(spec.kinds_of(scope)),
        classes=_kinds(spec.classes),
        channels=_options(spec.channels),
        control_kinds=_options(spec.control_kinds),
        levels=Choices(Choice(str(level.rank), level.label or level.name) for level in spec.levels),
        factors=[(factor, _options(factor.options)) for factor in spec.factors_of(scope, "point")],
        subject_factors=[(factor, _options(factor.options)) for factor in spec.factors_of(scope, "subject")],
        rates_subject=rates_subject(spec, scope),
    )


def _kinds(kinds: Iterable[Kind]) -> Choices:
    return Choices(Choice(kind.key, kind.name, explained(kind)) for kind in kinds)


def explained(kind: Kind) -> str:
    """Definition and typical manifestations of a kind, as the plan words them."""
    lines = [kind.definition] if kind.definition else []
    lines += [f"常见表现：{'；'.join(kind.examples)}"] if kind.examples else []
    return "\n".join(lines)


def _options(options) -> Choices:
    return Choices(Choice(option.key, option.name, option.text) for option in options)


def _defaults(register: Register, posts: list[Post]) -> dict[str, ResponsibleData]:
    """Direct: the post itself; department: the head of the section; leader: the post in charge."""
    head = next((post.pk for post in posts if post.is_head and post.unit_id == register.unit_id), None)
    head = head or next((p.pk for p in posts if p.is_head and p.unit_id == register.section_id), None)
    said = {
        Height.DIRECT: register.post_id or head,
        Height.DEPARTMENT: head,
        Height.LEADER: querysets.leader_in_charge(register),
    }
    return {height.value: ResponsibleData(post_id=pk) for height, pk in said.items() if pk}
