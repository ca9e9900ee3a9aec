"""What is wanted of a list, and what its reading gives."""

from collections.abc import Callable
from dataclasses import dataclass

from accounts.models import User
from paper import Table
from registers.models import Cycle, Unit
from registers.schemes.model import Form, SchemeSpec


@dataclass(frozen=True)
class Asked:
    """A list that somebody wants: of which unit, in whose eyes, in force or as a cycle stands."""

    form: Form
    spec: SchemeSpec
    unit: Unit
    reader: User | None = None  # None: the shell, which reads everything
    cycle: Cycle | None = None  # None: what is in force; only for lists over registers

    @property
    def keys(self) -> list[str]:
        return [column.key for column in self.form.columns]


@dataclass(frozen=True)
class Body:
    """What a list consists of. ``tables`` makes those rows of it that are shown."""

    rows: int
    said: str  # the totals in words
    tables: Callable[[range], tuple[Table, ...]]
    notes: tuple[str, ...] = ()
    hidden: int = 0  # registers that the reader may not read
