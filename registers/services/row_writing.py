"""Bringing the stored rows of one block to given values: what is new, changed, moved or gone, and nothing else.

Called by `registers.services.editing` only, inside its transaction.
"""

from dataclasses import fields, replace

from accounts.exceptions import NotAllowed, NotNow
from registers.models import Block, Control, Post, Power, ProcedureStep, Register, Regulation, Responsibility, RiskPoint
from registers.parts import CONTROLS, LEVELS, PART_NAMES, POINTS
from registers.rows import CONTROL_FIELDS, FRAME, POINT_FIELDS, PointData, RowData


def changed_fields(old: RowData, new: RowData) -> list[str]:
    """Names of what differs, for the event: frame fields by name, points and controls as ``point.name``."""
    found = [name for name in (*FRAME, "responsible") if getattr(old, name) != getattr(new, name)]
    for group, word in (("points", "point"), ("controls", "control")):
        before = {item.lineage: item for item in getattr(old, group)}
        after = {item.lineage: item for item in getattr(new, group)}
        found += [f"{word}.new"] * bool(after.keys() - before.keys())
        found += [f"{word}.gone"] * bool(before.keys() - after.keys())
        both = [key for key in before if key in after]
        found += [f"{word}.order"] * (both != [key for key in after if key in before])
        names = {field.name for key in both for field in fields(before[key]) if _differ(before[key], after[key], field)}
        found += [f"{word}.{name}" for name in sorted(names)]
    return found


def _differ(one, other, field) -> bool:
    return getattr(one, field.name) != getattr(other, field.name)


def check_parts(old: RowData, new: RowData, parts: frozenset[str]) -> None:
    """Raise NotNow when something changes in a part that the step does not open."""
    touched = {
        POINTS: _frame(old) != _frame(new),
        LEVELS: _levels(old, new) != _levels(new, new),
        CONTROLS: (old.controls, old.responsible) != (new.controls, new.responsible),
    }
    for part, changed in touched.items():
        if changed and part not in parts:
            raise NotNow(f"本步骤没有开放“{PART_NAMES[part]}”，不能修改。")


def _frame(row: RowData) -> tuple:
    points = tuple(replace(point, factors={}, declared_rank=None) for point in row.points)
    return tuple(getattr(row, name) for name in FRAME) + points


def _levels(row: RowData, among: RowData) -> dict[str, tuple]:
    """The level of each point; a point that is only in the other version counts as not rated."""
    found = {point.lineage: ({}, None) for point in among.points}
    known = {point.lineage: (point.factors, point.declared_rank) for point in row.points}
    return found | {key: value for key, value in known.items() if key in found}


def check_references(register: Register, old: RowData, new: RowData) -> None:
    """Raise NotAllowed when a power, post or regulation of another bureau is named."""
    posts = {new.post_id, *(control.owner_id for control in new.controls)}
    posts |= {said.post_id for said in new.responsible.values()}
    posts -= {old.post_id, *(control.owner_id for control in old.controls), None}
    regulations = {control.regulation_id for control in new.controls} - {None}
    regulations -= {control.regulation_id for control in old.controls}
    powers = {new.power_id} - {old.power_id, None}
    for model, ids in ((Post, posts), (Regulation, regulations), (Power, powers)):
        if ids and model.objects.filter(pk__in=ids, bureau_id=register.bureau_id).count() != len(ids):
            raise NotAllowed(f"所选{model._meta.verbose_name}不在本单位。")
    if new.step_id and (new.step_id, new.power_id) != (old.step_id, old.power_id):
        steps = ProcedureStep.objects.filter(pk=new.step_id, procedure__power_id=new.power_id)
        if not new.power_id or not steps.exists():
            raise NotNow("所选环节不属于所选职权。")


def write_row(
    block: Block, data: RowData, *, level_of_subject: int | None, rates_subject: bool, declares: bool = True
) -> None:
    """Store the values. ``level_of_subject`` is the level that points take where the subject is rated.

    Where nothing is declared (a later fill step that opens only controls) the level that a body determined stays.
    """
    for name in FRAME:
        setattr(block, name, getattr(data, name))
    block.save(update_fields=list(FRAME))
    points = _write_points(block, data.points, level_of_subject, rates_subject, declares)
    _write_controls(block, data, points)
    _write_responsible(block, data)


def _write_points(block, wanted: tuple[PointData, ...], subject_level, rates_subject, declares) -> dict[str, RiskPoint]:
    known = {point.lineage: point for point in RiskPoint.objects.filter(block=block)}
    register = block.register
    keys = {"register": register, "bureau_id": register.bureau_id, "section_id": register.section_id}
    found: dict[str, RiskPoint] = {}
    for order, data in enumerate(wanted):
        point = known.pop(data.lineage, None) or RiskPoint(block=block, lineage=data.lineage, **keys)
        values = {name: getattr(data, name) for name in POINT_FIELDS} | {"order": order}
        if rates_subject:
            values["declared_rank"] = None
        if declares:
            values["level_rank"] = subject_level if rates_subject else data.declared_rank
        found[data.lineage] = _store(point, values)
    for point in known.values():
        point.delete()
    return found


def _write_controls(block: Block, data: RowData, points: dict[str, RiskPoint]) -> None:
    known = {control.lineage: control for control in Control.objects.filter(block=block)}
    for order, item in enumerate(data.controls):
        control = known.pop(item.lineage, None) or Control(block=block, lineage=item.lineage)
        values = {name: getattr(item, name) for name in CONTROL_FIELDS} | {"order": order}
        point = points.get(item.point)
        _store(control, values | {"point_id": point.pk if point else None})
    for control in known.values():
        control.delete()


def _write_responsible(block: Block, data: RowData) -> None:
    known = {row.height: row for row in Responsibility.objects.filter(block=block)}
    for height, said in data.responsible.items():
        row = known.pop(height, None) or Responsibility(block=block, height=height)
        _store(row, {"post_id": said.post_id, "text": said.text})
    for row in known.values():
        row.delete()


def _store(row, values: dict):
    """Save a row if it is new or differs."""
    different = [name for name, value in values.items() if getattr(row, name) != value]
    for name in different:
        setattr(row, name, values[name])
    if row._state.adding:
        row.save()
    elif different:
        row.save(update_fields=different)
    return row
