"""The words of a letter: the scheme's text with its places filled. Pure."""

import datetime
from collections.abc import Mapping, Sequence

from paper.text import chinese_date
from registers.schemes.letter_model import LetterRule

_NO_POINTS = "（未指明具体风险点）"


def points_said(points: Sequence[Mapping[str, str]]) -> str:
    """The cited risk points in one sentence: 擅自变更规划条件（一级）；…."""
    said = "；".join(f"{one['name']}（{one['level']}）" if one.get("level") else one["name"] for one in points)
    return said or _NO_POINTS


def paragraphs(
    rule: LetterRule,
    *,
    subject: str,
    bureau: str,
    source: str,
    facts: str,
    demand: str,
    points: Sequence[Mapping[str, str]],
    due_on: datetime.date | None,
) -> list[str]:
    """The paragraphs of the letter. A line about points is left out where none is cited; so is an empty paragraph.

    Without a due day the sentence that names it is left out.
    """
    values = {
        "subject": subject,
        "bureau": bureau,
        "organ": organ(rule, bureau),
        "source": source or "工作",
        "demand": _ended(demand),
        "points": _ended(points_said(points)),
        "due": chinese_date(due_on),
    }
    found: list[str] = []
    for line in rule.text.split("\n"):
        if "{points}" in line and not points:
            continue
        if "{due}" in line and due_on is None:
            line = "。".join(part for part in line.split("。") if "{due}" not in part)
        if line.strip() == "{facts}":
            found += [part.strip() for part in facts.splitlines()]
        else:
            found.append(line.format(**values, facts=facts.strip()))
    return [line for line in found if line.strip()]


def organ(rule: LetterRule, bureau: str) -> str:
    """Who signs the letter."""
    return rule.organ.format(bureau=bureau)


def _ended(text: str) -> str:
    """With a full stop at the end, once."""
    text = text.strip()
    return text if not text or text[-1] in "。！？；" else f"{text}。"
