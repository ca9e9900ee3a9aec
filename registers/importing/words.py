"""The words of a table against the words of a scheme: levels and kinds. Nothing is guessed."""

import re
import unicodedata

from registers.schemes.model import SchemeSpec

_BLANKS = re.compile(r"\s+")
_COUNTED = re.compile(r"\d+个?[^\d]+")


class UnknownWord(ValueError):
    """The scheme has no such word; ``str()`` says what is wrong, ``todo`` what to do."""

    def __init__(self, said: str, todo: str):
        super().__init__(said)
        self.todo = todo


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


def rank_of(spec: SchemeSpec, text: str) -> int | None:
    """The rank that a cell names; None for an empty cell. Raises UnknownWord.

    Levels are compared as whole words: 一级 of one scheme is the gravest, of another the lightest, so that only the
    scheme of the cycle decides.
    """
    word = plain(text)
    if not word:
        return None
    words = level_words(spec)
    if word in words:
        return words[word]
    names = "、".join(level.name for level in spec.levels)
    if re.search(r"\d", word) and _COUNTED.match(word):
        raise UnknownWord(
            f"“{text}”写的是各等级的个数，没有说明哪一个风险点是哪一级。",
            f"请把每个风险点拆成一行、各写等级（{names}），或清空这一格，导入后在填写页逐点选定。",
        )
    raise UnknownWord(f"方案没有“{text}”这个等级。", f"可写的等级：{names}。不能确定的先清空。")


def kind_of(spec: SchemeSpec, scope: str, text: str) -> tuple[str, str]:
    """(kind key, class key) that a cell names, one of them empty; both empty when the scheme has no such word."""
    word = _stem(text)
    for kind in spec.kinds_of(scope):
        if _stem(kind.name) == word:
            return kind.key, ""
    for klass in spec.classes:
        if _stem(klass.name) == word:
            return "", klass.key
    return "", ""


def option_of(options, text: str) -> str:
    """The key of the option that is written so; "" for none."""
    word = plain(text)
    return next((option.key for option in options if plain(option.name) == word), "")


def _stem(text: str) -> str:
    word = plain(text)
    return word.removesuffix("风险点").removesuffix("风险") or word
