"""Workbooks between their upload and their taking back: kept under MEDIA_ROOT/offline, bound to who sent them.

Beside each file lie its cells as they were read once, and the choices that its sender has made so far.
"""

from dataclasses import asdict, dataclass, field

from accounts.models import User
from registers.importing import reading
from registers.importing.cells import Sheet
from registers.importing.shelf import Shelf, new_token

SHELF = Shelf("offline", seconds=7 * 24 * 3600)


@dataclass
class Sent:
    """One file: its name, the sentence of its refusal if it was refused, else the id of its form."""

    name: str
    fault: str = ""
    form: int = 0
    done: bool = False
    choices: dict[str, str] = field(default_factory=dict)


@dataclass
class Batch:
    """The files of one upload."""

    token: str
    user: int
    files: list[Sent] = field(default_factory=list)

    def sheets(self, number: int) -> list[Sheet]:
        """The cells of a file."""
        return reading.decode(SHELF.path(self.token, f"{number}.cells").read_bytes())

    def data(self, number: int) -> bytes:
        """A file as it was sent."""
        return SHELF.path(self.token, f"{number}.xlsx").read_bytes()


def new(by: User) -> Batch:
    """An empty batch; batches that nobody finished within a week go."""
    forget_old()
    return Batch(new_token(), by.pk)


def add(batch: Batch, sent: Sent, data: bytes = b"", cells: bytes = b"") -> None:
    """Put a file into a batch; a refused one leaves its name and sentence only."""
    number = len(batch.files)
    batch.files.append(sent)
    if cells:
        SHELF.path(batch.token, f"{number}.xlsx").write_bytes(data)
        SHELF.path(batch.token, f"{number}.cells").write_bytes(cells)


def keep(batch: Batch) -> None:
    """Store what is known of a batch, in one step."""
    SHELF.note(batch.token, asdict(batch))


def find(token: str, by: User) -> Batch | None:
    """The user's own batch of that token; None for anybody else's and for none."""
    told = SHELF.noted(token)
    if told is None:
        return None
    try:
        batch = Batch(told["token"], told["user"], [Sent(**sent) for sent in told["files"]])
    except (TypeError, KeyError):  # of an older version of the program
        return None
    return batch if batch.user == by.pk else None


def forget_old() -> None:
    """Delete files older than a week."""
    SHELF.clear()
