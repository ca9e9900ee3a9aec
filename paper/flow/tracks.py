"""Parallel tracks in gutters and channels, so that no two edges lie on each other."""

from collections.abc import Iterable
from dataclasses import dataclass

from paper.flow.routes import Route, Ways


@dataclass(frozen=True)
class Tracks:
    """``line``: the track of (channel or gutter, whose); ``count``: how many tracks a channel or gutter has."""

    line: dict[tuple[int, str], int]
    count: dict[int, int]


def bus(route: Route) -> str:
    """Edges to one target come together above it."""
    return f"in {route.edge.target}"


def own(route: Route) -> str:
    return f"out {route.edge.source} {route.port}"


def channels(ways: Ways) -> Tracks:
    """Channel h lies above row h. Spans across are in positions (`Grid`)."""
    spans = []
    for route in ways.routes:
        start, end = 2 * route.lane + 1, 2 * route.to_lane + 1
        if route.way == "near":
            spans.append((route.to_row, start, end, bus(route)))
        if route.way in ("side", "far"):
            spans.append((route.to_row, 2 * route.gutter, end, bus(route)))
        if route.way == "far":
            spans.append((route.row + 1, start, 2 * route.gutter, own(route)))
    return _assign(spans)


def gutters(ways: Ways) -> Tracks:
    """Spans down: row r is 2r + 1, the channel above it 2r."""
    spans = []
    for route in ways.routes:
        if route.way == "side":
            spans.append((route.gutter, 2 * route.row + 1, 2 * route.to_row, bus(route)))
        if route.way == "far":
            spans.append((route.gutter, 2 * route.row + 2, 2 * route.to_row, bus(route)))
    return _assign(spans)


def _assign(spans: Iterable[tuple[int, int, int, str]]) -> Tracks:
    """Those of one owner are joined; then each takes the first track where it touches nobody."""
    joined: dict[tuple[int, str], tuple[int, int]] = {}
    for where, one, other, owner in spans:
        low, high = min(one, other), max(one, other)
        if known := joined.get((where, owner)):
            low, high = min(low, known[0]), max(high, known[1])
        joined[where, owner] = (low, high)
    line: dict[tuple[int, str], int] = {}
    used: dict[int, list[int]] = {}  # for each track of a gutter, where it ends
    for (where, owner), (low, high) in sorted(joined.items(), key=lambda item: (item[0][0], item[1], item[0][1])):
        ends = used.setdefault(where, [])
        track = next((place for place, end in enumerate(ends) if end < low), len(ends))
        ends[track : track + 1] = [high]
        line[where, owner] = track
    return Tracks(line, {where: len(ends) for where, ends in used.items()})
