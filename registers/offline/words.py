"""How a value is written in a cell and read again: drop-down words that name one thing each, texts, dates."""

import datetime
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from registers.importing.extract import clean

DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
BLANKS = str.maketrans({"\t": " ", "\u00a0": " ", "\u2028": "\n", "\u2029": "\n"})
INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
STANDING = ("长期", "长期坚持", "—", "-")
Pairs = list[tuple[str, Any]]  # word → value


def written(text: str) -> str:
    """A text as it is written into a cell."""
    return clean(text)


def seen(text: str) -> str:
    """A written text as it is read again, also after another program has saved the workbook."""
    return fold(clean(clean(text)))


def fold(text: str) -> str:
    """The text without what a workbook or a program may change unasked: kinds of blanks, signs that nobody sees."""
    lines = INVISIBLE.sub("", text.translate(BLANKS)).split("\n")
    return "\n".join(line.strip(" \u3000") for line in lines).strip()


def named(options: Iterable[tuple[Any, str, str]]) -> Pairs:
    """Words for (value, name, group) that are all different: the group, and at last the value, tell namesakes apart."""
    found = [(value, _line(name) or "（无名）", _line(group)) for value, name, group in options]
    for told in (
        lambda value, word, group: f"{word}（{group}）" if group else word,
        lambda v, word, g: f"{word}〔{v}〕",
    ):
        often = Counter(seen(word) for _, word, _ in found)
        found = [(v, told(v, word, g) if often[seen(word)] > 1 else word, g) for v, word, g in found]
    return [(word, value) for value, word, _ in found]


def _line(text: str) -> str:
    return " ".join(written(text or "").split())


class Words:
    """The lists of one issued form, in both directions."""

    def __init__(self, lists: dict[str, Pairs]):
        self.lists = lists
        self._words = {name: {value: word for word, value in pairs} for name, pairs in lists.items()}
        self._values = {name: {seen(word): value for word, value in pairs} for name, pairs in lists.items()}

    def word(self, choices: str, value: Any) -> str:
        """What is written for a value; "" for none."""
        return "" if value in (None, "") else self._words[choices].get(value, "")

    def value(self, choices: str, text: str) -> Any:
        """The value of a word; None when no option is called so."""
        return self._values[choices].get(fold(text))


def day(text: str) -> datetime.date | None:
    """The date that somebody wrote; None for a standing control. Raises ValueError."""
    if not text or text in STANDING:
        return None
    match = DATE.fullmatch(text.removesuffix(" 00:00"))
    if match is None:
        raise ValueError(text)
    return datetime.date(*(int(part) for part in match.groups()))
