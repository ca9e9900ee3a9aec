"""Reads the table of expected answers (`answers.txt`)."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tests.matrix.cast import IDENTITIES, PLACES

TABLE = Path(__file__).with_name("answers.txt")
OUT = ("anonymous", "deactivated")
GROUPS: dict[str, tuple[str, ...]] = {
    "OUT": OUT,
    "VIEWERS": ("leader", "office", "leading_group", "discipline", "above"),  # roles that view registers
    "ADMINS": ("system_admin", "security_admin", "audit_admin"),  # read no business content
    "FAR": ("foreign_office", "foreign_holder"),
    "OFFICES": ("office", "foreign_office"),
}
LINE = re.compile(
    r"(?P<name>\w+) +(?P<methods>GET|POST|GET\+POST) +(?P<places>[a-z -]+?) +(?P<answers>(?:\d{3}|login) .*)"
)
NO_PLACE = "-"


@dataclass(frozen=True)
class Row:
    name: str
    methods: tuple[str, ...]
    places: tuple[str, ...]
    answers: tuple[tuple[str, tuple[str, ...]], ...]

    def answer(self, identity: str) -> str | None:
        """The first answer that names the person."""
        for word, named in self.answers:
            if identity in named or "**" in named or ("*" in named and identity not in OUT):
                return word
        return "login" if identity in OUT else None


def read(text: str) -> list[Row]:
    """The rows of a table. Raises ValueError for a line that is none or names somebody unknown."""
    rows = []
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        match = LINE.fullmatch(line.rstrip())
        if match is None:
            raise ValueError(f"not a line of the table: {line}")
        places = tuple("" if place == NO_PLACE else place for place in match["places"].split())
        answers = tuple(_answer(part) for part in match["answers"].split(";"))
        if not set(places) <= {"", *PLACES}:
            raise ValueError(f"no such place: {line}")
        rows.append(Row(match["name"], tuple(match["methods"].split("+")), places, answers))
    return rows


def _answer(part: str) -> tuple[str, tuple[str, ...]]:
    word, *names = part.split()
    found = tuple(person for name in names for person in GROUPS.get(name, (name,)))
    if not names or not set(found) <= {*IDENTITIES, "*", "**"}:
        raise ValueError(f"nobody is called so: {part}")
    return word, found


@lru_cache(maxsize=1)
def table() -> dict[tuple[str, str, str], Row]:
    """(address, method, place) → its row. Raises ValueError when a cell is written twice."""
    found: dict[tuple[str, str, str], Row] = {}
    for row in read(TABLE.read_text(encoding="utf-8")):
        for method in row.methods:
            for place in row.places:
                if (row.name, method, place) in found:
                    raise ValueError(f"written twice: {row.name} {method} {place}")
                found[row.name, method, place] = row
    return found
