"""The chains: every link in its place, with the event and the row versions that it fixed; nothing outside them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from audit import canonical, reading
from audit.reading import CHANGE_COLUMNS, EVENT_COLUMNS, ChangeRow, EventRow
from audit.verify.finding import Checkpoint, Finding

PIECE = 2000  # links at once
OVERLAP = 200  # links before a checkpoint whose row versions may lie after it in the journal
REDACT = "evidence.redact"
EVENTS, CHANGES = "audit_event", "audit_change"
WIDTH = 5  # columns of a link before those of its event


@dataclass
class Seen:
    """What the walk over the chains leaves: findings, and which rows of the log and the journal the chains know."""

    findings: list[Finding] = field(default_factory=list)
    links: int = 0
    changes: int = 0
    first_change: int = 0  # with ``since``: rows that the journal names after this place are compared
    sure_change: int = 0  # … and after this one each must be known to the chains
    first_event: int = 0
    top: int = 0  # the journal's last row
    known_changes: bytearray = field(default_factory=bytearray)
    # By table and row: where something blank stands that no redaction has named yet.
    blank: dict[tuple[str, int], dict[str, int]] = field(default_factory=dict)
    redacted: int = 0  # … and how many of them were named

    @classmethod
    def of(cls, cursor: Any) -> "Seen":
        cursor.execute("SELECT MAX(id) FROM audit_change")
        top = cursor.fetchone()[0] or 0
        return cls(top=top, known_changes=bytearray(top + 1))

    def add(self, kind: str, sentence: str, **where: Any) -> None:
        self.findings.append(Finding(kind, sentence, **where))

    def note_changes(self, first: int, last: int) -> None:
        self.known_changes[first : last + 1] = b"\x01" * (min(last, self.top) + 1 - first)


def check_chains(
    wrapper: BaseDatabaseWrapper, cursor: Any, since: list[Checkpoint], checkpoints: list[Checkpoint]
) -> Seen:
    """Walk over every chain, or over what follows the given checkpoints."""
    seen = Seen.of(cursor)
    for checkpoint in [*checkpoints, *since]:
        _check_checkpoint(cursor, checkpoint, seen)
    cursor.execute("SELECT bureau, seq, digest FROM audit_chain ORDER BY bureau")
    ends = {bureau: (seq, digest) for bureau, seq, digest in cursor.fetchall()}
    cursor.execute("SELECT DISTINCT bureau FROM audit_link")
    bureaus = sorted({bureau for (bureau,) in cursor.fetchall()} | ends.keys())
    starts = _note_before(cursor, since, bureaus, seen)
    for bureau in bureaus:
        start = starts.get(bureau)
        last = _walk(wrapper, bureau, start.seq if start else 0, start.digest if start else "", seen)
        if ends.get(bureau) != last and not (last == (0, "") and bureau not in ends):
            seen.add(
                "chain", f"单位 {bureau} 的链的末端与登记的不符：应到第 {ends.get(bureau, (0,))[0]} 节", bureau=bureau
            )
    _check_outside(cursor, seen)
    return seen


def check_chain(wrapper: BaseDatabaseWrapper, cursor: Any, bureau: int) -> Seen:
    """Walk over one bureau's chain alone."""
    seen = Seen.of(cursor)
    _walk(wrapper, bureau, 0, "", seen)
    return seen


def _check_checkpoint(cursor: Any, point: Checkpoint, seen: Seen) -> None:
    cursor.execute("SELECT digest, algorithm FROM audit_link WHERE bureau = %s AND seq = %s", [point.bureau, point.seq])
    row = cursor.fetchone()
    where = {"bureau": point.bureau, "seq": point.seq}
    if row is None:
        seen.add(
            "checkpoint", f"检查点所记的第 {point.seq} 节不在链中：数据被退回到更早的时候，或者尾部被删去", **where
        )
    elif not point.fits(*row):
        seen.add("checkpoint", f"第 {point.seq} 节与检查点不符：链被重新算过", **where)


