"""How large each box is and what is written in it. Lengths are pixels of the screen (1/96 inch on paper)."""

from dataclasses import dataclass

from paper.flow.graph import Node
from paper.flow.wrapping import balanced, wrap
from paper.measure import width_of

LINE, SMALL_LINE, BADGE = 1.34, 15, 18  # a line of the name is this often its type size
PAD = 7
NOTCH = 14  # how far a flat decision is pointed at its sides
TALLEST_DIAMOND = 118
SMALL = 11
_WIDTHS = (190, 180, 158, 136, 112, 92, 80, 70, 64)


@dataclass(frozen=True)
class Box:
    """A node with its text, placed: ``left`` and ``top`` of its frame."""

    node: Node
    left: float
    top: float
    width: float
    height: float
    lines: tuple[str, ...]
    small: tuple[str, ...]  # the time limit
    badge: str = ""
    flat: bool = False

    @property
    def middle(self) -> float:
        return self.left + self.width / 2

    @property
    def centre(self) -> float:
        return self.top + self.height / 2

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height


def lane_width(lanes: int) -> int:
    return _WIDTHS[min(lanes, len(_WIDTHS)) - 1]


def type_size(lanes: int) -> int:
    """Of the names in boxes."""
    return 13 if lanes < 7 else 12


def badge_width(badge: str) -> float:
    return width_of(badge) * SMALL + 24 if badge else 0.0


def measured(node: Node, lanes: int, flat: bool) -> Box:
    """The box at no place yet. A decision is a diamond while its text is short and one edge leaves below."""
    wide, size = lane_width(lanes), type_size(lanes)
    if node.shape in ("start", "stop", "link"):
        width = min(wide, width_of(node.text) * size + 28)
        lines = wrap(node.text, (width - 12) / size)
        return Box(node, 0, 0, width, len(lines) * size * LINE + 10, lines, ())
    if node.shape == "decide" and not flat and (diamond := _diamond(node, wide, size)):
        return diamond
    notch = {"decide": NOTCH, "end": 8}.get(node.shape, 0)
    room = wide - 2 * PAD - notch
    lines = balanced(node.text, room / size)
    small, badge = _small(node, room), _badge(node, room)
    return Box(node, 0, 0, wide, _text_height(lines, small, badge, size) + 2 * PAD, lines, small, badge, True)


def _diamond(node: Node, wide: float, size: int) -> Box | None:
    """The lowest diamond of that width which holds the text; None if it would be too high."""
    best: Box | None = None
    for room in range(3, int(wide / size)):
        lines = wrap(node.text, room)
        small, badge = _small(node, room * size), _badge(node, wide * 0.6)
        widest = max(max(width_of(line) for line in lines) * size, badge_width(badge))
        widest = max([widest, *(width_of(line) * SMALL for line in small)])
        share = (widest + 8) / wide
        if share > 0.85:
            continue
        height = (_text_height(lines, small, badge, size) + 2) / (1 - share)
        if height <= TALLEST_DIAMOND and (best is None or height < best.height):
            best = Box(node, 0, 0, wide, height, lines, small, badge)
    return best


def _small(node: Node, room: float) -> tuple[str, ...]:
    limit = node.step.time_limit if node.step else ""
    return balanced(f"时限：{limit}", room / SMALL) if limit else ()


def _badge(node: Node, room: float) -> str:
    """The level's name as far as there is room; the number of points if there are several."""
    if not node.risk:
        return ""
    many = f"×{node.risk.points}" if node.risk.points > 1 else ""
    text = node.risk.text
    while badge_width(text + many) > room and len(text) > 2:
        text = text[:-1]
    return text + many if badge_width(text + many) <= room else text


def _text_height(lines: tuple, small: tuple, badge: str, size: int) -> float:
    return len(lines) * size * LINE + len(small) * SMALL_LINE + (BADGE + 3 if badge else 0)
