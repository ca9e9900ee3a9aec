"""The powers of a bureau or section as the rows of one list (权力清单、职权目录)."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from documents.lists.asked import Asked, Body
from documents.tables import columns_of, totals_row
from paper import Row, Table, merge_equal
from registers.access import visible_powers
from registers.models import Power
from registers.powers import FLAGS, Words, points_in_force, under, words_of
from registers.querysets import tree_order

_MERGED = ("unit", "post", "power_kind")


@dataclass(frozen=True)
class _Line:
    number: int
    power: Power
    words: Words
    contact: str
    points: int


def body(asked: Asked) -> Body:
    """Powers that are still exercised, unit by unit. The power list is open to everybody who may browse the bureau."""
    powers = list(powers_of(asked).select_related("unit", "post").prefetch_related("regulations", "procedures__steps"))
    bureau = asked.unit.bureau or asked.unit
    words = words_of(bureau)
    points = points_in_force(powers) if "point_count" in asked.keys else {}
    found = [
        _Line(number, power, words, bureau.contact, points.get(power.pk, 0)) for number, power in enumerate(powers, 1)
    ]
    kinds = Counter(words.kind(power.kind) or "未分类" for power in powers)
    shares = "，".join(f"{kind} {count} 项" for kind, count in kinds.items())
    said = f"职权 {len(powers)} 项（{shares}）" if powers else ""

    def tables(rows: range) -> tuple[Table, ...]:
        totals = totals_row(said, len(asked.keys)) if rows.stop >= len(found) else None
        return (Table(columns_of(asked.form), _rows(found[rows.start : rows.stop], asked.keys), totals=totals),)

    return Body(len(found), said, tables)


def powers_of(asked: Asked) -> QuerySet[Power]:
    """The powers that the list takes, in the order of the tree."""
    powers = under(Power.objects.open(), asked.unit)
    if asked.reader is not None:
        powers = powers.filter(pk__in=visible_powers(asked.reader).values("pk"))
    only = Q()
    for flag in asked.form.only:
        only |= FLAGS[flag]
    return powers.filter(only).order_by(*tree_order(), "order", "pk")


def _rows(found: Sequence[_Line], keys: Sequence[str]) -> tuple[Row, ...]:
    rows = [[CELLS[key](line) for key in keys] for line in found]
    return merge_equal(rows, [keys.index(key) for key in _MERGED if key in keys[: len(_MERGED) + 1]])


def _field(name: str) -> Callable[[_Line], str]:
    return lambda line: getattr(line.power, name)


def _procedure(line: _Line) -> str | list[str]:
    """The words of the power; without them the steps of its procedures."""
    if line.power.procedure_text:
        return line.power.procedure_text
    return " → ".join(step.name for procedure in line.power.procedures.all() for step in procedure.steps.all())


CELLS: dict[str, Callable[[_Line], Any]] = {
    "order": lambda line: line.number,
    "unit": lambda line: line.power.unit.name,
    "post": lambda line: line.power.post.name if line.power.post else "",
    "power_kind": lambda line: line.words.kind(line.power.kind),
    "power": _field("name"),
    "content": _field("content"),
    "exercising_body": lambda line: line.power.exercising_body or line.power.unit.name,
    "basis": _field("legal_basis"),
    "conditions": _field("conditions"),
    "procedure": _procedure,
    "time_limit": _field("time_limit"),
    "supervision": lambda line: line.power.supervision or line.contact,
    "area": lambda line: line.words.area(line.power.area),
    "discretion": _field("discretion"),
    "major": lambda line: "是" if line.power.major else "",
    "side": lambda line: "对外" if line.power.external else "内部",
    "regulation": lambda line: [str(regulation) for regulation in line.power.regulations.all()],
    "contact": lambda line: line.contact,
    "point_count": lambda line: line.points,
    "remark": lambda line: "",
}
