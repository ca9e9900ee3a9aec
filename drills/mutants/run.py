"""For each guard a forked child without it: the cheap checks first, then the tests that speak of it."""

import logging
import os
import sys
import traceback
from collections import Counter
from contextlib import nullcontext
from pathlib import Path
from random import Random

from django.db import connection

from drills.mutants import checks, planting
from drills.mutants.guards import Mutant, mutants
from drills.mutants.suite import Suite, collect
from drills.plumbing.model import Ask, Report

SMALL = 50
HERE = Path(__file__).parent
FAULTY = "registers/access.py"  # whose checks the seeded fault leaves out
# What one random world notices, in seconds.
QUICK = {
    f"{FAULTY} {guard}"
    for guard in ("bureaus_under filter 1", "visible_powers filter 0", "Standing.grants filter 0")
}  # fmt: skip
SURVIVED, KILLED, NOT_HERE = 0, 1, 2


def run(ask: Ask) -> Report:
    logging.disable(logging.CRITICAL)
    known, short = equivalent(), ask.count < SMALL
    everything = list(mutants((FAULTY,) if short else None))
    report = Report(missed=0, found=0, facts={"全部": len(everything), "等价": len(known)})
    if not short and (gone := known.keys() - {mutant.name for mutant in everything}):
        report.problems.append(f"equivalent.txt 里没有这一处：{sorted(gone)}")
    wanted = [mutant for mutant in everything if mutant.name not in known]
    killing = Killing(ask, report)
    if short:
        killing.all_of([mutant for mutant in wanted if mutant.name in QUICK][: ask.count], None)
    else:
        chosen = wanted if ask.count >= len(wanted) else Random(ask.seed).sample(wanted, ask.count)
        collect(lambda suite: killing.all_of(chosen, suite))
    report.facts |= {f"由{name}": times for name, times in killing.by.items()}
    return report


def equivalent() -> dict[str, str]:
    """Name of a mutant that changes nothing → why."""
    rows = [line.split("：", 1) for line in (HERE / "equivalent.txt").read_text(encoding="utf-8").splitlines()]
    return {row[0]: row[1] for row in rows if len(row) == 2 and not row[0].startswith("#")}


class Killing:
    """Runs one child after the other."""

    def __init__(self, ask: Ask, report: Report) -> None:
        self.ask, self.report, self.by = ask, report, Counter()
        self.ground = checks.Ground(ask.seed, ask.count < SMALL)
        self.database = connection.settings_dict["NAME"]

    def all_of(self, chosen: list[Mutant], suite: Suite | None) -> None:
        with suite.blocker.unblock() if suite else nullcontext():
            self._use(self.database)
            self.report.problems += [f"什么也没有去掉，就查出：{found}" for found in self.ground.make(chosen)]
        for number, mutant in enumerate(chosen, 1):
            outcome, by = self.child(mutant, suite)
            self.report.count += 1
            if outcome == KILLED:
                self.report.found += 1
                self.by[by] += 1
            else:
                self.report.missed += 1
                why = "没有被发现" if outcome == SURVIVED else "没有一个函数运行它"
                self.report.problems.append(f"{mutant}：{why}")
            if os.environ.get("MUTANTS_TOLD"):
                print(number, outcome, by, mutant, file=sys.stderr, flush=True)

    def child(self, mutant: Mutant, suite: Suite | None) -> tuple[int, str]:
        """Plant it in a child of its own and see."""
        connection.close()
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            outcome, by = NOT_HERE, ""
            try:
                if planting.plant(mutant):
                    outcome, by = KILLED, "出错"
                    outcome, by = self.tried(mutant, suite)
            except BaseException:
                if outcome == NOT_HERE or "UNIQUE" in traceback.format_exc():
                    traceback.print_exc()
            finally:
                os.write(writing, by.encode())
                os._exit(outcome)
        os.close(writing)
        with os.fdopen(reading, "rb") as said:
            by = said.read().decode()
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), by

    def tried(self, mutant: Mutant, suite: Suite | None) -> tuple[int, str]:
        left_out = self.ask.fault and mutant.path == FAULTY
        with suite.blocker.unblock() if suite else nullcontext():
            for check in [] if left_out else checks.checks_of(mutant):
                if next(check(self.ground, mutant), None):
                    return KILLED, check.__name__
        if suite and not left_out:
            self._use(suite.tests_database)
            if suite.run(mutant):
                return KILLED, "测试"
        return SURVIVED, ""

    def _use(self, database: str) -> None:
        connection.close()
        connection.settings_dict["NAME"] = database
