"""Breaking a text into lines of so many Chinese characters."""

import re
from functools import lru_cache

from paper.measure import width_of

_PIECES = re.compile(r"[A-Za-z0-9.%/_-]+|\s+|.", re.DOTALL)
_NEVER_FIRST = set("，。、；：？！）》」』】〕”’%")
_NEVER_LAST = set("（《「『【〔“‘")


@lru_cache(maxsize=8192)  # a long procedure is laid out many times before its parts fit
def wrap(text: str, room: float) -> tuple[str, ...]:
    """The lines of a text where `room` Chinese characters go on one; words and numbers stay whole if they fit."""
    room = max(room, 1.0)
    lines, line = [], ""
    for piece in _pieces(text, room):
        if piece.isspace():
            line += " " if line else ""
        elif width_of(line + piece) <= room or not line:
            line += piece
        elif piece in _NEVER_FIRST and width_of(line + piece) <= room + 1:
            line += piece  # a stop may hang into the margin
        else:
            keep = ""
            moved = piece in _NEVER_FIRST or line[-1] in _NEVER_LAST
            if moved and len(line) > 1 and line[-2] not in _NEVER_LAST:
                line, keep = line[:-1], line[-1]
            lines.append(line.rstrip())
            line = keep + piece
    if line.strip():
        lines.append(line.rstrip())
    return tuple(lines)


@lru_cache(maxsize=8192)
def balanced(text: str, room: float) -> tuple[str, ...]:
    """As many lines as `wrap` needs, of about the same length: no last line of one character."""
    best = lines = wrap(text, room)
    while len(lines) == len(best) and room > 2:
        best, room = lines, room - 0.5
        lines = wrap(text, room)
    return best


def _pieces(text: str, room: float) -> list[str]:
    found = []
    for piece in _PIECES.findall(text):
        found += [piece] if width_of(piece) <= room else list(piece)
    return found
