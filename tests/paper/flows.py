"""Random procedures, and what must hold for the picture of any of them."""

from hypothesis import strategies as st

from paper.flow import END, Branch, Flow, Risk, Step
from paper.flow.boxes import SMALL
from paper.flow.layout import LABEL_LINE, Picture
from paper.measure import width_of

NAMES = ["受理", "审查申请材料和现场情况", "集体研究" * 12, "ABC-2024号文件核对", "甲" * 120, "决定（含听证）；送达"]
LABELS = ["", "同意", "不同意，退回重新审查", "是"]


@st.composite
def any_flow(draw, most: int = 14) -> Flow:
    """1 to `most` steps in up to 9 lanes, with branches to anywhere: ahead, back, to itself, out."""
    count = draw(st.integers(1, most))
    lanes = [f"第{n}岗" for n in range(draw(st.integers(1, 9)))] if draw(st.booleans()) else [""]
    steps = []
    for number in range(1, count + 1):
        kind = draw(st.sampled_from(["do", "do", "do", "decide", "decide", "end"]))
        targets = st.lists(st.integers(END, count), max_size=5)
        branches = [] if kind == "end" else [Branch(to, draw(st.sampled_from(LABELS))) for to in draw(targets)]
        if kind != "end" and draw(st.booleans()):
            branches.insert(0, Branch(number + 1 if number < count else END))
        risk = draw(st.sampled_from([None, None, Risk(), Risk("一级", "grave", 3)]))
        limit = draw(st.sampled_from(["", "", "3个工作日"]))
        lane = draw(st.sampled_from(lanes))
        steps.append(Step(number, draw(st.sampled_from(NAMES)), kind, lane, tuple(branches), limit, risk))
    return Flow("流程", tuple(steps))


def faults_of(picture: Picture) -> list[str]:
    """Whatever makes a picture wrong, as sentences."""
    return [*_boxes(picture), *_edges(picture), *_together(picture), *_labels(picture)]


def _boxes(picture: Picture) -> list[str]:
    found = []
    for place, box in enumerate(picture.boxes):
        if box.left < 0 or box.top < picture.top or box.right > picture.width or box.bottom > picture.height:
            found.append(f"{box.node.key} sticks out")
        for other in picture.boxes[place + 1 :]:
            apart = box.right < other.left or other.right < box.left
            if not apart and not (box.bottom < other.top or other.bottom < box.top):
                found.append(f"{box.node.key} and {other.node.key} overlap")
    return found


def _edges(picture: Picture) -> list[str]:
    found = []
    boxes = {box.node.key: box for box in picture.boxes}
    for line in picture.lines:
        name, source, target = f"{line.edge.source}→{line.edge.target}", boxes[line.edge.source], line.edge.target
        if not _on_frame(source, line.points[0]):
            found.append(f"{name} does not start at its box")
        top = boxes[target]
        if abs(line.points[-1][0] - top.middle) > 0.2 or abs(line.points[-1][1] - top.top) > 0.2:
            found.append(f"{name} does not end above its box")
        for (x1, y1), (x2, y2) in zip(line.points, line.points[1:], strict=False):
            if x1 != x2 and y1 != y2:
                found.append(f"{name} runs aslant")
            if min(x1, x2) < 0 or max(x1, x2) > picture.width or max(y1, y2) > picture.height or min(y1, y2) < 0:
                found.append(f"{name} leaves the picture")
            found += [f"{name} runs through {box.node.key}" for box in picture.boxes if _inside(box, x1, y1, x2, y2)]
        (x, y), (to_x, to_y) = line.points[-2:]
        if x != to_x or to_y - y < 8:
            found.append(f"{name} has no room for its head")
    return found


def _on_frame(box, point) -> bool:
    x, y = point
    side = abs(y - box.centre) < 0.2 and min(abs(x - box.left), abs(x - box.right)) < 0.2
    return side or (abs(y - box.bottom) < 0.2 and box.left + 8 < x < box.right - 8)


def _inside(box, x1, y1, x2, y2) -> bool:
    left, right, top, bottom = box.left + 0.3, box.right - 0.3, box.top + 0.3, box.bottom - 0.3
    return min(x1, x2) < right and max(x1, x2) > left and min(y1, y2) < bottom and max(y1, y2) > top


def _together(picture: Picture) -> list[str]:
    """Edges that lie on each other over some length, unless they go to the same box."""
    spans = []
    for line in picture.lines:
        for (x1, y1), (x2, y2) in zip(line.points, line.points[1:], strict=False):
            if y1 == y2:
                spans.append(("-", y1, min(x1, x2), max(x1, x2), line.edge))
            else:
                spans.append(("|", x1, min(y1, y2), max(y1, y2), line.edge))
    found = []
    for place, (way, at, low, high, edge) in enumerate(spans):
        for other_way, other_at, other_low, other_high, other in spans[place + 1 :]:
            if way == other_way and abs(at - other_at) < 1 and min(high, other_high) - max(low, other_low) > 0.5:
                if edge.target != other.target:
                    found.append(f"{edge.source}→{edge.target} lies on {other.source}→{other.target}")
    return found


def _labels(picture: Picture) -> list[str]:
    """Words at branches that lie on a box, on each other or outside."""
    found, places = [], []
    for label in picture.labels:
        width = max(width_of(line) for line in label.lines) * SMALL
        left = label.x if label.anchor == "start" else label.x - width
        places.append((left, label.y - 9, left + width, label.y + (len(label.lines) - 1) * LABEL_LINE + 2))
    for number, (left, top, right, bottom) in enumerate(places):
        name = picture.labels[number].lines
        if left < 0 or top < 0 or right > picture.width or bottom > picture.height:
            found.append(f"{name} sticks out")
        found += [f"{name} lies on {box.node.key}" for box in picture.boxes if _inside(box, left, top, right, bottom)]
        for other in places[number + 1 :]:
            if left < other[2] and other[0] < right and top < other[3] and other[1] < bottom:
                found.append(f"{name} lies on another label")
    return found
