"""What can be done in the background: each app registers its kinds of jobs when it is ready."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from jobs.models import Job
    from jobs.work import Work

Run = Callable[["Work"], None]


@dataclass(frozen=True)
class Kind:
    key: str
    name: str  # what it is called for readers
    run_or_path: Run | str

    def run(self, work: "Work") -> None:
        """Do the job."""
        run = self.run_or_path
        (import_string(run) if isinstance(run, str) else run)(work)


_KINDS: dict[str, Kind] = {}
_GUARDS: list[str] = []
_SWEEPS: list[str] = []


def register(kind: str, name: str, run: Run | str) -> None:
    """Make a kind known, in the app's ``ready()``. ``run(work)`` does all of it; it checks what work.by may see now.

    ``run`` is the function or, since an app's module is read before there are models, its dotted path
    ("documents.ledger.run"). Raises ValueError when another function has the key.
    """
    if kind in _KINDS and _KINDS[kind].run_or_path != run:
        raise ValueError(f"two kinds of jobs are called {kind}")
    _KINDS[kind] = Kind(kind, name, run)


def kind_of(key: str) -> Kind | None:
    """The kind of that key; None when this version of the program does not know it."""
    return _KINDS.get(key)


def name_of(key: str) -> str:
    """What a kind is called for readers."""
    return _KINDS[key].name if key in _KINDS else key


def guard_files(path: str) -> None:
    """Have files refused where the function of that dotted path, ``lost(user, moment)``, says that rights were lost."""
    if path not in _GUARDS:
        _GUARDS.append(path)


def has_lost_rights(job: "Job") -> bool:
    """Whether its owner may read less by now than when it was made: what it holds is not for him any more."""
    return job.started_at is not None and any(import_string(path)(job.by, job.started_at) for path in _GUARDS)


def sweep_with(path: str) -> None:
    """Have the function of that dotted path called every now and then, to clear away what is kept for a time only."""
    if path not in _SWEEPS:
        _SWEEPS.append(path)


def sweep() -> None:
    """Clear away all that is kept beside the jobs' own files."""
    for path in _SWEEPS:
        import_string(path)()
