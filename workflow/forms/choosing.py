"""Choosing registers for a batch act: single ones (``r``) and whole groups of scope and section (``g``)."""

from django.db.models import Q, QuerySet
from django.http import QueryDict

from accounts.asked import number
from registers.models import Cycle, Register
from workflow import board, waiting


def chosen(cycle: Cycle, kind: str, data: QueryDict) -> QuerySet[Register]:
    """The waiting registers that were ticked, in the order of the tree."""
    rows = waiting.waiting_at(cycle, kind)
    where = Q(pk__in=ids_of(data))
    for key in data.getlist("g"):
        where |= Q(pk__in=waiting.in_group(rows, key).values("pk"))
    return board.in_tree_order(rows.filter(where))


def ids_of(data: QueryDict) -> list[int]:
    """The ids that were ticked one by one; nonsense is left out."""
    return [pk for pk in map(number, data.getlist("r")) if pk is not None]
