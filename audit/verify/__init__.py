"""Whether the evidence still is what was written: the chains, the journal, the rows, the triggers.

A second program (`audit.verifier`), which shares nothing with this one but its SM3 for machines that have none, reads
an exported pack to the same end.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from audit import triggers
from audit.verify.chains import check_chain, check_chains
from audit.verify.finding import Checkpoint, Finding
from audit.verify.rows import check_rows

ENOUGH = 1000  # findings; more tell nothing new


@dataclass
class Result:
    """What was looked at, and what does not fit."""

    findings: list[Finding] = field(default_factory=list)
    links: int = 0
    changes: int = 0
    rows: int = 0
    redacted: int = 0  # versions and events that were blanked by law
    seconds: float = 0.0

    @property
    def intact(self) -> bool:
        return not self.findings


@contextmanager
def snapshot(wrapper: BaseDatabaseWrapper) -> Iterator[None]:
    """One state of the database to read, without keeping anybody from writing."""
    if wrapper.in_atomic_block:
        yield
        return
    mode = getattr(wrapper, "transaction_mode", None)
    wrapper.transaction_mode = None  # SQLite's IMMEDIATE would hold the writers' lock
    try:
        with transaction.atomic(using=wrapper.alias):
            if wrapper.vendor == "postgresql":
                with wrapper.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    finally:
        wrapper.transaction_mode = mode


def verify(
    wrapper: BaseDatabaseWrapper, *, since: Iterable[Checkpoint] = (), checkpoints: Iterable[Checkpoint] = ()
) -> Result:
    """Check everything, or with ``since`` what was added after those checkpoints (rows: those changed since).

    ``checkpoints`` are what left the machine: each must still be a link of its chain. Reads in one transaction, so that
    what people do meanwhile is not taken for a gap.
    """
    started = time.monotonic()
    result = Result()
    with snapshot(wrapper), wrapper.cursor() as cursor:
        seen = check_chains(wrapper, cursor, list(since), list(checkpoints))
        result.findings += seen.findings
        result.links, result.changes, result.redacted = seen.links, seen.changes, seen.redacted
        checked = check_rows(wrapper, cursor, after=seen.first_change)
        result.rows = checked.rows
        result.findings += checked.findings
    result.findings += [
        Finding("trigger", f"触发器“{name}”被删去、停用或改动", table=name) for name in triggers.faults(wrapper)
    ]
    result.findings = result.findings[:ENOUGH]
    result.seconds = time.monotonic() - started
    return result


def verify_chain(wrapper: BaseDatabaseWrapper, bureau: int) -> list[Finding]:
    """What does not fit in one bureau's chain, its events and row versions; the rows themselves are not compared."""
    with snapshot(wrapper), wrapper.cursor() as cursor:
        return check_chain(wrapper, cursor, bureau).findings[:ENOUGH]
