"""The three-way comparison finds every conflict and no other, and loses nothing: against an oracle told by the edits.

Both sides are made from the issued content by lists of edits. The oracle never looks at the contents: it knows which
cell each side touched last, and what each side took out or put in.
"""

import os
from dataclasses import replace

from hypothesis import example, given, settings
from hypothesis import strategies as st

from registers.offline.merge import CONTROL, HEAD, NOW, POINT, ROW, THEIRS, WHOLE, merge
from registers.offline.shape import (
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

EXAMPLES = int(os.environ.get("EXAMPLES", "150"))
CELLS = {
    ROW: ("matter", "post", "power", "r-direct"),
    POINT: ("name", "kind", "declared_rank", "f-harm", "f-likely"),
    CONTROL: ("text", "kind", "owner_id"),
}
WORDS = st.sampled_from(["甲", "乙", "丙"])
VALUES = {
    "post": st.sampled_from([1, 2]),
    "owner_id": st.sampled_from([1, 2]),
    "declared_rank": st.sampled_from([1, 2, 3]),
    "power": st.tuples(st.sampled_from([1, 2]), st.sampled_from([7, 8]), st.just("")),
    "r-direct": st.tuples(st.sampled_from([1, 2]), st.just("")),
}
HEADS = ("f-size", "declared_rank", "zero_reason")


def base() -> Whole:
    """Two rows: one with two points, three paired controls and a shared one; one with a point."""

    def points(*names):
        return tuple(PointData(name, name="点", kind="k", factors={"harm": "low"}) for name in names)

    first = RowData(
        matter="事",
        points=points("p1", "p2"),
        controls=(
            ControlData("c1", "p1", "措施"), ControlData("c2", "p1", "措施"), ControlData("c3", "p2", "措施"),
            ControlData("c4", "", "措施"),
        ),
    )  # fmt: skip
    second = RowData(matter="事", points=points("p3"), controls=(ControlData("c5", "p3", "措施"),))
    return Whole({"f-size": "", "declared_rank": None, "zero_reason": ""}, {"r1": first, "r2": second})


IN_ROW = {"p1": "r1", "p2": "r1", "p3": "r2", "c1": "r1", "c2": "r1", "c3": "r1", "c4": "r1", "c5": "r2"}
ITEMS = {ROW: ("r1", "r2"), POINT: ("p1", "p2", "p3"), CONTROL: ("c1", "c2", "c3", "c4", "c5")}


@st.composite
def edits(draw, side: str):
    """Edits of one side: (set, kind, item, cell, value) | (drop, kind, item) | (add, kind, where, new lineage)."""
    found, fresh = [], 0
    for _ in range(draw(st.integers(0, 6))):
        what = draw(st.sampled_from(["set", "set", "set", "head", "drop", "add"]))
        if what == "head":
            cell = draw(st.sampled_from(HEADS))
            found.append(("set", HEAD, "", cell, draw(VALUES["declared_rank"] if cell == "declared_rank" else WORDS)))
            continue
        kind = draw(st.sampled_from([ROW, POINT, CONTROL]))
        if what == "add":
            fresh += 1
            where = draw(st.sampled_from({ROW: ("",), POINT: ("r1", "r2"), CONTROL: ("p1", "p3", "r2")}[kind]))
            found.append(("add", kind, where, f"{side}{fresh}"))
            continue
        item = draw(st.sampled_from(ITEMS[kind]))
        if what == "drop":
            found.append(("drop", kind, item))
        else:
            cell = draw(st.sampled_from(CELLS[kind]))
            found.append(("set", kind, item, cell, draw(VALUES.get(cell, WORDS))))
    return tuple(found)


def edited(whole: Whole, changes) -> Whole:
    """The content after those edits; an edit of something that is gone does nothing."""
    rows, head = dict(whole.rows), dict(whole.head)
    for change in changes:
        if change[0] == "set" and change[1] == HEAD:
            head[change[3]] = change[4]
        elif change[0] == "add" and change[1] == ROW:
            rows[change[3]] = RowData(matter="新")
        elif change[1] == ROW:
            key = change[2]
            if change[0] == "drop":
                rows.pop(key, None)
            elif key in rows:
                cells = row_cells(rows[key]) | {change[3]: change[4]}
                rows[key] = row_from(cells, rows[key].points, rows[key].controls)
        else:
            key = IN_ROW.get(change[2], change[2])
            if key in rows:
                rows[key] = settled(_inside(rows[key], change))
    return Whole(head, rows)


def lasting(changes):
    """The edits without the adding of what the same side took out again: on the other side's form its place is gone."""
    rows = edited(base(), changes).rows
    there = {*rows, *(one.lineage for row in rows.values() for one in (*row.points, *row.controls))}
    return tuple(change for change in changes if change[0] != "add" or change[3] in there)


def _inside(row: RowData, change) -> RowData:
    what, kind = change[:2]
    if what == "add":
        where = change[2]
        if kind == POINT:
            return replace(row, points=(*row.points, PointData(change[3], name="新")))
        point = where if any(point.lineage == where for point in row.points) else ""
        return replace(row, controls=(*row.controls, ControlData(change[3], point, "新")))
    group = "points" if kind == POINT else "controls"
    items = list(getattr(row, group))
    if what == "drop":
        items = [item for item in items if item.lineage != change[2]]
        if kind == POINT:  # as the page does: with the controls that stand with it
            row = replace(row, controls=tuple(c for c in row.controls if c.point != change[2]))
    else:
        told, made = (point_cells, point_from) if kind == POINT else (control_cells, control_from)
        items = [
            made(item.lineage, told(item) | {change[3]: change[4]}) if item.lineage == change[2] else item
            for item in items
        ]
    return replace(row, **{group: tuple(items)})


# The oracle -----------------------------------------------------------------------------------------------------------


class Side:
    """What one side did, by its edits only."""

    def __init__(self, changes):
        self.cells: dict[tuple, object] = {}
        self.gone: set[str] = set()
        self.added: set[tuple[str, str]] = set()  # (where, new) of what still stands
        paired = {"c1": "p1", "c2": "p1", "c3": "p2", "c4": "", "c5": "p3"}
        for change in changes:
            what, kind, item = change[:3]
            row = IN_ROW.get(item, item)
            if what == "add":
                if kind == ROW or row not in self.gone:
                    self.added.add((item if item not in self.gone else row, change[3]))
                    self.added.add((row, change[3]))
            elif kind != HEAD and ({item, row} & self.gone):
                continue
            elif what == "drop":
                self.gone.add(item)
                if kind == ROW:
                    self.gone |= {one for one, where in IN_ROW.items() if where == item}
                if kind == POINT:
                    self.gone |= {control for control, point in paired.items() if point == item}
                    dropped = {new for where, new in self.added if where == item}
                    self.added = {(where, new) for where, new in self.added if new not in dropped}
            else:
                self.cells[(kind, item, change[3])] = change[4]
        issued = ISSUED
        self.cells = {key: value for key, value in self.cells.items() if value != issued[key]}

    def touched(self, item: str) -> bool:
        """Whether anything of the item, or in it, was changed, added or taken out."""
        inside = {one for one, where in IN_ROW.items() if where == item}
        cells = any(key[1] == item or key[1] in inside for key in self.cells if key[1] not in self.gone)
        return cells or bool(self.gone & inside) or any(where == item for where, _ in self.added)


ISSUED = {
    **{(ROW, row, cell): value for row, one in base().rows.items() for cell, value in row_cells(one).items()},
    **{
        (POINT, point.lineage, cell): ({"f-likely": ""} | point_cells(point))[cell]
        for one in base().rows.values() for point in one.points for cell in CELLS[POINT]
    },
    **{
        (CONTROL, control.lineage, cell): control_cells(control)[cell]
        for one in base().rows.values() for control in one.controls for cell in CELLS[CONTROL]
    },
    **{(HEAD, "", cell): value for cell, value in base().head.items()},
}  # fmt: skip


def expected(theirs: Side, now: Side) -> set[tuple]:
    """Every conflict, as (kind, item, cell)."""
    found = set()
    both_rows = {row for row in ITEMS[ROW] if row not in theirs.gone | now.gone}
    for side, other in ((theirs, now), (now, theirs)):
        for row in ITEMS[ROW]:
            if row in side.gone and row not in other.gone and other.touched(row):
                found.add((ROW, row, WHOLE))
        for kind in (POINT, CONTROL):
            for item in ITEMS[kind]:
                if IN_ROW[item] not in both_rows or item not in side.gone or item in other.gone:
                    continue
                added = any(where == item for where, _ in other.added)
                if added or any(key[1] == item for key in other.cells):
                    found.add((kind, item, WHOLE))
    for key in theirs.cells.keys() & now.cells.keys():
        kind, item, _ = key
        standing = item not in theirs.gone | now.gone and IN_ROW.get(item, item or "") not in theirs.gone | now.gone
        if theirs.cells[key] != now.cells[key] and standing:
            found.add(key)
    return found


def places(conflicts) -> set[tuple]:
    return {(one.place.kind, one.place.lineage, one.place.cell) for one in conflicts}


GROWN = (("add", CONTROL, "p1", "x1"),)
RENAMED = (("set", POINT, "p1", "name", "甲"),)
DROPPED = (("drop", POINT, "p1"),)
# A control that only one side took out is gone, whichever side is chosen for a cell of its point.
HARMED_THERE = (("set", POINT, "p1", "f-harm", "甲"),)
HARMED_HERE = (("drop", "control", "c1"), ("set", POINT, "p1", "f-harm", "乙"))


@settings(max_examples=EXAMPLES, deadline=None)
@given(edits("t"), edits("n"))
@example(GROWN, DROPPED)
@example(DROPPED, GROWN)
def test_exactly_the_conflicting_cells_are_found(theirs, now):
    merged = merge(base(), edited(base(), theirs), edited(base(), now))
    assert places(merged.conflicts) == expected(Side(theirs), Side(now))
    assert len(merged.conflicts) == len({one.key for one in merged.conflicts})


@settings(max_examples=EXAMPLES, deadline=None)
@given(edits("t"), edits("n"))
@example((("drop", POINT, "p3"),), (("add", CONTROL, "p3", "n1"), ("drop", POINT, "p3")))
def test_without_a_conflict_the_outcome_is_both_lists_of_edits(theirs, now):
    there, here = edited(base(), theirs), edited(base(), now)
    merged = merge(base(), there, here)
    if not merged.conflicts:
        both_ways = edited(there, lasting(now)), edited(here, lasting(theirs))
        assert unordered(merged.whole) == unordered(both_ways[0]) == unordered(both_ways[1])


@settings(max_examples=EXAMPLES, deadline=None)
@given(edits("t"), edits("n"))
@example(RENAMED, DROPPED)
@example(DROPPED, RENAMED)
@example(HARMED_THERE, HARMED_HERE)
def test_the_side_that_is_chosen_holds_in_every_conflict(theirs, now):
    there, here = edited(base(), theirs), edited(base(), now)
    for side, whole in ((THEIRS, there), (NOW, here)):
        merged = merge(base(), there, here, lambda one, side=side: side)
        for one in merged.conflicts:
            assert value_at(merged.whole, one.place) == value_at(whole, one.place), one.place
            if one.place.kind == POINT and one.place.cell == WHOLE:
                assert paired(whole, one.place) <= paired(merged.whole, one.place)


def paired(whole: Whole, place) -> set[str]:
    """The controls that stand with a point: who keeps a point that the other side took out keeps them."""
    row = whole.rows.get(place.row, RowData())
    return {control.lineage for control in row.controls if control.point == place.lineage}


@settings(max_examples=50, deadline=None)
@given(edits("t"))
def test_one_side_alone_is_taken_as_it_is_and_an_untouched_form_changes_nothing(theirs):
    there = edited(base(), theirs)
    assert unordered(merge(base(), there, base()).whole) == unordered(there)
    assert merge(base(), base(), there).whole == there
    assert merge(base(), there, there).conflicts == []


def value_at(whole: Whole, place):
    """What stands in a cell; for a whole item whether it is there."""
    if place.kind == HEAD:
        return whole.head.get(place.cell) or None
    row = whole.rows.get(place.row)
    if place.kind == ROW:
        return row is not None if place.cell == WHOLE else row_cells(row)[place.cell]
    group, told = ("points", point_cells) if place.kind == POINT else ("controls", control_cells)
    item = next((one for one in getattr(row, group) if one.lineage == place.lineage), None) if row else None
    return item is not None if place.cell == WHOLE else told(item).get(place.cell) or None


def unordered(whole: Whole):
    """The content without the order of what was added on both sides."""
    rows = {
        key: replace(
            row,
            points=tuple(sorted(row.points, key=lambda one: one.lineage)),
            controls=tuple(sorted(row.controls, key=lambda one: one.lineage)),
        )
        for key, row in whole.rows.items()
    }
    return whole.head, rows
