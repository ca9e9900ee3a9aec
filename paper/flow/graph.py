"""The diagram as nodes and edges: the steps with a start and an end, or one part of a long procedure.

In a part, a node 接第12步 stands where an edge comes in from another part, a node 转第13步 where one leaves.
"""

from dataclasses import dataclass

from paper.flow.model import END, Flow, Risk, Step

START_KEY, END_KEY = "start", "end"


@dataclass(frozen=True)
class Node:
    """``shape``: do, decide, end (a step), start, stop (开始, 结束), link (to another part)."""

    key: str
    shape: str
    text: str
    lane: int
    step: Step | None = None
    loose: bool = False  # no way leads here

    @property
    def risk(self) -> Risk | None:
        return self.step.risk if self.step else None


@dataclass(frozen=True)
class Edge:
    source: str
    target: str
    label: str
    back: bool


@dataclass(frozen=True)
class Graph:
    """Nodes in the order in which they are placed; an edge that is not ``back`` leads to a later one."""

    lanes: tuple[str, ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def build(flow: Flow, chosen: tuple[int, ...] = ()) -> Graph:
    """The graph of the whole flow, or of the steps of these numbers."""
    numbers = set(chosen or range(1, len(flow.steps) + 1))
    lanes = {lane: place for place, lane in enumerate(flow.lanes)}
    loose = {step.number for step in flow.unreachable()}
    nodes, edges = [], []
    for step in (step for step in flow.steps if step.number in numbers):
        key, lane = str(step.number), lanes[step.lane]
        if step.number == 1:
            nodes.append(Node(START_KEY, "start", "开始", lane))
            edges.append(Edge(START_KEY, key, "", False))
        if sources := [one.number for one in flow.steps if _enters(one, step, numbers)]:
            nodes.append(Node(f"from{key}", "link", f"接第{_listed(sources)}步", lane))
            edges.append(Edge(f"from{key}", key, "", False))
        nodes.append(Node(key, step.kind, f"{key}. {step.name}", lane, step, step.number in loose))
        edges += [_edge(step, branch, numbers) for branch in step.branches]
    return Graph(flow.lanes, (*nodes, *_ends(flow, numbers, edges, lanes)), tuple(edges))


def _enters(one: Step, step: Step, numbers: set[int]) -> bool:
    return one.number not in numbers and any(branch.to == step.number for branch in one.branches)


def _edge(step: Step, branch, numbers: set[int]) -> Edge:
    source, to = str(step.number), branch.to
    if to == END:
        return Edge(source, END_KEY, branch.label, False)
    if to not in numbers:
        return Edge(source, f"to{to}", branch.label, False)
    return Edge(source, str(to), branch.label, to <= step.number)


def _ends(flow: Flow, numbers: set[int], edges: list[Edge], lanes: dict[str, int]) -> list[Node]:
    """Nodes after the last step: one for each step elsewhere that an edge leads to, and the end of all."""
    lane_of = {str(step.number): lanes[step.lane] for step in flow.steps}
    found: dict[str, Node] = {}
    for edge in sorted(edges, key=lambda edge: edge.target == END_KEY):
        if edge.target.startswith("to"):
            text = f"转第{edge.target[2:]}步"
            found.setdefault(edge.target, Node(edge.target, "link", text, lane_of[edge.source]))
        elif edge.target == END_KEY:
            found[END_KEY] = Node(END_KEY, "stop", "结束", lane_of[edge.source])  # in the lane of the last to get there
    return list(found.values())


def _listed(numbers: list[int]) -> str:
    told = "、".join(str(number) for number in numbers[:4])
    return f"{told}等" if len(numbers) > 4 else told
