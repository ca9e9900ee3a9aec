"""The procedures that powers run in, with their steps (流程、环节)."""

import hashlib
import json
from collections.abc import Sequence

from django.db import transaction

from accounts.exceptions import NotNow
from accounts.models import User
from audit import services as audit
from registers.enums import RegisterState
from registers.models import Block, Power, Procedure, ProcedureStep
from registers.procedures import check
from registers.services import tracking
from registers.services.powers import require_keeper

STEP_FIELDS = ("name", "kind", "leads_to", "actor", "time_limit", "risky", "note")
MOST_STEPS = 60


def stamp(procedure: Procedure) -> str:
    """The state of a procedure with its steps, which the edit form carries as ``seen``."""
    steps = list(procedure.steps.order_by("order", "pk").values_list("pk", *STEP_FIELDS))
    text = json.dumps([procedure.name, steps], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@transaction.atomic
def add_procedure(*, by: User | None, power: Power, name: str, steps: Sequence[dict] = ()) -> Procedure:
    """A new procedure of a power. Raises NotAllowed, or NotNow for a closed power and a second one of that name."""
    require_keeper(by, power.unit)
    if power.closed_on:
        raise NotNow(f"“{power}”已取消，不能再登记流程。")
    if power.procedures.filter(name=name).exists():
        raise NotNow(f"“{power}”已有流程“{name}”。")
    procedure = Procedure(power=power, name=name)
    tracking.save(procedure, by=by)
    _write_steps(procedure, steps, by)
    audit.record(verb="procedure.add", by=by, bureau=power.bureau_id, target=procedure, power=str(power))
    return procedure


@transaction.atomic
def keep_steps(
    *, by: User | None, procedure: Procedure, name: str, steps: Sequence[dict], seen: str | None = None
) -> Procedure:
    """Write the whole table of steps, in the order given; a step with ``id`` is kept, one that is missing goes.

    Raises NotAllowed; Outdated when the table changed after it was shown; NotNow for too many steps, for a branch that
    leads nowhere, or for the removal of a step that a submitted register names.
    """
    procedure = Procedure.objects.select_for_update(of=("self",)).select_related("power__unit").get(pk=procedure.pk)
    power = procedure.power
    require_keeper(by, power.unit)
    if seen is not None and seen != stamp(procedure):
        raise tracking.Outdated(f"流程“{procedure}”已被别人改动，您的改动没有保存。请核对后再提交。")
    before = stamp(procedure)
    if procedure.name != name:
        procedure.name = name
        tracking.save(procedure, by=by)
    _write_steps(procedure, steps, by)
    if stamp(procedure) != before:
        names = [step["name"] for step in steps]
        audit.record(verb="procedure.change", by=by, bureau=power.bureau_id, target=procedure, steps=names)
    return procedure


@transaction.atomic
def remove_procedure(*, by: User | None, procedure: Procedure, reason: str = "") -> None:
    """Delete a procedure with its steps; its history stays. Raises NotAllowed, or NotNow while registers name it."""
    power = procedure.power
    require_keeper(by, power.unit)
    _require_unnamed(list(procedure.steps.all()))
    audit.record(verb="procedure.remove", by=by, bureau=power.bureau_id, target=procedure, power=str(power))
    for step in procedure.steps.all():
        _delete(step, by, reason)
    _delete(procedure, by, reason)


def require_whole(steps: Sequence[dict]) -> None:
    """Raise NotNow for too many steps, and for a branch that leads nowhere."""
    if len(steps) > MOST_STEPS:
        raise NotNow(f"一个流程最多 {MOST_STEPS} 个环节。")
    for number, sentence in check.read(steps).faults:
        raise NotNow(f"第{number}步“{steps[number - 1]['name']}”：{sentence}")


def _write_steps(procedure: Procedure, steps: Sequence[dict], by: User | None) -> None:
    require_whole(steps)
    known = {step.pk: step for step in procedure.steps.all()}
    kept = {step["id"] for step in steps if step.get("id") in known}
    gone = [step for pk, step in known.items() if pk not in kept]
    _require_unnamed(gone)
    for step in gone:
        _delete(step, by)
    for order, given in enumerate(steps, start=1):
        row = known.get(given.get("id")) or ProcedureStep(procedure=procedure)
        values = {field: given[field] for field in STEP_FIELDS if field in given} | {"order": order}
        if row.pk and all(getattr(row, name) == value for name, value in values.items()):
            continue
        for name, value in values.items():
            setattr(row, name, value)
        tracking.save(row, by=by)


def _require_unnamed(steps: list[ProcedureStep]) -> None:
    """A step that a register beyond its filler names is part of what was signed."""
    if not steps:
        return
    named = Block.objects.filter(step__in=steps, removed_at__isnull=True)
    named = named.exclude(register__state=RegisterState.FILLING).select_related("step", "register").first()
    if named:
        raise NotNow(f"环节“{named.step}”已写入“{named.register}”的登记表，不能删除；可以改名或停用职权。")


def _delete(row, by: User | None, reason: str = "") -> None:
    row._history_user = by
    row._change_reason = reason[: tracking.REASON_LENGTH]
    row.delete()
