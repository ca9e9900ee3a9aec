"""What an act leaves in the database, to be compared with what it leaves when nothing is in its way."""

import contextlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from drills.road import state

TOLD_APART = {"audit_event", "audit_link"}  # compared by verbs: a refusal is an event of its own
REFUSED = "refused"


@dataclass
class Effect:
    """Rows added in each table, events but refusals."""

    rows: Counter = field(default_factory=Counter)
    verbs: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.rows or self.verbs)


@contextlib.contextmanager
def watched(names: list[str], copy: state.Copy) -> Iterator[Effect]:
    """What happens inside, told at the end; then all is as before."""
    effect, before, newest = Effect(), state.counts(names), state.newest_event()
    yield effect
    rows = state.counts(names)
    rows.subtract(before)
    effect.rows = Counter({name: n for name, n in rows.items() if n and name not in TOLD_APART})
    effect.verbs = [verb for verb in state.verbs(newest) if verb != REFUSED]
    copy.back()