def _note_before(cursor: Any, since: list[Checkpoint], bureaus: list[int], seen: Seen) -> dict[int, Checkpoint]:
    """What the chains know from before the checkpoints is taken as known. Returns the checkpoints with whole digests.

    Transactions that ran side by side wrote to the journal in another order than they were linked in.
    """
    firsts, events = [], []
    starts: dict[int, Checkpoint] = {}
    for point in since:
        cursor.execute(
            "SELECT seq, event_id, changes, digest FROM audit_link WHERE bureau = %s AND seq <= %s "
            "ORDER BY seq DESC LIMIT %s",
            [point.bureau, point.seq, OVERLAP],
        )
        rows = cursor.fetchall()
        if not rows or rows[0][0] != point.seq:
            continue
        starts[point.bureau] = Checkpoint(point.bureau, point.seq, rows[0][3])
        spans = [span for _, _, text, _ in rows for span in _spans(text)]
        for first, last in spans:
            seen.note_changes(first, last)
        events += [event for _, event, _, _ in rows]
        firsts.append(max((last for _, last in spans), default=0))
    if firsts and starts.keys() >= set(bureaus):
        seen.first_change, seen.sure_change, seen.first_event = min(firsts), max(firsts), max(events)
    return starts


def _links(wrapper: BaseDatabaseWrapper, bureau: int, after: int) -> Iterator[tuple]:
    """The links of a chain in order, each with its event beside it (nulls where there is none)."""
    own = ", ".join(f"l.{name}" for name in ("seq", "event_id", "changes", "algorithm", "digest"))
    events = ", ".join(f"e.{name}" for name in EVENT_COLUMNS)
    with wrapper.chunked_cursor() as cursor:
        cursor.execute(
            f"SELECT {own}, {events} FROM audit_link l LEFT JOIN audit_event e ON e.id = l.event_id "
            "WHERE l.bureau = %s AND l.seq > %s ORDER BY l.seq",
            [bureau, after],
        )
        while rows := cursor.fetchmany(PIECE):
            yield from rows


def _walk(wrapper: BaseDatabaseWrapper, bureau: int, seq: int, before: str, seen: Seen) -> tuple[int, str]:
    """Check one chain from a place on. Returns where it ends."""
    links = _links(wrapper, bureau, seq)
    while piece := list(islice(links, PIECE)):
        changes = _changes_of(wrapper, piece, seen)
        for row in piece:
            expected, seq = seq + 1, row[0]
            if seq != expected:
                seen.add("link", f"单位 {bureau} 的链缺少第 {expected} 至 {seq - 1} 节", bureau=bureau, seq=expected)
            before = _check_link(bureau, row, before, changes, seen)
        seen.links += len(piece)
    for (table, pk), where in sorted(seen.blank.items()):
        sentence = f"“{table}”第 {pk} 行的内容被抹去，链上后面没有依法抹去的记录"
        seen.add("event" if table == EVENTS else "change", sentence, table=table, row=pk, **where)
    seen.blank.clear()  # what another bureau's chain says allows nothing here
    return seq, before


def _changes_of(wrapper: BaseDatabaseWrapper, piece: list[tuple], seen: Seen) -> dict[int, ChangeRow]:
    """The journal's rows that the links of the piece name."""
    spans = [(first, last) for row in piece for first, last in _spans(row[2]) if first <= seen.top]
    found: dict[int, ChangeRow] = {}
    with wrapper.cursor() as cursor:
        for first, last in _joined(spans):
            cursor.execute(
                f"SELECT {', '.join(CHANGE_COLUMNS)} FROM audit_change WHERE id BETWEEN %s AND %s", [first, last]
            )
            found |= {row[0]: ChangeRow(*row) for row in cursor.fetchall()}
    return found


