"""What can be done in the background: each app registers its kinds of jobs when it is ready."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jobs.work import Work

Run = Callable[["Work"], None]


@dataclass(frozen=True)
class Kind:
    key: str
    name: str  # what it is called for readers
    run: Run


_KINDS: dict[str, Kind] = {}


def register(kind: str, name: str, run: Run) -> None:
    """Make a kind known, in the app's ``ready()``. ``run(work)`` does all of it; it checks what work.by may see now.

    Raises ValueError when another function has the key.
    """
    if kind in _KINDS and _KINDS[kind].run is not run:
        raise ValueError(f"two kinds of jobs are called {kind}")
    _KINDS[kind] = Kind(kind, name, run)


def kind_of(key: str) -> Kind | None:
    """The kind of that key; None when this version of the program does not know it."""
    return _KINDS.get(key)


def name_of(key: str) -> str:
    """What a kind is called for readers."""
    return _KINDS[key].name if key in _KINDS else key
