"""Working days: the week, and where the official calendar differs from it (table `Holiday`).

Periods count from the day after they begin: a notice of five working days that opens on Monday ends on the next
Monday. Beyond the last year of the table only weekends are known to be free; `is_estimate` says so.
Every function asks the database once.
"""

import datetime
from collections.abc import Mapping

from django.db.models import Max

from workflow.models import Holiday

DAY = datetime.timedelta(days=1)
FURTHEST = 2000  # working days; no rule of any scheme comes near
SATURDAY = 5


def _differing(first: datetime.date, last: datetime.date) -> dict[datetime.date, bool]:
    """Days of the span on which the official calendar differs from the week: day → whether one works."""
    return dict(Holiday.objects.filter(day__gte=first, day__lte=last).order_by().values_list("day", "working"))


def _works(day: datetime.date, differing: Mapping[datetime.date, bool]) -> bool:
    return differing.get(day, day.weekday() < SATURDAY)


def is_working_day(day: datetime.date) -> bool:
    """Whether one works on that day."""
    return _works(day, _differing(day, day))


def add_working_days(start: datetime.date, n: int) -> datetime.date:
    """The n-th working day after ``start`` (0 = ``start`` itself). Raises ValueError below 0 or beyond reason."""
    if not 0 <= n <= FURTHEST:
        raise ValueError(f"working days out of range: {n}")
    # Seven days hold at least three working days even in the weeks around the long holidays.
    differing = _differing(start, start + datetime.timedelta(days=30 + n * 7 // 3)) if n else {}
    day, left = start, n
    while left:
        day += DAY
        left -= _works(day, differing)
    return day


def working_days_between(a: datetime.date, b: datetime.date) -> int:
    """How many working days lie after ``a`` up to and with ``b``; negative when ``b`` is the earlier."""
    if b < a:
        return -working_days_between(b, a)
    differing = _differing(a, b)
    return sum(_works(a + DAY * i, differing) for i in range(1, (b - a).days + 1))


def calendar_ends() -> int:
    """The last year that the holiday table covers; 0 when it is empty."""
    last = Holiday.objects.aggregate(last=Max("day"))["last"]
    return last.year if last else 0


def is_estimate(day: datetime.date) -> bool:
    """Whether that day lies beyond the official calendar, so that only weekends were taken out."""
    return day.year > calendar_ends()
