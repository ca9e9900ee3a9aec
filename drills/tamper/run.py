"""Random attacks, each in a transaction that is rolled back after verification has looked at it."""

import random
import tempfile
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from django.db import IntegrityError, connection, transaction
from django.db.utils import DataError, InternalError, OperationalError, ProgrammingError

import audit.verify
from audit import checkpoints, pack
from audit.verify import Checkpoint, verify
from audit.verify.rows import Checked
from drills.plumbing.model import Ask, Report
from drills.tamper import attacks
from drills.tamper.honest import act_honestly, build
from drills.verifier.run import verifier
from registers.enums import RedactionState
from registers.models import Redaction
from tests.plumbing.database import behind_its_back

HONEST = 10  # attacks to one honest act
SHOWN = 10


def run(ask: Ask) -> Report:
    """``found``/``missed`` count attacks, ``false_alarms`` honest histories that were called false."""
    chance = random.Random(ask.seed)
    report = Report(found=0, missed=0, false_alarms=0)
    world = build()
    early = checkpoints.at_end()
    told = [*early]
    tried: Counter[str] = Counter()
    unnamed: Counter[str] = Counter()
    with fault() if ask.fault else nothing():
        for number in range(ask.count):
            if number % HONEST == 0:
                act_honestly(world, chance)
                result = verify(connection, checkpoints=told)
                if result.findings:
                    report.false_alarms += 1
                    report.problems.append(f"种子 {ask.seed} 第 {number} 次：误报 {result.findings[0]}")
                told = checkpoints.at_end()
            _attack(chance, told, report, tried, unnamed)
    report.problems += _by_the_single_file(told)
    report.count = sum(tried.values())
    report.facts = {f"tried.{name}": count for name, count in sorted(tried.items())}
    report.facts |= {f"unnamed.{name}": count for name, count in sorted(unnamed.items())}
    report.facts["honest"] = (ask.count + HONEST - 1) // HONEST
    report.facts["redactions"] = Redaction.objects.filter(state=RedactionState.DONE).count()
    del report.problems[SHOWN:]
    return report


def _by_the_single_file(told: list[Checkpoint]) -> list[str]:
    """What the stand-alone verifier finds amiss in all that was honest."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "pack.zip"
        with path.open("wb") as out:
            pack.write(connection, out, dict.fromkeys(pack.bureaus_of(connection), "单位"))
        said = verifier(fault=False).verify(str(path), [point.text for point in told])
    return [] if said["result"] == "intact" else [f"独立程序误报：{said['error'] or said['problems'][0]['said']}"]


def _attack(
    chance: random.Random, told: list[Checkpoint], report: Report, tried: Counter[str], unnamed: Counter[str]
) -> None:
    """One attack that really changes something; tries others until one does."""
    while True:
        name = chance.choices(list(attacks.ATTACKS), weights=attacks.WEIGHTS)[0]
        with transaction.atomic():
            try:
                with behind_its_back():
                    done = attacks.ATTACKS[name](chance)
            except (IntegrityError, DataError, ProgrammingError, OperationalError, InternalError):
                done = None  # the database itself does not take such a value
            findings = verify(connection, checkpoints=told).findings if done else []
            transaction.set_rollback(True)
        if done:
            break
    tried[name] += 1
    if not findings:
        report.missed += 1
        report.problems.append(f"漏过：{name} {done}")
        return
    report.found += 1
    if done.table and not any(_names(done, finding) for finding in findings):
        unnamed[name] += 1
        report.problems.append(f"没有指出位置：{name} {done} → {findings[0]}")


def _names(done: attacks.Done, finding: audit.verify.Finding) -> bool:
    """Whether the finding points at the place: for a cell its table, row and column."""
    right = finding.table == done.table and (done.row is None or finding.row == done.row)
    return right and (not done.column or finding.column == done.column)


@contextmanager
def nothing():
    yield


def fault():
    """Rows are no longer compared with the journal."""
    return mock.patch.object(audit.verify, "check_rows", return_value=Checked())
