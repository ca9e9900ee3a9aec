"""Which act leaves which event: every form that writes, sent once; every address that hands out a file.

`acts.txt` is the table; what it does not list fails. Which addresses write is read from the views themselves.
"""

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import FunctionType

from tests.architecture.sources import LAYERS
from tests.matrix.addresses import patterns

TABLE = Path(__file__).with_name("acts.txt")
LINE = re.compile(r"(?P<act>\S+) +(?P<events>\S.*)")
WHOSE = ("own", "made", "other", "each", "none")
ASKS = re.compile(r"request\.POST|\"POST\"|require_POST|\bkeep\(")
DEEP = 4  # calls from the view to where it is asked what was sent


@dataclass(frozen=True)
class Told:
    """One event that an act leaves: ``own`` is about what its address names, ``made`` about a new row, ``other`` about
    one that was there, ``each`` one about each of several rows, ``none`` about no row."""

    verb: str
    kind: str
    whose: str


def read(text: str) -> dict[str, tuple[Told, ...] | str]:
    """Act → the events it leaves; or in brackets why it is not walked here. Raises ValueError."""
    found: dict[str, tuple[Told, ...] | str] = {}
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        match = LINE.fullmatch(line.rstrip())
        if match is None or match["act"] in found:
            raise ValueError(f"not a line of the table, or written twice: {line}")
        said = match["events"]
        found[match["act"]] = said if said.startswith("(") else tuple(_told(part) for part in said.split(";"))
    return found


def _told(part: str) -> Told:
    verb, kind, whose = part.split()
    if whose not in WHOSE:
        raise ValueError(f"no such word: {part}")
    return Told(verb, "" if kind == "-" else kind, whose)


@cache
def table() -> dict[str, tuple[Told, ...] | str]:
    return read(TABLE.read_text(encoding="utf-8"))


def writing() -> set[str]:
    """Names of the addresses whose views look at what a form sent."""
    return {pattern.name for pattern in patterns() if any(map(ASKS.search, _sources(pattern.callback)))}


def _sources(view: FunctionType) -> Iterator[str]:
    """The view's own text and that of what it calls within the views."""
    waiting, seen = [(inspect.unwrap(view), 0)], set()
    while waiting:
        function, depth = waiting.pop()
        if function in seen or not isinstance(function, FunctionType):
            continue
        seen.add(function)
        yield inspect.getsource(function)
        called = [function.__globals__.get(name) for name in function.__code__.co_names] if depth < DEEP else []
        waiting += [(one, depth + 1) for one in map(inspect.unwrap, filter(callable, called)) if _of_views(one)]


def _of_views(one: object) -> bool:
    module = getattr(one, "__module__", "") or ""
    return module.split(".")[0] in LAYERS and ".views" in module


def faults(wanted: tuple[Told, ...], found: list[tuple[str, str, int | None]], own: int | None, there) -> list[str]:
    """What does not fit: each event listed once, each listed one there, about the right row. ``there`` tells whether a
    row was there before."""
    left, said = list(found), []
    for told in wanted:
        fit = [one for one in left if one[:2] == (told.verb, told.kind) and _is_right(told, one[2], own, there)]
        many = len({row for _, _, row in fit}) == len(fit) if told.whose == "each" else len(fit) == 1
        if not fit or not many:
            said.append(f"{told.verb} {told.kind or '-'} ({told.whose}): {len(fit)} times")
        left = [one for one in left if one not in fit]
    return said + [f"not listed: {verb} {kind} {row}" for verb, kind, row in left]


def _is_right(told: Told, row: int | None, own: int | None, there) -> bool:
    return {
        "own": row is not None and row == own,
        "made": row is not None and not there(told.kind, row),
        "none": row is None,
    }.get(told.whose, row is not None and there(told.kind, row))
