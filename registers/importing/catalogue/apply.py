"""Plan and carry out a catalogue import: all lines or none, in one transaction with its audit row."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from accounts.exceptions import NotAllowed, NotNow
from accounts.models import User
from audit import services as audit
from registers.importing.catalogue import lines
from registers.importing.catalogue.catalogue import Catalogue
from registers.importing.catalogue.columns import NO, YES
from registers.importing.catalogue.ground import Ground
from registers.importing.catalogue.planned import SAME, CataloguePlan, Talk
from registers.importing.cells import Sheet
from registers.models import Unit
from registers.services import tree

VERB = "catalogue.apply"
FLAGS = {YES: True, NO: False}


@dataclass(frozen=True)
class Applied:
    counts: list[tuple[str, int]]
    event: int


def make_plan(catalogue: Catalogue, sheets: Sequence[Sheet], place: Unit, by: User) -> CataloguePlan:
    """What the workbook would add and change, and what is wrong with it."""
    return _plan(catalogue, sheets, Ground(place), by)


def _plan(catalogue: Catalogue, sheets: Sequence[Sheet], ground: Ground, by: User) -> CataloguePlan:
    talk = Talk()
    read = lines.read(sheets, catalogue.tables, catalogue.offers(ground), talk)
    changes = catalogue.plan(read, ground, talk, by)
    return CataloguePlan(changes, talk.messages, sum(len(found) for found in read.values()))


@transaction.atomic
def apply_catalogue(
    *, catalogue: Catalogue, sheets: Sequence[Sheet], place: Unit, by: User, name: str = "", seen: str = ""
) -> Applied:
    """Import a workbook. ``seen`` is the digest of the plan that the user confirmed.

    Raises NotAllowed without the right, NotNow when the workbook has errors, says nothing new, or the plan is no
    longer the one that was shown; and whatever the services refuse.
    """
    if not catalogue.places(by).filter(pk=place.pk).exists():
        raise NotAllowed(f"您不能为“{place}”导入{catalogue.name}。")
    tree.lock_tree()
    list(Unit.objects.select_for_update().filter(pk=place.bureau_id).values_list("pk"))  # one import at a time
    ground = Ground(place)
    plan = _plan(catalogue, sheets, ground, by)
    if plan.errors:
        raise NotNow(f"表中还有 {len(plan.errors)} 处错误，没有导入任何内容。")
    if seen and seen != plan.digest():
        raise NotNow("预览之后情况有了变化，没有导入；请重新预览并核对。")
    changes = [change for change in plan.changes if change.action != SAME]
    if not changes:
        raise NotNow("表里的内容都已经有了，没有要写入的。")
    counts = plan.counts()
    catalogue.write(changes, ground, by, f"导入 {name}".strip())
    event = audit.record(
        verb=VERB, by=by, bureau=place.bureau_id, target=place, label=name, kind=catalogue.key, counts=counts
    )
    return Applied(counts, event.pk)
