"""The catalogue's rows as the words that a handbook prints."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from documents.handbook.model import PowerText, Process, UnitPart
from paper.flow import Risk
from registers.models import Power, Unit
from registers.powers import Words
from registers.procedures.flows import flow_of

UNIT_FIELDS = ("name", "duties")
POST_FIELDS = ("name", "tier", "duties", "is_head", "priority")
POWER_FIELDS = (
    "name",
    "content",
    "exercising_body",
    "legal_basis",
    "conditions",
    "procedure_text",
    "time_limit",
    "supervision",
    "kind",
    "area",
    "external",
    "discretion",
    "major",
)
_LONG = (
    ("职权内容", "content"),
    ("法律依据", "legal_basis"),
    ("行使条件", "conditions"),
    ("行使程序", "procedure_text"),
    ("自由裁量及其限制", "discretion"),
    ("监督方式", "supervision"),
)


def power_text(power: Power, words: Words, risks: Mapping[int, Risk]) -> PowerText:
    """A power as it is printed: only what is said of it. ``risks``: the marks of its steps."""
    short = (
        ("行使主体", power.exercising_body),
        ("办理期限", power.time_limit),
        ("重点领域", words.area(power.area)),
    )
    rules = "；".join(f"《{rule.title.strip('《》')}》{rule.number}" for rule in power.regulations.all())
    facts = [(label, getattr(power, name)) for label, name in _LONG if getattr(power, name)]
    if told := [(label, value) for label, value in short if value]:
        rest = "".join(f"　　{label}：{value}" for label, value in told[1:])
        facts.append((told[0][0], told[0][1] + rest))
    if rules:
        facts.append(("配套制度", rules))
    marks = [words.kind(power.kind)] if power.kind else []
    marks.append("对外行使" if power.external else "内部行使")
    marks += ["三重一大"] if power.major else []
    return PowerText(
        anchor=f"w{power.pk}",
        name=power.name,
        marks=tuple(marks),
        facts=tuple(facts),
        processes=_processes(power, risks),
    )


def _processes(power: Power, risks: Mapping[int, Risk]) -> tuple[Process, ...]:
    drawn = ((row.name, flow_of(row, ranks=risks)) for row in power.procedures.all())
    return tuple(Process(name, flow) for name, flow in drawn if flow)


def names_of(units: Sequence[Unit], unit: Unit, bureau: str) -> list[str]:
    """The names from the bureau down to the unit, as far as the units between belong to the handbook."""
    if unit.parent_id is None:
        return [unit.name]
    above = [up for up in units if up.tree_id == unit.tree_id and up.lft < unit.lft and up.rght > unit.rght]
    return [bureau, *(up.name for up in above if up.parent_id is not None), unit.name]


def with_unit(part: UnitPart, **said: object) -> UnitPart:
    """The part with what is said of the unit itself."""
    return replace(part, **said)
