"""One row of a register as plain values: what a form hands in, what is stored, what a conflict compares.

Points and controls are known by their lineage. The form gives a lineage to what is typed anew, so that the same form
sent twice makes one point, not two.
"""

import datetime
import uuid
from dataclasses import dataclass, field, replace

from django.db.models import Prefetch, QuerySet

from registers.models import Block, Control, Register, Responsibility


@dataclass(frozen=True)
class PointData:
    lineage: str
    name: str = ""
    kind: str = ""
    klass: str = ""
    manifestation: str = ""
    factors: dict[str, str] = field(default_factory=dict)
    channel: str = ""
    declared_rank: int | None = None

    @property
    def blank(self) -> bool:
        """Nothing was said; the channel alone, which comes pre-filled, says nothing."""
        return not (self.name or self.manifestation or self.kind or self.klass or self.factors)


@dataclass(frozen=True)
class ControlData:
    lineage: str
    point: str = ""  # lineage of the point it belongs to; "" = of the whole row
    text: str = ""
    kind: str = ""
    owner_id: int | None = None
    regulation_id: int | None = None
    due_on: datetime.date | None = None

    @property
    def blank(self) -> bool:
        """Nothing was said; the owner alone, which comes pre-filled, says nothing."""
        return not (self.text or self.kind or self.regulation_id or self.due_on)


@dataclass(frozen=True)
class ResponsibleData:
    post_id: int | None = None
    text: str = ""


@dataclass(frozen=True)
class RowData:
    power_id: int | None = None
    matter: str = ""
    step_id: int | None = None
    step_text: str = ""
    post_id: int | None = None
    points: tuple[PointData, ...] = ()
    controls: tuple[ControlData, ...] = ()
    responsible: dict[str, ResponsibleData] = field(default_factory=dict)  # by height; said ones only

    def without_blanks(self, known: frozenset[str]) -> "RowData":
        """The row without the empty slots that a page offers; what is already stored stays, even when emptied."""
        points = tuple(point for point in self.points if point.lineage in known or not point.blank)
        kept = {point.lineage for point in points}
        controls = (control for control in self.controls if control.lineage in known or not control.blank)
        # A control of a point that is not there belongs to the row: its words stay.
        controls = tuple(c if c.point in kept or not c.point else replace(c, point="") for c in controls)
        return replace(self, points=points, controls=controls)


FRAME = ("power_id", "matter", "step_id", "step_text", "post_id")
POINT_FIELDS = ("name", "kind", "klass", "manifestation", "factors", "channel", "declared_rank")
CONTROL_FIELDS = ("text", "kind", "owner_id", "regulation_id", "due_on")


def rows_of(register: Register) -> QuerySet[Block]:
    """The standing rows with everything on them, in order: four queries for any number of rows."""
    return with_items(Block.objects.filter(register=register, removed_at__isnull=True))


def with_items(blocks: QuerySet[Block]) -> QuerySet[Block]:
    """Blocks with all that hangs on them, names included, read in bulk."""
    return blocks.select_related("power__unit", "step", "post__unit").prefetch_related(
        "points",
        Prefetch("controls", Control.objects.select_related("owner", "regulation")),
        Prefetch("responsibilities", Responsibility.objects.select_related("post")),
    )


def data_of(block: Block) -> RowData:
    """The stored row as values."""
    points = list(block.points.all())
    lineages = {point.pk: point.lineage for point in points}
    return RowData(
        **{name: getattr(block, name) for name in FRAME},
        points=tuple(
            PointData(point.lineage, **{name: getattr(point, name) for name in POINT_FIELDS}) for point in points
        ),
        controls=tuple(
            ControlData(
                control.lineage,
                lineages.get(control.point_id, ""),
                **{name: getattr(control, name) for name in CONTROL_FIELDS},
            )
            for control in block.controls.all()
        ),
        responsible={row.height: ResponsibleData(row.post_id, row.text) for row in block.responsibilities.all()},
    )


def slot_lineage(block: Block, kind: str, place: str = "") -> str:
    """The lineage of the next empty slot of a row: the same until the row is saved, never one that is in use.

    So a form that is loaded again after the network was lost finds its unsent words by the same field names.
    """
    return uuid.uuid5(uuid.NAMESPACE_OID, f"{block.lineage}:{block.pk}:{block.row_version}:{kind}:{place}").hex


def moved(items: tuple, lineage: str, by: int) -> tuple:
    """The items with one moved up (-1) or down (+1); unchanged at the ends."""
    order = [item.lineage for item in items]
    at = order.index(lineage) if lineage in order else -1
    to = at + by
    if at < 0 or not 0 <= to < len(items):
        return items
    changed = list(items)
    changed[at], changed[to] = changed[to], changed[at]
    return tuple(changed)
