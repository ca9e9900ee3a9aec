"""The columns of a table to import, and what a cell of each may say."""

import datetime
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accounts.asked import number
from registers.importing.words import plain

YES, NO = "是", "否"
_FLAGS = {"是": True, "√": True, "有": True, "1": True, "对": True, "Y": True}
_FLAGS |= {"否": False, "×": False, "无": False, "0": False, "X": False, "N": False, "不": False}
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_BETWEEN = re.compile(r"[\n;；、]+")
BIGGEST = 9999


class Unclear(ValueError):
    """A cell does not say what its column asks for: the sentence, and what to do."""

    def __init__(self, said: str, todo: str = "") -> None:
        super().__init__(said)
        self.said, self.todo = said, todo


@dataclass(frozen=True)
class Column:
    """``kind``: text, long, choice, flag, day, number, names. ``offers``: key of the ground's list of words.

    A choice must be one of the offered words (of any where none are offered), for other kinds they are a drop-down list
    that leaves other words free.
    """

    key: str
    title: str
    kind: str = "text"
    note: str = ""
    required: bool = False
    longest: int = 200
    width: int = 14
    offers: str = ""
    other: tuple[str, ...] = ()  # titles that mean the same

    @property
    def titles(self) -> frozenset[str]:
        return frozenset(plain(title) for title in (self.title, f"{self.title}*", *self.other))


@dataclass(frozen=True)
class Table:
    """One sheet: ``name`` of the sheet, ``thing`` what a line is."""

    key: str
    name: str
    thing: str
    columns: tuple[Column, ...]

    def column(self, key: str) -> Column:
        return next(column for column in self.columns if column.key == key)


def value_of(column: Column, text: str, offered: Mapping[str, Any]) -> Any:
    """What a cell that is not empty says. Raises Unclear."""
    if column.kind == "flag":
        return _flag(text)
    if column.kind == "day":
        return _day(text)
    if column.kind == "number":
        return _number(text)
    if column.kind == "choice" and offered:
        return _choice(text, offered)
    if column.kind == "names":
        names = [part.strip().removeprefix("《").removesuffix("》") for part in _BETWEEN.split(text)]
        return tuple(dict.fromkeys(name for name in names if name))
    said = text if column.kind == "long" else " ".join(text.split())
    if len(said) > column.longest:
        raise Unclear(f"有{len(said)}个字，最多{column.longest}个字。", "请缩短。")
    return said


def _flag(text: str) -> bool:
    said = unicodedata.normalize("NFKC", text).strip().upper()
    if said not in _FLAGS:
        raise Unclear(f"写的是“{text[:20]}”。", f"请写“{YES}”或“{NO}”，空着就是不写。")
    return _FLAGS[said]


def _day(text: str) -> datetime.date:
    found = _DAY.fullmatch(unicodedata.normalize("NFKC", text).strip())
    try:
        return datetime.date(*(int(part) for part in found.groups())) if found else None or _no_day(text)
    except ValueError:
        return _no_day(text)


def _no_day(text: str) -> datetime.date:
    raise Unclear(f"“{text[:20]}”不是日期。", "请写成 2012-03-01 这样。")


def _number(text: str) -> int:
    said = number(unicodedata.normalize("NFKC", text).strip())
    if said is None or said > BIGGEST:
        raise Unclear(f"“{text[:20]}”不是次序。", f"请写 0 到 {BIGGEST} 的整数。")
    return said


def _choice(text: str, offered: Mapping[str, Any]) -> Any:
    words = {plain(word).removesuffix("类"): value for word, value in offered.items()}
    said = plain(text).removesuffix("类")
    if said not in words:
        some = "、".join(list(offered)[:12])
        raise Unclear(f"没有“{text[:20]}”这一项。", f"请从下拉列表中选：{some}{'等' if len(offered) > 12 else ''}。")
    return words[said]
