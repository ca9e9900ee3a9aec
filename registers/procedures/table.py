"""The rows of the table of steps while it is edited: when rows move, the numbers in 去向 move with them."""

from collections.abc import Mapping, Sequence

from accounts.asked import number
from registers.procedures.leads import renumbered


def compacted(rows: Sequence[dict | None]) -> list[dict]:
    """The rows without blank ones (None)."""
    kept = [place for place, row in enumerate(rows) if row is not None]
    places: dict[int, int | None] = {place + 1: None for place in range(len(rows))}
    places |= {place + 1: number for number, place in enumerate(kept, start=1)}
    return _following([rows[place] for place in kept], places)


def rearranged(rows: Sequence[dict], act: str) -> list[dict]:
    """The rows after a button: ``add``, or ``up:2``, ``down:2``, ``remove:2`` (rows count from 0)."""
    rows = list(rows)
    verb, _, at = act.partition(":")
    if verb == "add":
        return [*rows, {}]
    place = number(at)
    if place is None or place >= len(rows):
        return rows
    order = list(range(len(rows)))
    if verb == "remove":
        del order[place]
    target = {"up": place - 1, "down": place + 1}.get(verb, -1)
    if 0 <= target < len(rows):
        order[place], order[target] = order[target], order[place]
    places: dict[int, int | None] = {number: None for number in range(1, len(rows) + 1)}
    places |= {old + 1: new for new, old in enumerate(order, start=1)}
    return _following([rows[old] for old in order], places)


def _following(rows: Sequence[dict], places: Mapping[int, int | None]) -> list[dict]:
    if all(old == new for old, new in places.items()):
        return list(rows)
    return [
        {**row, "leads_to": renumbered(row["leads_to"], places)} if row.get("leads_to") else dict(row) for row in rows
    ]
