"""Finding personal data in a text before others read it: numbers of persons, phones, cards, plates, homes. Pure.

People write such numbers in many ways: full-width, spaced, in groups, in Chinese numerals, with invisible characters or
a line's end inside. `Views` brings a text to one form and remembers where each character stood; the patterns are in
`personal_patterns`. What belongs to an office (its telephone, mail and house in a field for contacts) is no such data:
`of_contact` leaves it out.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from registers import personal_patterns as patterns
from registers import personal_places

NAMES = {
    "id": "身份证号",
    "mobile": "手机号",
    "landline": "固定电话",
    "card": "银行卡号",
    "plate": "车牌号",
    "mail": "电子邮箱",
    "passport": "护照号",
    "permit": "通行证号",
    "address": "住址",
}
DIGITS = {word: str(number) for number, words in enumerate(patterns.NUMERALS) for word in words}
INVISIBLE = frozenset({"Cf", "Mn", "Me", "Cc"})
KEPT_CONTROLS = frozenset("\n\t\r")


@dataclass(frozen=True)
class Finding:
    """One piece of personal data. ``sure`` is False where its check digit is wrong or only words around it tell."""

    kind: str
    start: int
    end: int
    shown: str  # masked: never the datum itself
    sure: bool = True

    @property
    def name(self) -> str:
        """What it is called; a doubtful one says so."""
        return NAMES[self.kind] if self.sure else f"疑似{NAMES[self.kind]}"


@dataclass(frozen=True)
class Placed:
    """A finding, and where a person finds and mends it."""

    place: str
    finding: Finding
    datum: str  # as it stands in the text: only to tell one from another, never shown
    link: str = ""
    confirmable: bool = False  # in a field for contacts: somebody may say that it is the office's


def placed(place: str, text: str, *, link: str = "", contact: bool = False) -> list[Placed]:
    """What is found in one text, with its place. In a field for contacts the office's own is left out."""
    found = of_contact(text) if contact else find(text)
    return [
        Placed(place, one, text[one.start : one.end], link, confirmable=contact and to_be_confirmed(one))
        for one in found
    ]


def told(found: Iterable[Placed], most: int = 5) -> str:
    """The findings as a part of a sentence: where, what, masked."""
    found = list(found)
    parts = [f"{one.place}有{one.finding.name} {one.finding.shown}" for one in found[:most]]
    return "；".join(parts) + (f"，等{len(found)}处" if len(found) > most else "")


class Views:
    """One text in the forms that the patterns read, each with the place of every character in the original."""

    def __init__(self, text: str):
        plain, places = [], []
        for place, letter in enumerate(text):
            for part in _plain(letter):
                plain.append(part)
                places.append(place)
        self.text, self.places = "".join(plain), places
        self.narrow = _letters_as_digits(self.text)
        self.digits = _letters_as_digits("".join(DIGITS.get(letter, letter) for letter in self.text))
        kept = [at for at, letter in enumerate(self.text) if not letter.isspace()]
        self.close = "".join(self.text[at] for at in kept)
        self.close_places = [places[at] for at in kept]

    def lines(self, which: str) -> tuple[str, ...]:
        """What a pattern reads. Numerals are read as digits and as words: 电话…8 may be followed by 八条."""
        if which == "close":
            return (self.close,)
        return (self.narrow,) if self.narrow == self.digits else (self.narrow, self.digits)


def _plain(letter: str) -> str:
    """The character as it is compared: narrow, visible; nothing where it cannot be seen."""
    if letter.isascii():
        return letter if letter.isprintable() or letter in KEPT_CONTROLS else ""
    if letter.isspace():
        return " "
    if unicodedata.category(letter) in INVISIBLE:
        return ""
    if letter in patterns.CIRCLED:
        return letter  # the number of an item, not a digit
    digit = unicodedata.digit(letter, None)
    return str(digit) if digit is not None else unicodedata.normalize("NFKC", letter)


def _letters_as_digits(text: str) -> str:
    """O and l between digits are read as the digits that they look like."""
    return patterns.LOOK_ALIKE.sub(lambda found: "0" if found[0] in "Oo" else "1", text)


def find(text: str) -> list[Finding]:
    """Everything found, in order; of two that overlap the one of the stricter pattern."""
    if not text or not patterns.WORTH_A_LOOK.search(text):
        return []
    views = Views(text)
    found: list[Finding] = []
    for kind, which, pattern, accept in patterns.KINDS:
        places = views.close_places if which == "close" else views.places
        for line in views.lines(which):
            for match in pattern.finditer(line):
                sure = accept(match, line)
                if sure is None:
                    continue
                start, end = places[match.start("it")], places[match.end("it") - 1] + 1
                if all(end <= other.start or start >= other.end for other in found):
                    found.append(Finding(kind, start, end, mask(kind, text[start:end]), sure))
    return sorted(found, key=lambda one: one.start)


def mask(kind: str, text: str) -> str:
    """The datum as it may be shown to say where it stands: 138****5678, 35*************123, no house number."""
    text = "".join(letter for letter in text if not letter.isspace())
    if kind == "address":
        return f"{text[: min(6, len(text) // 2)]}***"
    if kind == "mail":
        name, at, host = text.replace("＠", "@").partition("@")
        return f"{name[:1]}***{at}{host}" if at else f"{text[:1]}***"
    before, after = {"id": (2, 3), "mobile": (3, 4), "card": (4, 4)}.get(kind, (2, 2))
    return f"{text[:before]}{'*' * max(3, len(text) - before - after)}{text[-after:]}"


# What an office says of itself ----------------------------------------------------------------------------------------

OFFICE = frozenset({"landline", "address"})


def of_contact(text: str, found: Iterable[Finding] | None = None) -> list[Finding]:
    """What a field for contacts should not hold: all but the office's own telephone, house and mail.

    A mobile phone or a mail of a service for private persons may be the office's: somebody has to say so.
    """
    found = find(text) if found is None else found
    return [one for one in found if one.kind not in OFFICE and not (one.kind == "mail" and not _private(text, one))]


def to_be_confirmed(one: Finding) -> bool:
    """Whether somebody may say of this finding in a field for contacts that it is the office's."""
    return one.kind in ("mobile", "mail")


def _private(text: str, one: Finding) -> bool:
    return bool(patterns.PRIVATE_MAIL.search(Views(text[one.start : one.end]).close))


# Marks of state secrets -----------------------------------------------------------------------------------------------


def secrecy_mark(text: str) -> str:
    """A mark of a state secret in the text (机密★, 密级：秘密, a line that says 绝密); empty for none.

    The words alone are none: that secrets may be given away is a risk that registers speak of.
    """
    if not any(word in text for word in "密★"):
        return ""
    plain = "".join(_plain(letter) for letter in text)
    found = personal_places.SECRECY.search(plain)
    return re.sub(r"\s", "", found["it"]) if found else ""
