"""The content of a register as plain values: one shape that seals, papers, notices and comparisons all read.

Kinds, classes, channels and control kinds are the scheme's keys; names come from the scheme when they are shown.
Keys of ``bureau`` and ``section`` (bookkeeping that a reorganisation changes) are never part of it.
"""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from registers.models import Block, Control, Power, Register, RiskPoint
from registers.rows import rows_of

SHAPE = 1  # version of the shape; a reader of old seals looks at it


def content_of(register: Register) -> dict[str, Any]:
    """What the register declares now, in a fixed order, from at most eight queries. Removed rows are no content."""
    related = ("cycle", "scheme", "unit", "bureau", "post")
    register = Register.objects.select_related(*related).get(pk=register.pk)
    return content_from(register, rows_of(register))


def content_from(register: Register, blocks: Iterable[Block]) -> dict[str, Any]:
    """The same from rows that were read already (`registers.rows.rows_of`)."""
    return {
        "v": SHAPE,
        "register": {
            "id": register.pk,
            "scope": register.scope,
            "cycle": register.cycle.name,
            "year": register.cycle.year,
            "version": register.version,
            "scheme": f"{register.scheme.key}@{register.scheme.version}",
        },
        "subject": _subject(register),
        "factors": register.factors,
        "declared_rank": register.declared_rank,
        "zero_reason": register.zero_reason,
        "rows": [_row(register, block) for block in blocks],
    }


def canonical(content: dict[str, Any]) -> str:
    """The one text of a content: sorted keys, no spaces, Chinese as it is. The same values give the same text."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(text: str, algorithm: str = "sha256") -> str:
    """The digest of a canonical text. Raises ValueError where the machine lacks the algorithm (sm3)."""
    return hashlib.new(algorithm, text.encode()).hexdigest()


def _subject(register: Register) -> dict[str, str]:
    post, unit = register.post, register.unit
    return {
        "key": register.subject_key,
        "name": register.subject_name,
        "unit": unit.name,
        "bureau": register.bureau.name,
        "tier": post.tier if post else "",
        "tier_name": post.get_tier_display() if post else "",
        "duties": post.duties if post else unit.duties,
    }


def _row(register: Register, block: Block) -> dict[str, Any]:
    points = block.points.all()
    lineages = {point.pk: point.lineage for point in points}
    said = {row.height: str(row) for row in block.responsibilities.all()}
    unit = block.post.unit if block.post else block.power.unit if block.power else register.unit
    return {
        "lineage": block.lineage,
        "unit": unit.name,
        "post": {"id": block.post_id, "name": block.post.name} if block.post else None,
        "power": _power(block.power) if block.power else None,
        "matter": block.matter,
        "step": block.step.name if block.step else block.step_text,
        "points": [_point(point) for point in points],
        "controls": [_control(control, lineages.get(control.point_id, "")) for control in block.controls.all()],
        "responsible": {"direct": "", "department": "", "leader": ""} | said,
    }


def _power(power: Power) -> dict[str, Any]:
    return {
        "id": power.pk,
        "name": power.name,
        "kind": power.kind,
        "content": power.content,
        "major": power.major,
        "discretion": power.discretion,
    }


def _point(point: RiskPoint) -> dict[str, Any]:
    return {
        "lineage": point.lineage,
        "kind": point.kind,
        "class": point.klass,
        "name": point.name,
        "manifestation": point.manifestation,
        "factors": point.factors,
        "channel": point.channel,
        "declared_rank": point.declared_rank,
    }


def _control(control: Control, point: str) -> dict[str, Any]:
    return {
        "lineage": control.lineage,
        "point": point,
        "text": control.text,
        "kind": control.kind,
        "owner": control.owner.name if control.owner else "",
        "regulation": control.regulation.title if control.regulation else "",
        "due": control.due_on.isoformat() if control.due_on else "",
    }
