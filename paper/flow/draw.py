"""The picture as SVG: escaped, no style attributes, no ids, no scripts; readable in black and white."""

from collections.abc import Iterable

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from paper.flow import boxes as sizes
from paper.flow.boxes import SMALL, Box
from paper.flow.layout import LABEL_LINE, Label, Line, Picture
from paper.flow.model import Flow
from paper.flow.split import pictures
from paper.measure import width_of

INK, GREY, PALE = "#1b2632", "#5a6777", "#c2cbd6"
MARGIN = 2  # around everything, for the thickness of lines
# Of the badge: fill, frame, text. The gravest is dark, so that it is so in black and white as well.
TONES = {
    "grave": ("#8f1616", "#8f1616", "#ffffff"),
    "middle": ("#f3d9a4", "#7d4b00", "#3d2500"),
    "light": ("#ffffff", "#2a584b", "#1c3d34"),
    "": ("#ffffff", "#1b2632", "#1b2632"),
}


def draw(flow: Flow, *, family: str = "") -> SafeString:
    """All parts in one <div class="flow">. `family` is a CSS list of fonts, for a printer that knows no classes."""
    name = escape(f"流程图：{flow.name}")
    drawn = "".join(parts(flow, family=family))
    return mark_safe(f'<div class="flow" role="region" tabindex="0" aria-label="{name}">{drawn}</div>')  # noqa: S308


def parts(flow: Flow, *, family: str = "") -> list[SafeString]:
    """One SVG for each part, none higher than an A4 page at the width of its text."""
    found = pictures(flow)
    many = len(found)
    names = [f"{flow.name}（第{number}部分，共{many}部分）" if many > 1 else flow.name for number in range(1, many + 1)]
    return [
        mark_safe(_svg(picture, name, family))  # noqa: S308 - every text went through escape()
        for picture, name in zip(found, names, strict=True)
    ]


def _svg(picture: Picture, name: str, family: str) -> str:
    width, height = picture.width + 2 * MARGIN, picture.height + 2 * MARGIN
    font = f' font-family="{escape(family)}"' if family else ""
    size = sizes.type_size(max(1, len(picture.heads)))
    content = "".join(
        [
            *_lanes(picture, size),
            *(_line(line) for line in picture.lines),
            *(_box(box, size) for box in picture.boxes),
            *(_label(label) for label in picture.labels),
        ]
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="flow-part" role="img" aria-label="流程图：{escape(name)}" '
        f'width="{_n(width)}" height="{_n(height)}" viewBox="{-MARGIN} {-MARGIN} {_n(width)} {_n(height)}"{font}>'
        f'<rect x="{-MARGIN}" y="{-MARGIN}" width="{_n(width)}" height="{_n(height)}" fill="#ffffff"/>{content}</svg>'
    )


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _points(points: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{_n(x)},{_n(y)}" for x, y in points)


def _text(text: str, x: float, y: float, size: float, *, fill: str = INK, anchor: str = "middle", bold=False) -> str:
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text class="flow-text" x="{_n(x)}" y="{_n(y)}" font-size="{size}" fill="{fill}" '
        f'text-anchor="{anchor}"{weight}>{escape(text)}</text>'
    )


def _lanes(picture: Picture, size: int) -> list[str]:
    """Heads with the names of who acts, and a thin line between the lanes."""
    if not picture.heads:
        return []
    found = []
    for head in picture.heads:
        found.append(
            f'<rect class="flow-lane" x="{_n(head.left)}" y="0" width="{_n(head.right - head.left)}" '
            f'height="{_n(picture.height)}" fill="none" stroke="{PALE}"/>'
            f'<rect class="flow-head" x="{_n(head.left)}" y="0" width="{_n(head.right - head.left)}" '
            f'height="{_n(picture.top)}" fill="#edf1f5" stroke="{GREY}"/>'
        )
        y = (picture.top - len(head.lines) * size * sizes.LINE) / 2 + size
        for place, text in enumerate(head.lines):
            middle = (head.left + head.right) / 2
            found.append(_text(text, middle, y + place * size * sizes.LINE, size, bold=True))
    return found


def _line(line: Line) -> str:
    """An edge with its head; a way back is dashed."""
    dashed = ' stroke-dasharray="5 3"' if line.edge.back else ""
    x, y = line.points[-1]
    return (
        f'<polyline class="flow-edge" points="{_points((*line.points[:-1], (x, y - 5)))}" fill="none" '
        f'stroke="{INK}" stroke-width="1.2"{dashed}/>'
        f'<polygon points="{_points([(x, y), (x - 4, y - 8), (x + 4, y - 8)])}" fill="{INK}"/>'
    )


