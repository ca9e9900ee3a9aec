"""Numbered lists inside one cell: "1.…；2.…", "1、", "（1）", "①", "一、" become their items."""

import re
import unicodedata
from functools import lru_cache

CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
HAN = "一二三四五六七八九十"
BEFORE = r"(?:(?<=^)|(?<=[\s;；。，,、:：）)!！?？…”]))"  # a number counts as a mark only where an item may begin
STYLES = (
    re.compile(BEFORE + r"[\s]*(?P<n>[0-9０-９]{1,2})\s*(?:[、．)）]|\.(?![0-9]))\s*", re.M),
    re.compile(r"\s*[(（]\s*(?P<n>[0-9０-９]{1,2})\s*[)）]\s*"),
    re.compile(rf"\s*(?P<n>[{CIRCLED}])\s*"),
    re.compile(BEFORE + rf"\s*(?P<n>[{HAN}]{{1,3}})\s*[、．.]\s*", re.M),
    re.compile(rf"\s*[(（]\s*(?P<n>[{HAN}]{{1,3}})\s*[)）]\s*"),
)
ROW_MARK = re.compile(r"^\s*(?:[0-9０-９]{1,3}\s*(?:[、．)）]|\.(?![0-9]))|[(（][0-9０-９]{1,3}[)）])\s*(?=\S)")
ENDS = ";；。 \t\n\u3000"


def value(mark: str) -> int:
    """The number that a mark stands for; 0 for none."""
    if mark in CIRCLED:
        return CIRCLED.index(mark) + 1
    if mark[0] in HAN:
        return _han(mark)
    text = unicodedata.normalize("NFKC", mark)
    return int(text) if text.isdecimal() else 0


def _han(mark: str) -> int:
    if "十" not in mark:
        return HAN.index(mark) + 1 if len(mark) == 1 else 0
    tens, _, ones = mark.partition("十")
    if (tens and tens not in HAN[:9]) or (ones and ones not in HAN[:9]):
        return 0
    return (HAN.index(tens) + 1 if tens else 1) * 10 + (HAN.index(ones) + 1 if ones else 0)


@lru_cache(maxsize=4096)
def split(text: str) -> tuple[str, list[str]]:
    """The words before the list, and its items; no items when the text is no list.

    Marks count 1, 2, 3 … without a gap; the style that begins first wins, so that lists inside items stay whole.
    """
    best: list[re.Match] = []
    for style in STYLES:
        marks = _sequence(style, text)
        if marks and (not best or marks[0].start() < best[0].start()):
            best = marks
    if not best:
        return text.strip(), []
    edges = [mark.start() for mark in best[1:]] + [len(text)]
    items = [text[mark.end() : end].strip(ENDS) for mark, end in zip(best, edges, strict=True)]
    return text[: best[0].start()].strip(), [item for item in items if item]


def items(text: str) -> list[str]:
    """The items of a cell that is a list from its first letter on; else the whole cell as the only one.

    A single number in front ("2、…" where each row of the table is numbered so) is order, not content.
    """
    if not text.strip():
        return []
    lead, found = split(text)
    return list(found) if found and not lead else [ROW_MARK.sub("", text.strip(), count=1)]


def is_list(text: str) -> bool:
    """Whether the cell is a numbered list from its first letter on."""
    lead, found = split(text)
    return bool(found) and not lead


def title_and_steps(text: str) -> tuple[str, str]:
    """职权内容 as published: a name, and behind a colon its numbered steps as they are written; "" without any."""
    lead, found = split(text)
    if lead and found and lead[-1] in ":：":
        return lead.rstrip(":： "), text[text.index(lead) + len(lead) :].strip()
    return text.strip(), ""


def _sequence(style: re.Pattern, text: str) -> list[re.Match]:
    found: list[re.Match] = []
    for mark in style.finditer(text):
        if value(mark.group("n")) == len(found) + 1:
            found.append(mark)
    return found
