"""One cell of the table of addresses asked and judged: its answer, and what holds in every cell beyond the answer.

Every page carries the content security policy; a GET writes nothing; a POST that is not "done" writes nothing; what one
may not see looks exactly like what does not exist; nobody who only reads public pages gets a cookie; a file that is
handed out is an event.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from zlib import crc32

from django.urls import URLPattern, reverse

from tests.matrix import acts
from tests.matrix.addresses import arguments
from tests.matrix.answers import OUT, table
from tests.matrix.asking import Answer, Asker
from tests.matrix.cast import IDENTITIES, NOBODY, Cast

# Where nobody has an object, four people ask for all: what they get does not depend on whose it is.
ASK_FOR_NOTHING = ("anonymous", "holder", "office", "system_admin")
ALWAYS_WRITTEN = {"accounts_session", "audit_event"}
# Files that say nothing of anybody: empty templates, what hangs in public.
FOR_ANYBODY = {"public_notice_pdf", "catalogue_template", "fonts_specimen"}
# Public pages with a form carry the token against forged forms, and nothing else.
FORM_COOKIE = {"login": ["csrftoken"], "public_receipt": ["csrftoken"], "public_comment": ["csrftoken"]}
CHANGING = re.compile(
    rb'((?:csrfmiddlewaretoken|once)" value=")[^"]*| aria-current="page"|(class="request-number">)[^<]*'
)
OF_EACH = 2


@dataclass(frozen=True)
class Cell:
    """Who asks for what; ``right`` is the word that is written for it."""

    name: str
    method: str
    place: str
    path: str
    who: str
    right: str | None

    def __str__(self) -> str:
        return f"{self.method} {self.path} ({self.place or '-'}) by {self.who}"


def cells_of(pattern: URLPattern, cast: Cast) -> Iterator[Cell]:
    """All cells of an address. Raises LookupError where the table says nothing."""
    for place, given in arguments(pattern, cast).items():
        path = reverse(pattern.name, kwargs=given)
        for method in ("GET", "POST"):
            row = table().get((pattern.name, method, place))
            if row is None:
                raise LookupError(f"no expected answer for {pattern.name} {method} {place or '-'}")
            for who in ASK_FOR_NOTHING if place == "none" else IDENTITIES:
                yield Cell(pattern.name, method, place, path, who, row.answer(who))


def some(cells: Iterator[Cell], of_each: int = OF_EACH) -> list[Cell]:
    """Of those who get the same answer at one place a few, by turns: every word of the table is asked for."""
    alike: dict[tuple, list[Cell]] = defaultdict(list)
    for cell in cells:
        alike[cell.name, cell.method, cell.place, cell.right].append(cell)
    chosen = []
    for key, group in alike.items():
        first = crc32(repr(key).encode()) % len(group)
        chosen += (group[first:] + group[:first])[:of_each]
    return chosen


class Judge:
    """Asks cells and tells what is not as it must be."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.asker = cast, Asker()
        path = reverse("unit", args=[NOBODY])
        asked = {who: self.asker.ask("GET", path, session) for who, session in cast.sessions.items()}
        self.nothing = {who: CHANGING.sub(b"", answer.body) for who, answer in asked.items()}

    def faults(self, cell: Cell) -> list[str]:
        answer = self.asker.ask(cell.method, cell.path, self.cast.sessions.get(cell.who, ""))
        found = [] if answer.word == cell.right else [f"{answer.word}, expected {cell.right}"]
        return [f"{cell}: {fault}" for fault in (*found, *self.beyond(cell, answer))]

    def beyond(self, cell: Cell, answer: Answer) -> Iterator[str]:
        """What holds in every cell."""
        if "default-src 'none'" not in answer.headers.get("Content-Security-Policy", ""):
            yield "no content security policy"
        written = answer.written - ALWAYS_WRITTEN
        if written and (cell.method == "GET" or answer.status not in (302, 303)):
            yield f"wrote {', '.join(sorted(written))}"
        handed_out = answer.status == 200 and "filename" in answer.headers.get("Content-Disposition", "")
        if handed_out and "audit_event" not in answer.written and cell.name not in FOR_ANYBODY:
            yield "handed out a file without an event"
        if handed_out and f"GET:{cell.name}" not in acts.table():
            yield "handed out a file, and is not listed (tests/matrix/acts.txt)"
        if answer.status == 404 and cell.who not in OUT and CHANGING.sub(b"", answer.body) != self.nothing[cell.who]:
            yield "looks different from what does not exist"
        reading = cell.method == "GET" and cell.who == "anonymous" and answer.status == 200
        if reading and answer.cookies != FORM_COOKIE.get(cell.name, []):
            yield f"sets {answer.cookies}"