def _spans(text: str) -> list[tuple[int, int]]:
    """What a link names; nothing where nobody can read it, which `_named` tells."""
    try:
        return canonical.ranges_of(text)
    except ValueError:
        return []


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Fewer, larger questions: spans that nearly touch are asked together."""
    joined: list[list[int]] = []
    for first, last in sorted(spans):
        if joined and first - joined[-1][1] < PIECE:
            joined[-1][1] = max(joined[-1][1], last)
        else:
            joined.append([first, last])
    return [(first, last) for first, last in joined]


def _check_link(bureau: int, row: tuple, before: str, changes: dict[int, ChangeRow], seen: Seen) -> str:
    """The link's digest as it is kept, whatever was found: one fault must not make all that follows look wrong."""
    seq, event_id, text, algorithm, digest = row[:WIDTH]
    where = {"bureau": bureau, "seq": seq}
    if row[WIDTH] is None:
        seen.add("event", f"第 {seq} 节所指的审计记录（编号 {event_id}）被删去", table=EVENTS, row=event_id, **where)
        return digest
    event = EventRow._make(row[WIDTH:])
    if not event.salt:
        seen.blank[EVENTS, event_id] = where
        if not event.blank:
            seen.add("event", f"审计记录（编号 {event_id}）被写入了内容", table=EVENTS, row=event_id, **where)
    elif event.verb == REDACT:
        _allow(event, seen)
    own, complete = _named(text, changes, seen, where)
    if not complete:
        return digest
    try:
        commitments = [change.commitment(algorithm) for change in own]
        found = canonical.link_digest(algorithm, bureau, seq, before, event.commitment(algorithm), commitments)
    except (ValueError, TypeError, AttributeError):
        found = ""
    if found != digest:
        place = {"table": EVENTS, "row": event_id}
        seen.add("event", f"第 {seq} 节与它的审计记录（编号 {event_id}）或数据改动不符：有一处被改动", **place, **where)
    return digest


def _named(text: str, changes: dict[int, ChangeRow], seen: Seen, where: dict) -> tuple[list[ChangeRow], bool]:
    """The journal's rows that a link names; whether all are there."""
    own, complete = [], True
    try:
        spans = canonical.ranges_of(text)
    except ValueError:
        seen.add("link", f"第 {where['seq']} 节所列的数据改动不可读", **where)
        return [], False
    for first, last in spans:
        seen.note_changes(first, last)
        for pk in range(first, min(last, seen.top) + 1):
            change = changes.get(pk)
            if change is None:
                seen.add("change", f"数据改动记录（编号 {pk}）被删去", table=CHANGES, row=pk, **where)
                complete = False
                continue
            own.append(change)
            if not change.salt:
                seen.blank[CHANGES, pk] = where
                if change.content:
                    seen.add("change", f"数据改动记录（编号 {pk}）被写入了内容", table=CHANGES, row=pk, **where)
        if last > seen.top:
            first = max(first, seen.top + 1)
            seen.add("change", f"数据改动记录（编号 {first} 至 {last}）被删去", table=CHANGES, row=first, **where)
            complete = False
    seen.changes += len(own)
    return own, complete


def _allow(event: EventRow, seen: Seen) -> None:
    """A lawful redaction names what is blank, before itself in the same chain."""
    detail = reading.as_object(event.detail)
    for table, named in ((EVENTS, "events"), (CHANGES, "changes")):
        rows = detail.get(named) if isinstance(detail, dict) else None
        for pk in rows if isinstance(rows, list) else ():
            if type(pk) is int and seen.blank.pop((table, pk), None):
                seen.redacted += 1


def _check_outside(cursor: Any, seen: Seen) -> None:
    """What the chains do not know came from outside the program."""
    cursor.execute(
        "SELECT e.id, e.verb FROM audit_event e LEFT JOIN audit_link l ON l.event_id = e.id "
        "WHERE l.id IS NULL AND e.id > %s LIMIT 1000",
        [seen.first_event],
    )
    for pk, verb in cursor.fetchall():
        seen.add("event", f"审计记录（编号 {pk}，{verb}）不在链中：不是由程序写入的", table=EVENTS, row=pk)
    cursor.execute("SELECT id, table_name, row_id FROM audit_change WHERE id > %s", [seen.sure_change])
    known = seen.known_changes
    while rows := cursor.fetchmany(PIECE):
        for pk, table, row in rows:
            if pk >= len(known) or not known[pk]:
                sentence = f"“{table}”第 {row} 行的改动（编号 {pk}）不在链中：不是由程序写入的"
                seen.add("change", sentence, table=table, row=row)