def _box(box: Box, size: int) -> str:
    step = box.node.step
    told = [box.node.text, *(f"{word}：{text}" for word, text in _facts(step) if text)]
    return (
        f'<g class="flow-step"><title>{escape("；".join(told))}</title>{_frame(box)}{"".join(_content(box, size))}</g>'
    )


def _facts(step) -> list[tuple[str, str]]:
    if step is None:
        return []
    risk = f"{step.risk.text}" if step.risk else ""
    return [("承办", step.lane), ("时限", step.time_limit), ("廉政风险", risk), ("说明", step.note)]


def _frame(box: Box) -> str:
    shape = box.node.shape
    thick = "2.2" if box.node.risk else "1.2"
    dashed = ' stroke-dasharray="3 3"' if box.node.loose else ""
    look = f'class="flow-box" fill="#ffffff" stroke="{INK}" stroke-width="{thick}"{dashed}'
    if shape == "decide":
        return f'<polygon points="{_points(_diamond(box))}" {look}/>'
    radius = box.height / 2 if shape in ("start", "stop", "link", "end") else 3
    radius = min(radius, 22)
    grey = look.replace("#ffffff", "#edf1f5") if shape in ("start", "stop") else look
    return (
        f'<rect x="{_n(box.left)}" y="{_n(box.top)}" width="{_n(box.width)}" height="{_n(box.height)}" '
        f'rx="{_n(radius)}" {grey}/>'
    )


def _diamond(box: Box) -> list[tuple[float, float]]:
    left, right, middle = (box.left, box.centre), (box.right, box.centre), box.middle
    if not box.flat:
        return [left, (middle, box.top), right, (middle, box.bottom)]
    inner = (box.left + sizes.NOTCH, box.right - sizes.NOTCH)
    return [
        left,
        (inner[0], box.top),
        (inner[1], box.top),
        right,
        (inner[1], box.bottom),
        (inner[0], box.bottom),
    ]


def _content(box: Box, size: int) -> list[str]:
    """Name, time limit and mark of risk, in the middle of the box."""
    line = size * sizes.LINE
    badge = sizes.BADGE + 3 if box.badge else 0
    tall = len(box.lines) * line + len(box.small) * sizes.SMALL_LINE + badge
    y = box.centre - tall / 2
    found = [_text(text, box.middle, y + place * line + size, size) for place, text in enumerate(box.lines)]
    y += len(box.lines) * line
    for place, text in enumerate(box.small):
        found.append(_text(text, box.middle, y + place * sizes.SMALL_LINE + SMALL, SMALL, fill=GREY))
    if box.badge:
        found.append(_badge(box, y + len(box.small) * sizes.SMALL_LINE + 2))
    return found


def _badge(box: Box, top: float) -> str:
    """A warning triangle and the level's name, on the colour of its tone."""
    fill, edge, ink = TONES[box.node.risk.tone]
    width = sizes.badge_width(box.badge)
    left = box.middle - width / 2
    sign = [(left + 11, top + 4), (left + 6, top + 13.5), (left + 16, top + 13.5)]
    return (
        f'<rect class="flow-risk" x="{_n(left)}" y="{_n(top)}" width="{_n(width)}" height="{sizes.BADGE}" rx="3" '
        f'fill="{fill}" stroke="{edge}"/>'
        f'<polygon points="{_points(sign)}" fill="none" stroke="{ink}" stroke-width="1.3"/>'
        f'<path d="M{_n(left + 11)} {_n(top + 7.2)}v2.8M{_n(left + 11)} {_n(top + 11.2)}v1.2" stroke="{ink}"/>'
        + _text(box.badge, left + 19, top + 13, SMALL, fill=ink, anchor="start", bold=True)
    )


def _label(label: Label) -> str:
    """The word at a branch, beside the beginning of its edge; on white, where several edges leave side by side."""
    width = max(width_of(text) for text in label.lines) * SMALL
    left = label.x if label.anchor == "start" else label.x - width
    height = (len(label.lines) - 1) * LABEL_LINE + SMALL
    paper = (
        f'<rect x="{_n(left)}" y="{_n(label.y - SMALL + 2)}" width="{_n(width)}" height="{_n(height)}" fill="#ffffff"/>'
    )
    return paper + "".join(
        _text(text, label.x, label.y + place * LABEL_LINE, SMALL, anchor=label.anchor, bold=True)
        for place, text in enumerate(label.lines)
    )
