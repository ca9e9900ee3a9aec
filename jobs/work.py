"""What a job's function is given: what to do for whom, where to tell how far it is, where to write the result."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from accounts.models import User
from jobs import files, queue
from jobs.exceptions import Stopping
from jobs.models import Job

TELL_AFTER = 0.5  # seconds between two writes of the progress


def _never() -> bool:
    return False


@dataclass
class Work:
    """One taking of a job."""

    job: Job
    stopping: Callable[[], bool] = _never
    file: str = ""
    file_name: str = ""
    _stream: BinaryIO | None = field(default=None, repr=False)
    _told_at: float = field(default=0.0, repr=False)

    @property
    def params(self) -> dict[str, Any]:
        return self.job.params

    @property
    def by(self) -> User:
        return self.job.by

    @property
    def bureau(self) -> int:
        return self.job.bureau

    def progress(self, done: int, total: int, said: str = "") -> None:
        """Tell how far it is; cheap, so call it for every piece. Not inside a transaction: it would hold the queue.

        Raises Cancelled when the user cancelled, Stopping when the worker is being stopped, Lost when the job is not
        this worker's any more. Let them pass.
        """
        if self.stopping():
            raise Stopping
        now = time.monotonic()
        if now - self._told_at < TELL_AFTER:
            return
        self._told_at = now
        queue.tell(self.job, done=done, total=total, said=said)

    def output(self, name: str) -> BinaryIO:
        """The file to write the result to, under its Chinese name as downloaded. One for each job."""
        if self._stream is not None:
            raise RuntimeError("a job has one output")
        self.file, self.file_name = files.new_name(name), name
        self._stream = files.path_of(self.file).open("xb+")
        return self._stream

    def close(self) -> None:
        """Close the output."""
        if self._stream is not None:
            self._stream.close()
