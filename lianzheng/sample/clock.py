"""A clock that the sample sets to past days, so that its story did not all happen in one minute.

Only the process that loads the sample sees it, and only while it loads.
"""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from django.utils import timezone

NINE = datetime.time(9)


class Clock:
    """Runs forward only: event logs and seals are in the order in which things happened."""

    def __init__(self) -> None:
        self.today = timezone.localdate()
        self._offset = datetime.timedelta()

    def now(self) -> datetime.datetime:
        return datetime.datetime.now(tz=datetime.UTC) + self._offset

    def day(self, offset: int) -> datetime.date:
        """The day so many days from the real today."""
        return self.today + datetime.timedelta(days=offset)

    def begin(self, offset: int) -> None:
        """Set the clock to nine o'clock of a day in the past."""
        self._set(self.day(offset))

    def reach(self, day: datetime.date) -> None:
        """Go on to nine o'clock of that day; stay where it is already later. Never beyond the real present."""
        if day >= self.today:
            self._offset = datetime.timedelta()
        elif day > timezone.localdate():
            self._set(day)

    def go(self, offset: int) -> None:
        self.reach(self.day(offset))

    def _set(self, day: datetime.date) -> None:
        moment = timezone.make_aware(datetime.datetime.combine(day, NINE))
        self._offset = moment - datetime.datetime.now(tz=datetime.UTC)


@contextmanager
def running() -> Iterator[Clock]:
    """`django.utils.timezone.now` follows the clock inside the block."""
    clock = Clock()
    with mock.patch.object(timezone, "now", clock.now):
        yield clock
