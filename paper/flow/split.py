"""A long procedure in parts that are no higher than a printed page."""

from paper.flow.graph import build
from paper.flow.grid import place
from paper.flow.layout import Picture, lay_out
from paper.flow.model import Flow

PAGE_WIDTH, PAGE_HEIGHT = 650, 870  # of the text on A4 upright, in pixels, with room for a heading


def pictures(flow: Flow) -> list[Picture]:
    """As few parts as fit; a part of one step is taken as it is."""
    whole = lay_out(build(flow))
    if fits(whole) or len(flow.steps) == 1:
        return [whole]
    rows = place(build(flow)).row_of
    order = sorted((step.number for step in flow.steps), key=lambda number: (rows[str(number)], number))
    least = max(2, int(whole.height / limit(whole)))
    for count in range(least, len(order)):
        if found := _fitting(flow, _even(order, count)):
            return found
    return [lay_out(build(flow, (number,))) for number in order]


def _fitting(flow: Flow, pieces: list[list[int]]) -> list[Picture]:
    """The parts, or nothing as soon as one of them is too high."""
    found = []
    for chosen in pieces:
        picture = lay_out(build(flow, tuple(chosen)))
        if not fits(picture):
            return []
        found.append(picture)
    return found


def fits(picture: Picture) -> bool:
    """Whether it is no higher than a page once it is as wide as one."""
    return picture.height <= limit(picture)


def limit(picture: Picture) -> float:
    return PAGE_HEIGHT * max(1.0, picture.width / PAGE_WIDTH)


def _even(order: list[int], count: int) -> list[list[int]]:
    """The order cut into pieces whose lengths differ by one at most."""
    ends = [len(order) * place // count for place in range(count + 1)]
    return [order[start:end] for start, end in zip(ends, ends[1:], strict=False)]
