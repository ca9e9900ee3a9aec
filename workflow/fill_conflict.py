"""Two versions of one row, line by line: what I typed, what is stored, and the row that comes of choosing."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from registers.enums import Height
from registers.forms.offers import Offers
from registers.rows import ControlData, PointData, RowData

MINE, THEIRS, BOTH = "mine", "theirs", "both"
NOTHING = "（无）"


@dataclass(frozen=True)
class Line:
    """One thing that differs. ``both``: two different items that may both stay."""

    key: str
    label: str
    mine: str
    theirs: str
    both: bool = False


def lines(mine: RowData, theirs: RowData, offers: Offers) -> list[Line]:
    """Everything in which the two versions differ, as people read it."""
    return [*_frame(mine, theirs, offers), *_items(mine, theirs, offers), *_responsible(mine, theirs, offers)]


def merged(mine: RowData, theirs: RowData, offers: Offers, choice: Callable[[str], str]) -> RowData:
    """The stored row with every line that was chosen as mine; what was not asked stays as it is stored."""
    data = theirs
    for line in _frame(mine, theirs, offers):
        if choice(line.key) == MINE:
            names = FRAME_LINES[line.key][1]
            data = replace(data, **{name: getattr(mine, name) for name in names})
    points = _merge_items("point", mine.points, theirs.points, choice)
    controls = _merge_items("control", mine.controls, theirs.controls, choice)
    responsible = dict(theirs.responsible)
    for height in Height.values:
        if choice(f"r-{height}") == MINE:
            responsible.pop(height, None)
            if height in mine.responsible:
                responsible[height] = mine.responsible[height]
    known = {point.lineage for point in points}
    controls = tuple(control if control.point in known else replace(control, point="") for control in controls)
    return replace(data, points=points, controls=controls, responsible=responsible)


# Power and link go together: a link belongs to one power.
FRAME_LINES = {
    "power": ("职权和环节", ("power_id", "matter", "step_id", "step_text")),
    "post": ("涉及岗位", ("post_id",)),
}


def _frame(mine: RowData, theirs: RowData, offers: Offers) -> Iterator[Line]:
    for key, (label, names) in FRAME_LINES.items():
        if any(getattr(mine, name) != getattr(theirs, name) for name in names):
            yield Line(key, label, _frame_text(key, mine, offers), _frame_text(key, theirs, offers))


def _frame_text(key: str, row: RowData, offers: Offers) -> str:
    if key == "post":
        return offers.post_choices.label(str(row.post_id or "")) or NOTHING
    power = offers.power_choices.label(str(row.power_id or "")) or row.matter
    step = offers.step_choices(row.power_id).label(str(row.step_id or "")) or row.step_text
    return "\n".join(part for part in (power, step) if part) or NOTHING


def _items(mine: RowData, theirs: RowData, offers: Offers) -> Iterator[Line]:
    for kind, label, group, told in (
        ("point", "风险点", "points", _point),
        ("control", "防控措施", "controls", _control),
    ):
        own = {item.lineage: item for item in getattr(mine, group)}
        stored = {item.lineage: item for item in getattr(theirs, group)}
        for lineage in dict.fromkeys([*stored, *own]):
            one, other = own.get(lineage), stored.get(lineage)
            if one != other:
                words = [told(item, offers) if item else NOTHING for item in (one, other)]
                yield Line(f"{kind}-{lineage}", label, *words, both=bool(one and other))


def _merge_items(kind: str, mine: tuple, theirs: tuple, choice: Callable[[str], str]) -> tuple:
    own = {item.lineage: item for item in mine}
    found: list[Any] = []
    for item in theirs:
        said = choice(f"{kind}-{item.lineage}")
        other = own.pop(item.lineage, None)
        if said == MINE:
            found += [other] if other else []
            continue
        found.append(item)
        if said == BOTH and other:
            found.append(replace(other, lineage=uuid.uuid4().hex))
    return (*found, *(item for item in own.values() if choice(f"{kind}-{item.lineage}") == MINE))


def _point(point: PointData, offers: Offers) -> str:
    level = offers.level(point.declared_rank)
    answers = [f"{f.name}：{choices.label(point.factors.get(f.key, ''))}" for f, choices in offers.factors]
    parts = [point.name, offers.kinds.label(point.kind), point.manifestation, *answers, level.name if level else ""]
    return "\n".join(part for part in parts if part and not part.endswith("：")) or NOTHING


def _control(control: ControlData, offers: Offers) -> str:
    owner = offers.post_choices.label(str(control.owner_id or ""))
    rule = offers.regulations.label(str(control.regulation_id or ""))
    due = f"期限：{control.due_on:%Y-%m-%d}" if control.due_on else ""
    return "\n".join(part for part in (control.text, owner, rule, due) if part) or NOTHING


def _responsible(mine: RowData, theirs: RowData, offers: Offers) -> Iterator[Line]:
    for height in Height:
        one, other = mine.responsible.get(height.value), theirs.responsible.get(height.value)
        if one != other:
            words = [
                (said.text or offers.post_choices.label(str(said.post_id or ""))) if said else NOTHING
                for said in (one, other)
            ]
            yield Line(f"r-{height}", height.label, *words)
