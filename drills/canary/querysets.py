"""What the product itself gives each person of a table, to be compared with the oracle without walking."""

from collections.abc import Callable

from django.db.models import QuerySet

from accounts.models import User
from registers import access
from registers.models import Power, RiskPoint
from registers.reach import reach_of
from supervision.access import readable as readable_letters
from workflow import access as workflow_access
from workflow import letters, notices, recipients
from workflow.models import Comment, Filing, Notice
from workflow.public_powers import published

PRODUCT: dict[str, Callable[[User], QuerySet]] = {
    "registers_unit": access.visible_units,
    "registers_power": lambda user: Power.objects.filter(pk__in=access.visible_powers(user)) | published(),
    "registers_register": workflow_access.visible_registers,
    "workflow_notice": lambda user: Notice.objects.filter(pk__in=_pks(notices.for_user(user), notices.kept_by(user))),
    "workflow_comment": lambda user: Comment.objects.filter(pk__in=_pks(recipients.readable_comments(user))),
    "workflow_filing": lambda user: Filing.objects.filter(pk__in=_pks(letters.readable(user))),
    "supervision_letter": readable_letters,
}


def _pks(*found: QuerySet) -> list[int]:
    return [pk for rows in found for pk in rows.values_list("pk", flat=True)]


def in_force(user: User) -> set[int]:
    """Points in force by the ledger's own reach."""
    rows = RiskPoint.objects.filter(reach_of(user).points(), live_rank__isnull=False)
    return set(rows.values_list("pk", flat=True))


def ids(table: str, user: User) -> set[int]:
    """The keys that the product lets the user read."""
    return set(PRODUCT[table](User.objects.get(pk=user.pk)).values_list("pk", flat=True))
