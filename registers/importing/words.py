"""The words of a table against the words of a scheme: levels and kinds. Nothing is guessed."""

import re
import unicodedata
from functools import lru_cache

from registers.schemes.model import SchemeSpec

_BLANKS = re.compile(r"\s+")
_BETWEEN = re.compile(r"[、，,；;和及]")
_GRAVITY = re.compile("[高中低重大较般轻小特极一二三四五甲乙丙丁红橙黄蓝A-EIV]")  # some word of gravity
_COUNTS = (
    re.compile(r"(?P<n>\d{1,3})[个处项]?(?P<word>[^\d]{1,8})"),
    re.compile(r"(?P<word>[^\d]{1,8})(?P<n>\d{1,3})[个处项]?"),
)


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """Half-width, without blanks."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text))


def level_words(spec: SchemeSpec) -> dict[str, int]:
    """Every way of writing a level of this scheme → its rank; a way that two levels share is left out."""
    found: dict[str, set[int]] = {}
    for level in spec.levels:
        name = plain(level.name)
        ways = {name, plain(level.label), f"{name}风险", f"{name}等级", f"{name}风险点"}
        if not name.endswith("级"):
            ways |= {f"{name}级", f"{name}级风险"}
        for way in ways:
            found.setdefault(way, set()).add(level.rank)
    return {way: ranks.pop() for way, ranks in found.items() if len(ranks) == 1}


def counted(text: str) -> list[tuple[str, int]]:
    """(word, how many) of a cell such as “1中2低” or “高1个、低2个”; nothing when it says anything else."""
    word = _BETWEEN.sub("", plain(text))
    for order in _COUNTS:
        found = list(order.finditer(word))
        if found and "".join(match.group() for match in found) == word:
            pairs = [(match.group("word"), int(match.group("n"))) for match in found]
            if all(_GRAVITY.search(said) for said, _ in pairs):
                return pairs
    return []


def kind_of(spec: SchemeSpec, scope: str, text: str) -> tuple[str, str]:
    """(kind key, class key) that a cell names, one of them empty; both empty when the scheme has no such word."""
    word = _stem(text)
    for kind in spec.kinds_of(scope):
        if _stem(kind.name) == word:
            return kind.key, ""
    return "", class_of(spec, text)


def class_of(spec: SchemeSpec, text: str) -> str:
    """The key of the class of business that a cell names; "" for none."""
    word = _stem(text)
    return next((klass.key for klass in spec.classes if _stem(klass.name) == word), "")


def option_of(options, text: str) -> str:
    """The key of the option that is written so; "" for none."""
    word = plain(text)
    return next((option.key for option in options if plain(option.name) == word), "")


def _stem(text: str) -> str:
    word = plain(text)
    return word.removesuffix("风险点").removesuffix("风险") or word
