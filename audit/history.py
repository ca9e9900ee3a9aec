"""The history of a table's rows, as django-simple-history keeps it."""

import functools

from simple_history.manager import HistoryManager
from simple_history.models import HistoricalRecords


class _Manager(HistoryManager):
    """The library puts its class together anew at every look and every save, which is a tenth of what a save costs."""

    @classmethod
    @functools.cache
    def from_queryset(cls, queryset_class, class_name=None):
        return super().from_queryset(queryset_class, class_name)


class History(HistoricalRecords):
    """Every version of a row, who wrote it and when."""

    def __init__(self, **options) -> None:
        super().__init__(history_manager=_Manager, **options)
