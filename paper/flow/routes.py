"""Which way each edge takes between the boxes; no coordinates yet.

Edges run in the gutters between lanes, in the channels between rows, and through cells that are empty:
straight  from the bottom down its own lane
over      out at a side, over empty cells of its row, and down the lane of its target
side      out at a side, along a gutter, and into the channel above its target
near      from the bottom into the channel below, which is the one above its target
far       from the bottom along the channel below to a gutter, and on as `side` does
What would lie on the same line is refused here, so that two edges meet only where they cross or end together.
"""

from dataclasses import dataclass, field

from paper.flow.graph import Edge
from paper.flow.grid import Grid


@dataclass
class Route:
    """``gutter``: number of the gutter that it runs along; ``port``: place among the exits at the bottom."""

    edge: Edge
    row: int
    lane: int
    to_row: int
    to_lane: int
    way: str = ""
    right: bool = True
    gutter: int = -1
    port: int = 0

    @property
    def bottom(self) -> bool:
        return self.way in ("straight", "near", "far")


@dataclass
class Ways:
    """The routes of a grid, and which sides of its rows are taken."""

    grid: Grid
    routes: list[Route] = field(default_factory=list)
    taken: set[tuple[int, int]] = field(default_factory=set)

    def flat(self) -> set[str]:
        """Decisions that need a flat bottom: more than the tip of a diamond leaves there."""
        return {r.edge.source for r in self.routes if r.bottom and r.way != "straight"}


def find(grid: Grid) -> Ways:
    """A way for every edge: first those that go straight, then over empty cells, then around."""
    ways = Ways(grid, [_route(grid, edge) for edge in grid.graph.edges])
    for attempt in (_straight, _over, _side):
        for route in ways.routes:
            if not route.way:
                attempt(ways, route)
    for route in ways.routes:
        if not route.way:
            _from_below(ways, route)
    _number_ports(ways)
    return ways


def _route(grid: Grid, edge: Edge) -> Route:
    source, target = edge.source, edge.target
    return Route(edge, grid.row_of[source], grid.lane_of(source), grid.row_of[target], grid.lane_of(target))


def _clear_down(grid: Grid, lane: int, first: int, last: int) -> bool:
    return all((row, lane) not in grid.cells for row in range(first, last))


def _straight(ways: Ways, route: Route) -> None:
    if route.to_row <= route.row or route.lane != route.to_lane:
        return
    twin = any(r.way == "straight" and r.edge.source == route.edge.source for r in ways.routes)
    if not twin and _clear_down(ways.grid, route.lane, route.row + 1, route.to_row):
        route.way = "straight"


def _over(ways: Ways, route: Route) -> None:
    if route.to_row <= route.row or route.lane == route.to_lane:
        return
    right = route.to_lane > route.lane
    lanes = range(route.lane + 1, route.to_lane + 1) if right else range(route.to_lane, route.lane)
    if any((route.row, lane) in ways.grid.cells for lane in lanes):
        return
    if not _clear_down(ways.grid, route.to_lane, route.row, route.to_row):
        return
    ends = (2 * route.lane + 2, 2 * route.to_lane + 1) if right else (2 * route.to_lane + 1, 2 * route.lane)
    places = {(route.row, place) for place in range(ends[0], ends[1] + 1)}
    if places & ways.taken:
        return
    ways.taken |= places
    route.way, route.right = "over", right


def _side(ways: Ways, route: Route) -> None:
    """Out at the side nearer to the target; a way back prefers the left, a way on the right."""
    if route.to_row == route.row + 1 and not route.edge.back and ways.grid.node(route.edge.source).shape != "decide":
        return  # `near` is shorter
    if route.lane == route.to_lane:
        sides = (False, True) if route.edge.back else (True, False)
    else:
        sides = (True, False) if route.to_lane > route.lane else (False, True)
    for right in sides:
        gutter = route.lane + 1 if right else route.lane
        if (route.row, 2 * gutter) not in ways.taken:
            ways.taken.add((route.row, 2 * gutter))
            route.way, route.right, route.gutter = "side", right, gutter
            return


def _from_below(ways: Ways, route: Route) -> None:
    route.right = route.to_lane > route.lane or (route.to_lane == route.lane and not route.edge.back)
    route.way = "near" if route.to_row == route.row + 1 else "far"
    route.gutter = route.lane + 1 if route.right else route.lane


def _number_ports(ways: Ways) -> None:
    """Exits at the bottom beside the middle, which is for straight ones: -1, -2 … to the left, 1, 2 … to the right."""
    counts: dict[tuple[str, bool], int] = {}
    for route in ways.routes:
        if route.bottom and route.way != "straight":
            key = (route.edge.source, route.right)
            counts[key] = counts.get(key, 0) + 1
            route.port = counts[key] if route.right else -counts[key]
