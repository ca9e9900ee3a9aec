"""The ledger's key on risk points: which rank each has while its register is in force.

Bookkeeping beside the register's state, written where that is written (`workflow.engine`): with it the ledger counts
and sorts 30,000 points from one index.
"""

from django.db.models import Value
from django.db.models.functions import Coalesce

from registers.models import Register, RiskPoint

UNRATED = 99  # in force without a level: stands last in the ledger


def enter(register: Register) -> None:
    """The register came into force: its rows count. Rows that the filler had removed never do."""
    points = RiskPoint.objects.filter(register=register)
    points.filter(block__removed_at=None).update(live_rank=Coalesce("level_rank", Value(UNRATED)))


def leave(register: Register) -> None:
    """The register was replaced: its rows count no longer."""
    RiskPoint.objects.filter(register=register, live_rank__isnull=False).update(live_rank=None)


def rebuild(bureau_ids: list[int]) -> None:
    """Set the keys of whole bureaus anew from the registers' state (after rows were loaded past the engine)."""
    points = RiskPoint.objects.filter(bureau_id__in=bureau_ids)
    points.filter(live_rank__isnull=False).update(live_rank=None)
    live = Register.objects.in_force().filter(bureau_id__in=bureau_ids).values("pk")
    points.filter(register__in=live, block__removed_at=None).update(live_rank=Coalesce("level_rank", Value(UNRATED)))
