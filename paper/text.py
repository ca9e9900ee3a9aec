"""Text as it may stand on a paper: no character that a workbook, a page or a printer trips over."""

import datetime
import re
from decimal import Decimal

# Not allowed in XML, or never meant to be seen: C0/C1 controls, lone surrogates, non-characters, and the
# direction overrides, with which a text can be made to read differently from what it says.
_ALWAYS = "\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff"
_UNWANTED = re.compile(f"[{_ALWAYS}]")
_SUSPECT = re.compile(f"[{_ALWAYS}\t\u2028\u2029]")


def clean(value: str) -> str:
    """The text without control characters; line ends become \\n, tabs become spaces."""
    if not _SUSPECT.search(value):
        return value
    value = value.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return _UNWANTED.sub("", value.replace("\t", " "))


def plain(value: object) -> str:
    """What a value looks like on paper: nothing for None, 2026年2月15日 for a date, a number without exponent."""
    if value is None:
        return ""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, datetime.date):
        return chinese_date(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    return clean(str(value))


def chinese_date(day: datetime.date | None) -> str:
    """2026年2月15日, as on an official paper; empty for None."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def grouped(digest: str) -> str:
    """A digest in groups of four, so that people can compare it."""
    return " ".join(digest[start : start + 4] for start in range(0, len(digest), 4))
