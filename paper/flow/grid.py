"""Which row each node stands in: as high as the nodes that lead to it allow, one node for each row of a lane."""

from dataclasses import dataclass

from paper.flow.graph import Graph, Node


@dataclass(frozen=True)
class Grid:
    """Nodes in cells. Positions across count gutters and lanes: gutter g is 2g, lane c is 2c + 1."""

    graph: Graph
    row_of: dict[str, int]
    cells: dict[tuple[int, int], Node]
    rows: int

    def node(self, key: str) -> Node:
        return next(node for node in self.graph.nodes if node.key == key)

    def lane_of(self, key: str) -> int:
        return next(node.lane for node in self.graph.nodes if node.key == key)


def place(graph: Graph) -> Grid:
    """The same graph gives the same grid."""
    row_of: dict[str, int] = {}
    cells: dict[tuple[int, int], Node] = {}
    before: dict[str, list[str]] = {}
    for edge in graph.edges:
        if not edge.back:
            before.setdefault(edge.target, []).append(edge.source)
    last = -1
    for node in graph.nodes:
        above = [row_of[key] for key in before.get(node.key, ()) if key in row_of]
        row = max(above) + 1 if above else _first_row(node, last)
        while (row, node.lane) in cells:
            row += 1
        cells[row, node.lane] = node
        row_of[node.key] = last = row
    return Grid(graph, row_of, cells, max(row_of.values()) + 1)


def _first_row(node: Node, last: int) -> int:
    """A node that nothing above leads to stands below the one that was written before it."""
    return last + 1 if node.shape in ("do", "decide", "end", "link") else 0
