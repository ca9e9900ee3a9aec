"""The catalogue as it was on a day gone by, from its history: the words of then, without what came later."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.utils import timezone


def as_were(rows: list, day: datetime.date | None, fields: Sequence[str], needed: set[int]) -> list:
    """The rows with the words that they had at the end of that day; unchanged for today (None).

    A row whose history begins later is left out, unless something in force that day refers to it (``needed``): then
    its first known words stand. Rows without a history stay as they are.
    """
    if day is None or not rows:
        return rows
    end = timezone.make_aware(datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time.min))
    known: dict[int, Any] = {}
    first: dict[int, Any] = {}
    history = type(rows[0]).history.filter(id__in=[row.pk for row in rows]).order_by("history_date", "history_id")
    for entry in history:
        first.setdefault(entry.id, entry)
        if entry.history_date < end:
            known[entry.id] = entry
    return [
        _with(row, known.get(row.pk) or first.get(row.pk), fields) for row in rows if _was(row, known, first, needed)
    ]


def _was(row: Any, known: dict, first: dict, needed: set[int]) -> bool:
    return row.pk in known or row.pk not in first or row.pk in needed


def _with(row: Any, entry: Any, fields: Sequence[str]) -> Any:
    for name in fields if entry is not None else ():
        setattr(row, name, getattr(entry, name))
    return row
