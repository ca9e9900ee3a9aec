"""Rows of the evidence as they are hashed, read without models: a million of them must be quick."""

import datetime
import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from audit import canonical

EVENT_COLUMNS = (
    "id", "at", "bureau", "actor", "actor_name", "actor_post", "verb", "object_type", "object_id", "object_label",
    "result", "detail", "address", "salt", "sealed",
)  # fmt: skip
CHANGE_COLUMNS = ("id", "table_name", "row_id", "op", "content", "salt", "sealed")
PIECE = 500  # ids in one question


def instant(value: Any) -> str:
    """A time as it is hashed: UTC, with microseconds."""
    if isinstance(value, str):  # SQLite keeps UTC as text
        return f"{value[:10]}T{value[11:19]}.{value[20:26]:0<6}Z"
    if value.tzinfo is not None:
        value = value.astimezone(datetime.UTC)
    return f"{value.replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def as_object(value: Any) -> Any:
    """A JSON column's value: text on SQLite, and in PostgreSQL's raw answers either. Text that is none stays text."""
    try:
        return json.loads(value) if isinstance(value, str | bytes) else value
    except ValueError:
        return value


class EventRow(NamedTuple):
    """A row of audit_event."""

    id: int
    at: Any
    bureau: int
    actor: int | None
    actor_name: str
    actor_post: str
    verb: str
    object_type: str
    object_id: int | None
    object_label: str
    result: str
    detail: Any
    address: str
    salt: str
    sealed: str

    @property
    def personal(self) -> tuple:
        return (self.actor_name, self.actor_post, self.object_label, as_object(self.detail), self.address)

    @property
    def blank(self) -> bool:
        """Whether nothing personal is left in it."""
        return self.personal == ("", "", "", {}, "")

    def commitment(self, algorithm: str) -> str:
        where = (self.object_type, self.object_id, self.actor)
        core = (self.id, instant(self.at), self.bureau, self.verb, self.result, *where)
        personal = self.personal if self.salt else ()
        return canonical.event_commitment(algorithm, core, personal, self.salt, self.sealed)


class ChangeRow(NamedTuple):
    """A row of audit_change."""

    id: int
    table_name: str
    row_id: int
    op: str
    content: str
    salt: str
    sealed: str

    def commitment(self, algorithm: str) -> str:
        row = str(self.row_id)
        return canonical.change_commitment(
            algorithm, self.id, self.table_name, row, self.op, self.salt, self.content, self.sealed
        )


def _pieces(ids: Iterable[int]) -> Iterable[list[int]]:
    ordered = sorted(ids)
    return (ordered[start : start + PIECE] for start in range(0, len(ordered), PIECE))


def events(cursor: Any, ids: Iterable[int]) -> list[EventRow]:
    """The events with these ids that there are, in order."""
    found: list[EventRow] = []
    for piece in _pieces(ids):
        marks = ", ".join(["%s"] * len(piece))
        cursor.execute(f"SELECT {', '.join(EVENT_COLUMNS)} FROM audit_event WHERE id IN ({marks}) ORDER BY id", piece)
        found += [EventRow(*row) for row in cursor.fetchall()]
    return found


def changes_where(cursor: Any, condition: str, values: Iterable[Any]) -> list[ChangeRow]:
    """Rows of the journal under a condition of ours, in order."""
    cursor.execute(f"SELECT {', '.join(CHANGE_COLUMNS)} FROM audit_change WHERE {condition} ORDER BY id", list(values))
    return [ChangeRow(*row) for row in cursor.fetchall()]
