"""World after world: for each of its people the product's querysets against the oracle, row by row."""

from contextlib import AbstractContextManager, nullcontext
from random import Random
from unittest.mock import patch

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from drills.plumbing.model import Ask, Report
from drills.visibility import oracle, worlds
from registers import access
from registers.models.organisation import DatedQuerySet, DecidingQuerySet
from workflow import access as workflow_access

PRODUCT = {
    "registers": access.visible_registers,
    "road": workflow_access.visible_registers,
    "units": access.visible_units,
    "powers": access.visible_powers,
}
TOLD = 20  # sentences at most


def run(ask: Ask) -> Report:
    report = Report(missed=0, false_alarms=0, facts={"行": 0, "世界": 0})
    while report.count < ask.count:
        seed = f"{ask.seed}/{report.facts['世界']}"
        with transaction.atomic():
            people = worlds.make(Random(seed), f"{seed} ")
            with fault() if ask.fault else nullcontext():
                for person in people[: ask.count - report.count]:
                    compare(person, seed, report)
            transaction.set_rollback(True)
        report.facts["世界"] += 1
    if not report.facts["行"]:
        report.problems.append("没有一个人看到任何东西：什么也没有比较。")
    return report


def fault() -> AbstractContextManager:
    """What waits for its confirmation holds at once."""
    return patch.object(DecidingQuerySet, "on", DatedQuerySet.on)


def compare(person: User, seed: str, report: Report) -> None:
    """One user: all questions. ``missed`` counts rows shown that must not be, ``false_alarms`` rows withheld."""
    report.count += 1
    for question, product in PRODUCT.items():
        right = oracle.seen(question, person.pk, timezone.localdate())
        shown = set(product(User.objects.get(pk=person.pk)).values_list("pk", flat=True))
        report.facts["行"] += len(right)
        report.missed += len(shown - right)
        report.false_alarms += len(right - shown)
        if shown != right and len(report.problems) < TOLD:
            report.problems.append(
                f"世界 {seed}，{person.name}，{question}：多出 {sorted(shown - right)}，少了 {sorted(right - shown)}"
            )
