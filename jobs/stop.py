"""A wish to end that a signal may express at any moment: a plain flag, since a lock could be held just then."""

import time

SLICE = 0.2


class Stop:
    """Whether somebody asked to end."""

    def __init__(self) -> None:
        self.asked = False

    def ask(self, *_: object) -> None:
        """Fit to be a signal's handler."""
        self.asked = True

    def is_asked(self) -> bool:
        return self.asked

    def sleep(self, seconds: float) -> None:
        """Wait so long, or until somebody asks to end."""
        until = time.monotonic() + seconds
        while not self.asked and (left := until - time.monotonic()) > 0:
            time.sleep(min(SLICE, left))
