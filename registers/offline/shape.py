"""The content of a register as plain cells: what an offline form holds, and what the three-way comparison compares.

A cell is one thing that one person decides: power and link are one (a link belongs to its power), an answer to one
question is one. Cells of an item are a dict; the item is known by its lineage.
"""

import datetime
from dataclasses import dataclass, field, replace
from typing import Any

from registers.enums import Height
from registers.rows import ControlData, PointData, ResponsibleData, RowData

FACTOR = "f-"
RESPONSIBLE = "r-"
POINT_CELLS = ("kind", "klass", "name", "manifestation", "channel", "declared_rank")
CONTROL_CELLS = ("point", "text", "kind", "owner_id", "regulation_id", "due_on")
Cells = dict[str, Any]


@dataclass(frozen=True)
class Whole:
    """A register's answers about its subject, and its standing rows by lineage, in order."""

    head: Cells = field(default_factory=dict)
    rows: dict[str, RowData] = field(default_factory=dict)


def row_cells(row: RowData) -> Cells:
    """The cells of a row, without its points and controls."""
    cells = {"power": (row.power_id, row.step_id, row.step_text), "matter": row.matter, "post": row.post_id}
    for height in Height.values:
        said = row.responsible.get(height, ResponsibleData())
        cells[f"{RESPONSIBLE}{height}"] = (said.post_id, said.text)
    return cells


def row_from(cells: Cells, points: tuple[PointData, ...], controls: tuple[ControlData, ...]) -> RowData:
    """The row of these cells."""
    power, step, step_text = cells["power"]
    responsible = {height: ResponsibleData(*cells[f"{RESPONSIBLE}{height}"]) for height in Height.values}
    return RowData(
        power_id=power,
        matter=cells["matter"],
        step_id=step,
        step_text=step_text,
        post_id=cells["post"],
        points=points,
        controls=controls,
        responsible={height: said for height, said in responsible.items() if said != ResponsibleData()},
    )


def point_cells(point: PointData) -> Cells:
    """The cells of a point; each answer is a cell."""
    answers = {f"{FACTOR}{key}": value for key, value in point.factors.items() if value}
    return {name: getattr(point, name) for name in POINT_CELLS} | answers


def point_from(lineage: str, cells: Cells) -> PointData:
    """The point of these cells."""
    return PointData(lineage, **{name: cells[name] for name in POINT_CELLS}, factors=answers_of(cells))


def answers_of(cells: Cells) -> dict[str, str]:
    """The answered questions among some cells."""
    return {key.removeprefix(FACTOR): value for key, value in cells.items() if key.startswith(FACTOR) and value}


def control_cells(control: ControlData) -> Cells:
    """The cells of a control."""
    return {name: getattr(control, name) for name in CONTROL_CELLS}


def control_from(lineage: str, cells: Cells) -> ControlData:
    """The control of these cells."""
    return ControlData(lineage, **{name: cells[name] for name in CONTROL_CELLS})


def settled(row: RowData) -> RowData:
    """A control of a point that is not there belongs to the row: its words stay."""
    known = {point.lineage for point in row.points}
    controls = (c if c.point in known or not c.point else replace(c, point="") for c in row.controls)
    return replace(row, controls=tuple(controls))


# As JSON --------------------------------------------------------------------------------------------------------------


def to_json(whole: Whole) -> dict[str, Any]:
    """Plain values that `from_json` turns back into the same."""
    return {"head": whole.head, "rows": [_row_json(lineage, row) for lineage, row in whole.rows.items()]}


def _row_json(lineage: str, row: RowData) -> dict[str, Any]:
    controls = []
    for control in row.controls:
        cells = control_cells(control)
        due = cells["due_on"].isoformat() if cells["due_on"] else ""
        controls.append({"lineage": control.lineage, **cells, "due_on": due})
    points = [{"lineage": point.lineage, **point_cells(point)} for point in row.points]
    return {"lineage": lineage, **row_cells(row), "points": points, "controls": controls}


def from_json(data: dict[str, Any]) -> Whole:
    """The content that was stored."""
    return Whole(dict(data["head"]), {row["lineage"]: _row_from_json(row) for row in data["rows"]})


def _row_from_json(data: dict[str, Any]) -> RowData:
    paired = {key: tuple(value) for key, value in data.items() if key == "power" or key.startswith(RESPONSIBLE)}
    points = tuple(point_from(point["lineage"], point) for point in data["points"])
    controls = tuple(
        control_from(control["lineage"], control | {"due_on": _day(control["due_on"])}) for control in data["controls"]
    )
    return row_from(data | paired, points, controls)


def _day(text: str) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None
