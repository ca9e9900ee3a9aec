"""正式印发: a numbered document puts registers in force and replaces their former versions."""

import datetime
import itertools
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from accounts.exceptions import NotAllowed, NotNow
from accounts.models import User
from accounts.roles import Permission
from audit import services as audit
from registers.access import require
from registers.models import Cycle, Register
from registers.schemes.store import spec_of
from workflow import engine
from workflow.acts import Act
from workflow.models import Decision, Issuance, IssuanceItem
from workflow.services.numbering import next_number, number_after

SERIES = "issue"


@dataclass(frozen=True)
class Document:
    title: str
    issued_on: datetime.date
    in_force_from: datetime.date
    number: str = ""  # empty: the next one of the bureau's series


@transaction.atomic
def issue(*, by: User, cycle: Cycle, registers: tuple[Register, ...], document: Document, key: str) -> Issuance:
    """Issue registers that stand at their last step; all or none. Raises NotAllowed, NotNow."""
    rows = engine.locked_all(row.pk for row in registers)
    done = Decision.objects.filter(by=by, key__startswith=f"{key}:").first()
    if done:
        return Issuance.objects.get(items__register=done.register_id)
    require(by, Permission.ISSUE, cycle.bureau)
    if not registers:
        raise NotNow("请至少选择一张登记表。")
    if not document.title.strip():
        raise NotNow("请填写标题。")
    if document.in_force_from < document.issued_on:
        raise NotNow("生效日期不能早于印发日期。")
    number = document.number.strip() or _next_free(cycle, document.issued_on.year)
    issuance = _numbered(by, cycle, document, number)
    audit.record(verb="issuance.make", by=by, bureau=cycle.bureau_id, target=issuance, registers=len(registers))
    for register in rows:
        if register.cycle_id != cycle.pk:
            raise NotAllowed(f"“{register}”不属于本周期。")
        sealed = engine.put_in_force(
            register=register,
            by=by,
            act=Act(key=f"{key}:{register.pk}", paper=number),
            number=number,
            day=document.in_force_from,
        )
        IssuanceItem.objects.create(issuance=issuance, register=register, seal=sealed)
    return issuance


def _numbered(by: User, cycle: Cycle, document: Document, number: str) -> Issuance:
    """The document itself. The database refuses a number that is taken, also one taken at this moment."""
    try:
        with transaction.atomic():
            return Issuance.objects.create(
                bureau=cycle.bureau,
                cycle=cycle,
                number=number,
                title=document.title.strip(),
                issued_on=document.issued_on,
                in_force_from=document.in_force_from,
                by=by,
            )
    except IntegrityError:
        raise NotNow(f"文号“{number}”已经用过。") from None


def _next_free(cycle: Cycle, year: int) -> str:
    """The next number of the series that nobody gave out by hand."""
    pattern = spec_of(cycle.scheme).number_pattern
    while True:
        number = next_number(bureau=cycle.bureau, series=SERIES, year=year, pattern=pattern)
        if not Issuance.objects.filter(bureau=cycle.bureau, number=number).exists():
            return number


def preview_number(cycle: Cycle, year: int) -> str:
    """The number that the next document would get, without taking it."""
    given = set(Issuance.objects.filter(bureau=cycle.bureau).values_list("number", flat=True))
    pattern = spec_of(cycle.scheme).number_pattern
    numbers = (number_after(cycle.bureau, SERIES, year, pattern, ahead=ahead) for ahead in itertools.count(1))
    return next(number for number in numbers if number not in given)
