"""去向 as people write it: 同意：4；不同意：2. One branch for each part between semicolons.

A branch is its word and where it goes: a number (4, 第4步), the name of a step, or 结束. Without a word it is the way
that is always taken; 同意转4 and 退回第2步 are read as well.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from accounts.asked import number
from paper.flow import END

END_WORDS = ("结束", "终止", "办结", "完毕", "流程结束")
LOST = "？"  # where a step was deleted that a branch led to
# Between branches: a semicolon; or a comma behind a number where another condition with its colon follows.
_BETWEEN = re.compile(r"([;；\n]+|(?<=[\d步束结止])\s*[,，、。]\s*(?=[^;；\n\d]+[:：→]))")
_COLON = re.compile(r"^(?P<label>.*?)(?P<mark>\s*(?:[:：]|→|—>|->|=>)\s*)(?P<target>[^:：→]*)$", re.DOTALL)
_TAIL = re.compile(
    r"^(?P<label>.*?)(?P<mark>[转至到回]?\s*(?:第\s*)?)(?P<number>\d+)(?P<end>\s*(?:个)?(?:步|环节|号)?)$"
)
_SEVERAL = re.compile(r"(\s*[、,，/]\s*)")
_NUMBER = re.compile(r"^(?:第|步骤|环节)?\s*(\d+)\s*(?:个)?(?:步|环节|号)?$")


@dataclass(frozen=True)
class Lead:
    """``to`` is the number of a step or END; None where the words do not say it, then ``target`` holds them."""

    label: str
    target: str
    to: int | None


def read(text: str, names: Mapping[str, int] | None = None) -> tuple[Lead, ...]:
    """The branches that a text speaks of. `names`: numbers by the names of steps that occur once."""
    names = names or {}
    found: list[Lead] = []
    for part in _BETWEEN.split(text)[::2]:
        if piece := unicodedata.normalize("NFKC", part).strip(" 。."):
            found += _leads(piece, names)
    return tuple(found)


def _leads(piece: str, names: Mapping[str, int]) -> list[Lead]:
    if colon := _COLON.match(piece):
        targets = [part for part in _SEVERAL.split(colon["target"]) if not _SEVERAL.fullmatch(part)]
        return [Lead(_shown(colon["label"]), target.strip(), _number(target.strip(), names)) for target in targets]
    if (whole := _number(piece, names)) is not None:
        return [Lead("", piece, whole)]
    targets = [part.strip() for part in _SEVERAL.split(piece) if not _SEVERAL.fullmatch(part)]
    numbers = [_number(target, names) for target in targets]
    if all(number is not None for number in numbers):
        return [Lead("", target, number) for target, number in zip(targets, numbers, strict=True)]
    if tail := _TAIL.match(piece):
        word = tail["label"] + ("回" if tail["mark"].startswith("回") else "")
        return [Lead(_shown(word.rstrip("，, ")), tail["number"], int(tail["number"]))]
    for word in END_WORDS:
        if piece.endswith(word):
            return [Lead(_shown(piece.removesuffix(word).rstrip("转至到，, ")), word, END)]
    return [Lead("", piece, None)]


def _shown(label: str) -> str:
    """As it was typed, with the full-width signs that the normal form took away."""
    return label.strip().replace(",", "，").replace("(", "（").replace(")", "）")


def _number(target: str, names: Mapping[str, int]) -> int | None:
    if target in names:
        return names[target]
    if target in END_WORDS:
        return END
    if (said := _NUMBER.match(target)) and len(said[1]) < 5:
        return int(said[1])
    return None


def renumbered(text: str, numbers: Mapping[int, int | None]) -> str:
    """The text after steps moved: `numbers` maps old to new, None for a step that is gone."""

    def moved(said: str) -> str:
        old = number(said)
        new = said if old is None else numbers.get(old, old)
        return LOST if new is None else str(new)

    parts = []
    for place, piece in enumerate(_BETWEEN.split(text)):
        if place % 2:
            parts.append(piece)
        elif colon := _COLON.match(piece):
            targets = "".join(_moved(part, moved) for part in _SEVERAL.split(colon["target"]))
            parts.append(f"{colon['label']}{colon['mark']}{targets}")
        elif all(_NUMBER.match(part.strip()) for part in _SEVERAL.split(piece) if not _SEVERAL.fullmatch(part)):
            parts.append("".join(_moved(part, moved) for part in _SEVERAL.split(piece)))
        elif tail := _TAIL.match(piece):
            parts.append(f"{tail['label']}{tail['mark']}{moved(tail['number'])}{tail['end']}")
        else:
            parts.append(piece)
    return "".join(parts)


def _moved(target: str, moved) -> str:
    return re.sub(r"\d+", lambda found: moved(found[0]), target) if _NUMBER.match(target.strip()) else target
