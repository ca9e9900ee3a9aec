"""The official calendar into the database."""

import csv
import datetime
import io

from django.db import transaction

from accounts.models import User
from audit import services as audit
from workflow.models import Holiday


class CalendarFault(ValueError):
    """The calendar file has a faulty line; ``str()`` says which and what."""


def read(text: str) -> list[Holiday]:
    """The days of a calendar file (day,working,name). Raises CalendarFault."""
    days: dict[datetime.date, Holiday] = {}
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    if reader.fieldnames != ["day", "working", "name"]:
        raise CalendarFault("第1行：表头应为 day,working,name。")
    for number, line in enumerate(reader, start=2):
        try:
            day = datetime.date.fromisoformat(line["day"] or "")
        except ValueError as fault:
            raise CalendarFault(f"第{number}行：“{line['day']}”不是日期，应为 2026-10-01 的写法。") from fault
        if line["working"] not in {"0", "1"}:
            raise CalendarFault(f"第{number}行：working 应为 0（放假）或 1（上班）。")
        if day in days:
            raise CalendarFault(f"第{number}行：{day} 写了两次。")
        days[day] = Holiday(day=day, working=line["working"] == "1", name=(line["name"] or "").strip()[:40])
    if not days:
        raise CalendarFault("文件里没有日期。")
    return list(days.values())


@transaction.atomic
def load_holidays(*, text: str, by: User | None = None) -> int:
    """Replace the days of every year that the file covers; other years stay. Returns the number of days loaded.

    Raises CalendarFault for a faulty file; then nothing changes.
    """
    days = read(text)
    years = sorted({holiday.day.year for holiday in days})
    Holiday.objects.filter(day__year__in=years).delete()
    Holiday.objects.bulk_create(days)
    audit.record(verb="holidays.load", by=by, label="节假日", days=len(days), first=years[0], last=years[-1])
    return len(days)
