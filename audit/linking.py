"""Adding to the chains, as the last thing before a transaction commits.

Only then are the ends of the chains locked, all of a transaction in one order, so that nobody ever waits for a lock
while he holds one of these. If a link cannot be written the transaction fails: no act stands without its evidence.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from audit import canonical, reading
from audit.reading import EVENT_COLUMNS, EventRow

UNEXPLAINED = "evidence.unexplained"
INSERT_EVENT = (
    f"INSERT INTO audit_event ({', '.join(EVENT_COLUMNS[1:])}) VALUES ({', '.join(['%s'] * (len(EVENT_COLUMNS) - 1))})"
)


@dataclass
class Pending:
    """What the open transaction of one connection has to link."""

    events: set[int] = field(default_factory=set)
    acted: bool = False  # whether one of them is an act, not only a refusal
    token: str = field(default_factory=lambda: secrets.token_hex(12))
    noted: bool = False  # whether a trigger may have written to the journal (asked on SQLite only)

    def begin_anew(self) -> None:
        self.events.clear()
        self.acted = False
        self.token = secrets.token_hex(12)


def expect(pk: int, *, act: bool = True) -> None:
    """The event will be linked when its transaction commits; with an act, the form that brought it is spent."""
    connection.evidence.events.add(pk)
    connection.evidence.acted |= act


def close(wrapper: BaseDatabaseWrapper) -> None:
    """Link what the transaction wrote. Raises DatabaseError, upon which Django rolls it back."""
    pending: Pending = wrapper.evidence
    try:
        with wrapper.cursor() as cursor:
            _link_all(cursor, wrapper, pending)
    except DatabaseError:
        raise
    except Exception as fault:
        raise DatabaseError(f"the chain could not be continued: {fault}") from fault
    finally:
        pending.begin_anew()


def _link_all(cursor: Any, wrapper: BaseDatabaseWrapper, pending: Pending) -> None:
    changes = wrapper.noted_changes(cursor)
    if not changes and not pending.events:
        return
    events = reading.events(cursor, pending.events)
    if changes and not events:
        events = [_unexplained(cursor, wrapper, changes)]
    by_bureau: dict[int, list[EventRow]] = {}
    for event in events:
        by_bureau.setdefault(event.bureau, []).append(event)
    for bureau in sorted(by_bureau):
        own = by_bureau[bureau]
        # The row versions belong to the transaction as a whole: they go with its last event.
        with_last = changes if own[-1].id == events[-1].id else []
        append(cursor, bureau, own, with_last, lock=wrapper.vendor == "postgresql")


def append(cursor: Any, bureau: int, events: list[EventRow], changes: Iterable[reading.ChangeRow], *, lock: bool):
    """Continue one bureau's chain with these events in order, the row versions going with the last."""
    algorithm = settings.EVIDENCE_ALGORITHM
    seq, before = _end_of(cursor, bureau, lock)
    rows = []
    for event in events:
        seq += 1
        own = list(changes) if event is events[-1] else []
        commitments = [change.commitment(algorithm) for change in own]
        before = canonical.link_digest(algorithm, bureau, seq, before, event.commitment(algorithm), commitments)
        rows.append((bureau, seq, event.id, canonical.in_ranges(change.id for change in own), algorithm, before))
    cursor.executemany(
        "INSERT INTO audit_link (bureau, seq, event_id, changes, algorithm, digest) VALUES (%s, %s, %s, %s, %s, %s)",
        rows,
    )
    cursor.execute("UPDATE audit_chain SET seq = %s, digest = %s WHERE bureau = %s", [seq, before, bureau])


def _end_of(cursor: Any, bureau: int, lock: bool) -> tuple[int, str]:
    """Where the chain ends; its row is locked until the transaction ends. A new chain begins at 0."""
    ask = "SELECT seq, digest FROM audit_chain WHERE bureau = %s" + (" FOR UPDATE" if lock else "")
    cursor.execute(ask, [bureau])
    if row := cursor.fetchone():
        return row
    # Two transactions may begin the same chain: the second waits here for the first.
    new = "INSERT INTO audit_chain (bureau, seq, digest) SELECT %s, 0, '' WHERE NOT EXISTS (SELECT 1 FROM audit_chain"
    cursor.execute(new + " WHERE bureau = %s)" + (" ON CONFLICT DO NOTHING" if lock else ""), [bureau, bureau])
    cursor.execute(ask, [bureau])
    return cursor.fetchone()


def _unexplained(cursor: Any, wrapper: BaseDatabaseWrapper, changes: list[reading.ChangeRow]) -> EventRow:
    """A change that no act accounts for (a migration, a shell) is told by an event of its own."""
    tables = sorted({change.table_name for change in changes})
    detail = canonical.canonical({"tables": tables, "changes": len(changes)}).decode()
    at = wrapper.ops.adapt_datetimefield_value(timezone.now())
    values = (at, 0, None, "", "", UNEXPLAINED, "", None, "", "ok", detail, "", canonical.fresh_salt(), "")
    cursor.execute(INSERT_EVENT, values)
    cursor.execute("SELECT MAX(id) FROM audit_event WHERE verb = %s", [UNEXPLAINED])
    return reading.events(cursor, [cursor.fetchone()[0]])[0]
