"""How much room a text takes, in Chinese characters: good enough to give a row its height."""

import math
import unicodedata


def width_of(text: str) -> float:
    """The width of one line: 1 for a Chinese character, about a half for a Latin letter or digit."""
    return sum(1.0 if unicodedata.east_asian_width(sign) in "WFA" else 0.55 for sign in text)


def lines_needed(text: str, room: float) -> int:
    """The lines that `text` takes where `room` Chinese characters go on one line."""
    room = max(room, 1.0)
    return sum(max(1, math.ceil(width_of(line) / room)) for line in text.split("\n")) if text else 1
