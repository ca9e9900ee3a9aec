"""What the office does to the list of regulations (制度)."""

import datetime

from django.db import transaction
from django.utils import timezone

from accounts.exceptions import NotNow
from accounts.models import User
from accounts.roles import Permission
from audit import services as audit
from registers import access
from registers.models import Regulation, Unit
from registers.services import tracking


def require_office(by: User | None, bureau: Unit) -> None:
    """Raise NotAllowed unless he keeps the powers and regulations of the bureau."""
    if by is not None:
        access.require(by, Permission.KEEP_POWERS, bureau)


@transaction.atomic
def add_regulation(*, by: User | None, bureau: Unit, title: str, reason: str = "", **fields) -> Regulation:
    """A new regulation of a bureau. Raises NotAllowed, or NotNow for a second one in force with that title."""
    require_office(by, bureau)
    rows = Regulation.objects.filter(bureau=bureau, title=title, closed_on__isnull=True)
    if rows.exists():
        raise NotNow(f"已有制度《{title}》；修订请在该制度上登记。")
    regulation = Regulation(bureau=bureau, title=title, **fields)
    tracking.save(regulation, by=by, reason=reason)
    audit.record(verb="regulation.add", by=by, bureau=bureau.pk, target=regulation)
    return regulation


@transaction.atomic
def change_regulation(
    *, by: User | None, regulation: Regulation, seen: int | None = None, reason: str = "", **fields
) -> Regulation:
    """Change a regulation's fields. Raises NotAllowed, Outdated, or NotNow for one that was repealed."""
    regulation = _current(regulation)
    require_office(by, regulation.bureau)
    tracking.require_seen(regulation, seen)
    if regulation.closed_on:
        raise NotNow(f"《{regulation}》已废止，不能再改。")
    before = {name: str(getattr(regulation, name) or "") for name in fields}
    for name, value in fields.items():
        setattr(regulation, name, value)
    after = {name: str(getattr(regulation, name) or "") for name in fields}
    if before == after:
        return regulation
    tracking.save(regulation, by=by, reason=reason)
    audit.record(
        verb="regulation.change", by=by, bureau=regulation.bureau_id, target=regulation, before=before, after=after
    )
    return regulation


@transaction.atomic
def close_regulation(
    *, by: User | None, regulation: Regulation, on: datetime.date | None = None, seen: int | None = None, reason=""
) -> Regulation:
    """Repeal a regulation; powers and controls that name it keep the link. Raises NotAllowed or Outdated."""
    regulation = _current(regulation)
    require_office(by, regulation.bureau)
    tracking.require_seen(regulation, seen)
    if regulation.closed_on:
        return regulation
    regulation.closed_on = on or timezone.localdate()
    tracking.save(regulation, by=by, reason=reason)
    on_day = regulation.closed_on.isoformat()
    audit.record(verb="regulation.close", by=by, bureau=regulation.bureau_id, target=regulation, on=on_day)
    return regulation


def _current(regulation: Regulation) -> Regulation:
    return Regulation.objects.select_for_update(of=("self",)).select_related("bureau").get(pk=regulation.pk)
