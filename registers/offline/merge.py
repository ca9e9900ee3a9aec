"""Three states of one register: as it was issued, as it came back, as it is now. What differs, and what comes of it.

Changed on one side only: that side holds. The same on both: fine. Different on both: a conflict, which somebody has to
decide; nothing is guessed. Taking out is a change of the whole item: it meets any change of what is in it.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from registers.offline.shape import (
    Cells,
    Whole,
    control_cells,
    control_from,
    point_cells,
    point_from,
    row_cells,
    row_from,
    settled,
)
from registers.rows import ControlData, PointData, RowData

THEIRS, NOW = "theirs", "now"
ROW, POINT, CONTROL, HEAD = "row", "point", "control", "head"
WHOLE = "whole"  # the cell name of a conflict about whether an item is there at all
CELLS = {ROW: row_cells, POINT: point_cells, CONTROL: control_cells}


@dataclass(frozen=True)
class Place:
    """A cell: of which item, in which row. ``cell`` is WHOLE where the item itself came or went."""

    kind: str
    lineage: str
    cell: str
    row: str = ""  # lineage of the row that the item is in


@dataclass(frozen=True)
class Difference:
    """One cell in three states; None where the item is not there. For a whole item the values are the items."""

    place: Place
    issued: Any
    theirs: Any
    now: Any

    @property
    def key(self) -> str:
        """The name of its choice in a form; another one as soon as one of the three is another."""
        values = repr((self.issued, self.theirs, self.now)).encode()
        return f"{self.place.kind}-{self.place.lineage}-{self.place.cell}-{hashlib.sha256(values).hexdigest()[:12]}"


@dataclass
class Merged:
    """What came of a comparison. ``whole`` holds the choices made; without a choice a conflict stays as it is now."""

    whole: Whole = field(default_factory=Whole)
    conflicts: list[Difference] = field(default_factory=list)
    taken: list[Difference] = field(default_factory=list)  # changed there only
    kept: list[Difference] = field(default_factory=list)  # changed here only
    same: list[Difference] = field(default_factory=list)  # the same change on both sides


Choice = Callable[[Difference], str]


def merge(issued: Whole, theirs: Whole, now: Whole, choice: Choice = lambda one: NOW) -> Merged:
    """The three states compared, with every conflict decided as ``choice`` says (THEIRS or NOW)."""
    return _Merge(issued, theirs, now, choice).run()


class _Merge:
    def __init__(self, issued: Whole, theirs: Whole, now: Whole, choice: Choice):
        self.issued, self.theirs, self.now, self.choice = issued, theirs, now, choice
        self.merged = Merged()

    def run(self) -> Merged:
        head = self._cells(HEAD, "", "", self.issued.head, self.theirs.head, self.now.head)
        rows: dict[str, RowData] = {}
        for lineage in dict.fromkeys([*self.now.rows, *self.issued.rows, *self.theirs.rows]):
            row = self._row(lineage)
            if row is not None:
                rows[lineage] = settled(row)
        self.merged.whole = Whole(head, rows)
        return self.merged

    # Cells ----------------------------------------------------------------------------------------------------------

    def _cells(self, kind: str, lineage: str, row: str, issued: Cells, theirs: Cells, now: Cells) -> Cells:
        found = dict(now)
        for cell in dict.fromkeys([*now, *issued, *theirs]):
            values = [cells.get(cell) or None for cells in (issued, theirs, now)]
            place = Place(kind, lineage, cell, row)
            if self._decide(Difference(place, *values)) == THEIRS:
                found[cell] = theirs.get(cell, "")
        return found

    def _decide(self, one: Difference) -> str:
        """Which side holds; every difference goes into its list."""
        if one.theirs == one.now:
            if one.now != one.issued:
                self.merged.same.append(one)
            return NOW
        if one.theirs == one.issued:
            self.merged.kept.append(one)
            return NOW
        if one.now == one.issued:
            self.merged.taken.append(one)
            return THEIRS
        return self._ask(one)

    def _ask(self, one: Difference) -> str:
        self.merged.conflicts.append(one)
        return self.choice(one)

    # Rows -----------------------------------------------------------------------------------------------------------

    def _row(self, lineage: str) -> RowData | None:
        issued, theirs, now = (whole.rows.get(lineage) for whole in (self.issued, self.theirs, self.now))
        if theirs is None or now is None:
            return self._one_side(Place(ROW, lineage, WHOLE, lineage), issued, theirs, now)
        base = issued or RowData()
        cells = self._cells(ROW, lineage, lineage, row_cells(base), row_cells(theirs), row_cells(now))
        points, follow = self._points(lineage, base, theirs, now)
        return row_from(cells, points, self._controls(lineage, base, theirs, now, follow))

    def _one_side(self, place: Place, issued, theirs, now, changed: bool | None = None):
        """An item that is missing there, or here, or both: what remains of it. ``changed``: by the side that has it."""
        one = Difference(place, issued, theirs, now)
        if theirs is None and now is None:
            self.merged.same.append(one)
            return None
        if issued is None:
            (self.merged.kept if theirs is None else self.merged.taken).append(one)
            return now or theirs
        standing = now if theirs is None else theirs
        if changed if changed is not None else standing != issued:
            return theirs if self._ask(one) == THEIRS else now
        (self.merged.taken if theirs is None else self.merged.kept).append(one)
        return None

    # Points and controls --------------------------------------------------------------------------------------------

    def _points(self, row: str, issued: RowData, theirs: RowData, now: RowData):
        """The points that remain, and the points whose coming or going was decided, with the side that holds."""
        follow: dict[str, str] = {}
        found: list[PointData] = []
        sides = [{point.lineage: point for point in side.points} for side in (issued, theirs, now)]
        for lineage in _union(now.points, issued.points, theirs.points):
            was, there, here = (side.get(lineage) for side in sides)
            place = Place(POINT, lineage, WHOLE, row)
            if there and here:
                cells = (point_cells(point) if point else {} for point in (was, there, here))
                found.append(point_from(lineage, self._cells(POINT, lineage, row, *cells)))
                continue
            changed = (there or here) != was or _attached(theirs if there else now, lineage) - _attached(
                issued, lineage
            )
            asked = len(self.merged.conflicts)
            point = self._one_side(place, was, there, here, bool(changed))
            if len(self.merged.conflicts) > asked and point is not None:
                follow[lineage] = THEIRS if there else NOW
            if point is not None:
                found.append(point)
        return tuple(found), follow

    def _controls(self, row: str, issued: RowData, theirs: RowData, now: RowData, follow) -> tuple[ControlData, ...]:
        found: list[ControlData] = []
        sides = [{control.lineage: control for control in side.controls} for side in (issued, theirs, now)]
        for lineage in _union(now.controls, issued.controls, theirs.controls):
            was, there, here = (side.get(lineage) for side in sides)
            place = Place(CONTROL, lineage, WHOLE, row)
            if there and here:
                cells = (control_cells(control) if control else {} for control in (was, there, here))
                found.append(control_from(lineage, self._cells(CONTROL, lineage, row, *cells)))
                continue
            # What stood with a point that somebody decided to keep stays with it.
            kept = there or here
            stays = bool(kept and was == kept and follow.get(kept.point) == (THEIRS if there else NOW))
            control = kept if stays else self._one_side(place, was, there, here)
            if control is not None:
                found.append(control)
        return tuple(found)


def _union(*groups) -> list[str]:
    return list(dict.fromkeys(item.lineage for group in groups for item in group))


def _attached(row: RowData, point: str) -> set[str]:
    return {control.lineage for control in row.controls if control.point == point}
