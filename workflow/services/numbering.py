"""Document numbers: one after the other within a bureau, series and year, never twice."""

from django.db import connection
from django.db.models import F

from registers.models import Unit
from workflow.models import Counter


def next_number(*, bureau: Unit, series: str, year: int, pattern: str) -> str:
    """Take the next number, e.g. 东建廉〔2012〕5号. Called in a transaction: rolled back, the number is free again."""
    Counter.objects.get_or_create(bureau=bureau, series=series, year=year)
    rows = Counter.objects.filter(bureau=bureau, series=series, year=year)
    if connection.vendor == "postgresql":
        rows.select_for_update().get()
    rows.update(last=F("last") + 1)
    return _told(bureau, pattern, year, rows.get().last)


def number_after(bureau: Unit, series: str, year: int, pattern: str, ahead: int = 1) -> str:
    """The number that stands ``ahead`` places after the last one given out; nothing is taken."""
    rows = Counter.objects.filter(bureau=bureau, series=series, year=year)
    last = rows.values_list("last", flat=True).first() or 0
    return _told(bureau, pattern, year, last + ahead)


def _told(bureau: Unit, pattern: str, year: int, n: int) -> str:
    """``{prefix}`` in the pattern stands for the bureau's own letters (机关代字), or its name where it has none."""
    return pattern.format(prefix=bureau.number_prefix or bureau.short_name or bureau.name, year=year, n=n)
