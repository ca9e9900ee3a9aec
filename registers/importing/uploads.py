"""An uploaded workbook between its preview and its import: kept under MEDIA_ROOT/imports, bound to who sent it.

Beside the file lie its texts as they were read once in the limited process, and what was decided on the preview page.
"""

from dataclasses import asdict, dataclass, field, replace
from typing import Any

from accounts.exceptions import NotNow
from accounts.models import User
from registers.importing import reading
from registers.importing.cells import Sheet
from registers.importing.choices import Choices, choices_of
from registers.importing.shelf import NOTE, Shelf, new_token

SHELF = Shelf("imports", seconds=24 * 3600)
FILE, TEXTS = "xlsx", "texts"


@dataclass(frozen=True)
class Upload:
    """What was asked with the file, and what became of it."""

    token: str
    user: int
    unit: int
    cycle: int
    name: str
    rows: int = 0  # of all sheets
    decided: dict[str, Any] = field(default_factory=dict)  # `Choices` as values
    job: int = 0  # the background job that imports it
    event: int = 0  # the audit row of the import, once it is done

    @property
    def data(self) -> bytes:
        """The file. Raises NotNow when it is gone."""
        return self._read(FILE)

    @property
    def sheets(self) -> list[Sheet]:
        """What is in the file. Raises NotNow when it is gone."""
        return reading.decode(self._read(TEXTS))

    @property
    def choices(self) -> Choices:
        return choices_of(self.decided)

    def _read(self, ending: str) -> bytes:
        try:
            return SHELF.path(self.token, ending).read_bytes()
        except FileNotFoundError:
            raise gone() from None


def gone() -> NotNow:
    """The refusal for an upload that was imported or forgotten."""
    return NotNow("这次上传已经导入或已过期，请重新上传。")


def keep(*, data: bytes, by: User, unit: int, cycle: int, name: str, decided: dict[str, Any] | None = None) -> Upload:
    """Read an uploaded file and store it; uploads that nobody confirmed within a day go.

    Raises Unreadable, and stores nothing, for a file that cannot be taken.
    """
    texts = reading.read_text(data)
    rows = sum(len(sheet.rows) for sheet in reading.decode(texts))
    forget_old()
    upload = Upload(new_token(), by.pk, unit, cycle, name[:200], rows, decided or {})
    SHELF.path(upload.token, FILE).write_bytes(data)
    SHELF.path(upload.token, TEXTS).write_bytes(texts)
    return _noted(upload)


def _noted(upload: Upload) -> Upload:
    SHELF.note(upload.token, asdict(upload))
    return upload


def find(token: str, by: User) -> Upload | None:
    """The user's own upload of that token; None for anybody else's and for none."""
    told = SHELF.noted(token)
    try:
        upload = Upload(**told) if told else None
    except TypeError:  # of an older version of the program
        return None
    return upload if upload and upload.user == by.pk else None


def decide(upload: Upload, choices: Choices) -> Upload:
    """Keep what was decided about the columns and words of an upload."""
    return _noted(replace(upload, decided=choices.values()))


def begin(upload: Upload, job: int) -> Upload:
    """Note the background job that imports it."""
    return _noted(replace(upload, job=job))


def finish(upload: Upload, event: int) -> Upload:
    """The upload is imported: its file goes, what came of it is still told for a day."""
    for ending in (FILE, TEXTS):
        SHELF.path(upload.token, ending).unlink(missing_ok=True)
    return _noted(replace(upload, event=event))


def forget(upload: Upload) -> None:
    """Delete an upload."""
    for ending in (NOTE, FILE, TEXTS):
        SHELF.path(upload.token, ending).unlink(missing_ok=True)


def forget_old() -> None:
    """Delete uploads older than a day."""
    SHELF.clear()
