"""Coordinates: boxes in lanes and rows, edges as lines of right angles, labels where nothing else is."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from paper.flow import boxes as sizes
from paper.flow import routes, tracks
from paper.flow.boxes import SMALL, Box
from paper.flow.graph import Edge, Graph
from paper.flow.grid import Grid, place
from paper.flow.routes import Route, Ways
from paper.flow.wrapping import balanced, wrap
from paper.measure import width_of

TRACK = 10  # between two edges that run side by side
LABEL_LINE = 14
PORT = 14
ARROW = 13  # the last piece of an edge, with its head


@dataclass(frozen=True)
class Line:
    edge: Edge
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Label:
    """Lines of text, the first with its foot at ``y``; ``anchor`` start or end."""

    lines: tuple[str, ...]
    x: float
    y: float
    anchor: str


@dataclass(frozen=True)
class Head:
    left: float
    right: float
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Picture:
    """Everything with its place; ``top`` is where the lanes begin below their heads (0: no heads)."""

    width: float
    height: float
    top: float
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    labels: tuple[Label, ...]
    heads: tuple[Head, ...]


def lay_out(graph: Graph) -> Picture:
    """The picture of a graph; the same graph gives the same picture."""
    return _Layout(place(graph)).picture()


class _Layout:
    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.ways: Ways = routes.find(grid)
        self.channels, self.gutters = tracks.channels(self.ways), tracks.gutters(self.ways)
        lanes = len(grid.graph.lanes)
        self.size, self.lane = sizes.type_size(lanes), sizes.lane_width(lanes)
        self.beside = 5.0 if lanes < 6 else 3.0  # characters on a line of a label beside a box
        flat = self.ways.flat()
        self.plain = {node.key: sizes.measured(node, lanes, node.key in flat) for node in grid.graph.nodes}
        self.texts = {id(route): self._label(route) for route in self.ways.routes}
        self._across()
        self._down()
        self.boxes = {key: self._placed(box) for key, box in self.plain.items()}

    def picture(self) -> Picture:
        """All parts, in the order of the graph."""
        lines = tuple(Line(route.edge, self._points(route)) for route in self.ways.routes)
        labels = tuple(self._label_at(route) for route in self.ways.routes if self.texts[id(route)])
        return Picture(self.width, self.height, self.top, tuple(self.boxes.values()), lines, labels, self.heads)

    # Labels ----------------------------------------------------------------------------------------------------------

    def _label(self, route: Route) -> tuple[str, ...]:
        room = self.beside if not route.bottom else max(2.0, (self.lane / 2 - abs(route.port) * PORT - 4) / SMALL)
        return wrap(route.edge.label, room)

    def _side_room(self, lane: int, right: bool) -> float:
        """How wide the labels are that stand beside the boxes of a lane."""
        found = [
            width_of(line)
            for route in self.ways.routes
            if not route.bottom and route.lane == lane and route.right == right
            for line in self.texts[id(route)]
        ]
        return max(found) * SMALL + 8 if found else 0.0

    def _below(self, route: Route) -> float:
        """How far below its box the label of an exit at the bottom begins: each has a line of its own."""
        above = 0
        for other in self.ways.routes:
            if other is route:
                break
            if other.bottom and other.edge.source == route.edge.source:
                above += len(self.texts[id(other)])
        return above * LABEL_LINE

    def _label_at(self, route: Route) -> Label:
        box, text = self.boxes[route.edge.source], self.texts[id(route)]
        if route.bottom:
            start = self.row_tops[route.row] + self.row_heights[route.row]
            return Label(text, self._port(route, box) + 4, start + self._below(route) + SMALL + 1, "start")
        y = box.centre - 5 - (len(text) - 1) * LABEL_LINE
        return Label(text, box.right + 4 if route.right else box.left - 4, y, "start" if route.right else "end")

    # Sizes -----------------------------------------------------------------------------------------------------------

    def _across(self) -> None:
        """Left edges of lanes and of tracks: each gutter has room for labels, a line between the lanes, tracks."""
        lanes = self.grid.graph.lanes
        x, self.lane_left, self.track_left, borders = 0.0, [], [], []
        for gutter in range(len(lanes) + 1):
            x += self._side_room(gutter - 1, True) + 6 if gutter else 0
            borders.append(x)
            x += 8
            self.track_left.append(x)
            x += max(0, self.gutters.count.get(gutter, 0) - 1) * TRACK + 8
            if gutter < len(lanes):
                x += self._side_room(gutter, False)
                self.lane_left.append(x)
                x += self.lane
        borders[-1] = x
        self.width = x
        self.heads = ()
        if any(lanes):
            told = [lane or "（未写承办）" for lane in lanes]
            self.heads = tuple(
                Head(borders[at], borders[at + 1], balanced(name, (borders[at + 1] - borders[at] - 8) / self.size))
                for at, name in enumerate(told)
            )

    def _down(self) -> None:
        tall = max((len(head.lines) for head in self.heads), default=0)
        self.top = tall * self.size * sizes.LINE + 10 if tall else 0.0
        y, self.row_tops, self.track_top = self.top, [], []
        self.row_heights = [self._row_height(row) for row in range(self.grid.rows)]
        for row, height in enumerate(self.row_heights):
            y += 6 + self._labels_height(row - 1)
            self.track_top.append(y)
            y += max(0, self.channels.count.get(row, 0) - 1) * TRACK + ARROW
            self.row_tops.append(y)
            y += height
        y += 6 + self._labels_height(self.grid.rows - 1)
        self.track_top.append(y)
        self.height = y + self.channels.count.get(self.grid.rows, 0) * TRACK + 6

    def _row_height(self, row: int) -> float:
        tall = [self.plain[node.key].height for (at, _), node in self.grid.cells.items() if at == row]
        beside = [
            2 * (len(self.texts[id(route)]) * LABEL_LINE + 6)
            for route in self.ways.routes
            if route.row == row and not route.bottom and self.texts[id(route)]
        ]
        return max([*tall, *beside])

    def _labels_height(self, row: int) -> float:
        """Room under a row for the labels of exits at the bottom."""
        ends = [
            self._below(route) + len(self.texts[id(route)]) * LABEL_LINE
            for route in self.ways.routes
            if route.row == row and route.bottom and self.texts[id(route)]
        ]
        return max(ends, default=0.0)

    def _placed(self, box: Box) -> Box:
        row, lane = self.grid.row_of[box.node.key], box.node.lane
        left = self.lane_left[lane] + (self.lane - box.width) / 2
        return replace(box, left=left, top=self.row_tops[row] + (self.row_heights[row] - box.height) / 2)

    # Edges -----------------------------------------------------------------------------------------------------------

    def _port(self, route: Route, box: Box) -> float:
        if not route.port:
            return box.middle
        most = max(abs(other.port) for other in self.ways.routes if other.edge.source == route.edge.source)
        room = box.width / 2 - sizes.NOTCH - 4
        return box.middle + route.port * min(PORT, room / most)

    def _channel(self, row: int, owner: str) -> float:
        return self.track_top[row] + self.channels.line[row, owner] * TRACK

    def _gutter(self, route: Route) -> float:
        return self.track_left[route.gutter] + self.gutters.line[route.gutter, tracks.bus(route)] * TRACK

    def _points(self, route: Route) -> tuple[tuple[float, float], ...]:
        source, target = self.boxes[route.edge.source], self.boxes[route.edge.target]
        side = (source.right if route.right else source.left, source.centre)
        port = self._port(route, source)
        if route.way == "straight":
            return _joined([(port, source.bottom), (target.middle, target.top)])
        if route.way == "over":
            return _joined([side, (target.middle, source.centre), (target.middle, target.top)])
        above = self._channel(route.to_row, tracks.bus(route))
        enter = [(target.middle, above), (target.middle, target.top)]
        if route.way == "near":
            return _joined([(port, source.bottom), (port, above), *enter])
        x = self._gutter(route)
        if route.way == "side":
            return _joined([side, (x, source.centre), (x, above), *enter])
        below = self._channel(route.row + 1, tracks.own(route))
        return _joined([(port, source.bottom), (port, below), (x, below), (x, above), *enter])


def _joined(points: Iterable[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """Rounded, and without corners that are none."""
    found: list[tuple[float, float]] = []
    for point in ((round(x, 1), round(y, 1)) for x, y in points):
        if found and point == found[-1]:
            continue
        if len(found) > 1 and (found[-2][0] == found[-1][0] == point[0] or found[-2][1] == found[-1][1] == point[1]):
            found[-1] = point
        else:
            found.append(point)
    return tuple(found)
