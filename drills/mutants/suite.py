"""The tests that speak of a guard, run in a forked child of one warm pytest: no test starts from nothing."""

import os
import re
import sys
from collections import defaultdict
from collections.abc import Callable
from contextlib import redirect_stdout
from functools import cache
from pathlib import Path

import pytest
from django.db import connection
from pytest_django.plugin import blocking_manager_key

from drills.mutants.checks import view_of
from drills.mutants.guards import ROOT, Mutant, modules, source
from tests.matrix.addresses import patterns

LEFT_OUT = ("drills", "browser", "matrix", "races", "benchmarks", "evidence", "keeping", "machinery", "lianzheng")
MOST = 8  # files of tests for one mutant
WORD = re.compile(r"\w+")


class Suite:
    """A pytest plugin: once everything is collected, ``loop`` is called instead of the tests."""

    def __init__(self, loop: Callable[["Suite"], None]) -> None:
        self.loop, self.failed = loop, ""
        self.items: dict[str, list[pytest.Item]] = defaultdict(list)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.blocker = session.config.stash[blocking_manager_key]
        for item in session.items:
            if "transactional_db" not in item.fixturenames:
                self.items[item.path.relative_to(ROOT).as_posix()].append(item)
        first = next(item for item in session.items if _leaves_nothing_open(item))
        other = next(item for item in session.items if item.path != first.path)
        first.config.hook.pytest_runtest_protocol(item=first, nextitem=other)
        self.tests_database = connection.settings_dict["NAME"]
        self.loop(self)
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and not self.failed:
            self.failed = report.nodeid

    def run(self, mutant: Mutant) -> str:
        """In a child: the first test that fails, or nothing."""
        self.failed = ""
        chosen = [item for file in tests_of(mutant, tuple(self.items)) for item in self.items[file]]
        for item, following in zip(chosen, [*chosen[1:], chosen[-1] if chosen else None], strict=False):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self.failed:
                return self.failed
        return ""


def _leaves_nothing_open(item: pytest.Item) -> bool:
    """A test with a database of which no fixture outlives it that may hold a transaction open."""
    scopes = {one.scope for many in item._fixtureinfo.name2fixturedefs.values() for one in many}
    return bool(item.get_closest_marker("django_db")) and not scopes & {"module", "package"}


def collect(loop: Callable[[Suite], None]) -> Suite:
    """Collects the tests of the program and calls ``loop``."""
    suite = Suite(loop)
    ignored = [f"--ignore={ROOT / 'tests' / one}" for one in LEFT_OUT]
    os.environ["LIANZHENG_TEST"] = "1"
    options = ["-qq", "--no-header", "--no-summary", "-p", "no:cacheprovider", "--rootdir", str(ROOT)]
    with redirect_stdout(sys.stderr):
        pytest.main([*options, str(ROOT / "tests"), *ignored], plugins=[suite])
    return suite


@cache
def words_of(file: str) -> frozenset[str]:
    return frozenset(WORD.findall((ROOT / file).read_text(encoding="utf-8")))


def tests_of(mutant: Mutant, files: tuple[str, ...]) -> list[str]:
    """The files of tests that name the function, its address, or what calls it; the nearest first."""
    near = leading_to(mutant.path, mutant.function.rsplit(".", 1)[-1])
    module = Path(mutant.path).stem
    score = {file: _score(file, near, module, mutant.path.split("/")[0]) for file in files}
    return sorted((file for file in files if score[file] > 0), key=lambda file: -score[file])[:MOST]


@cache
def leading_to(path: str, name: str) -> frozenset[str]:
    """The function, what calls it in its module and in those that import it, and the addresses of all of these."""
    functions = {(path, one) for one in {name} | callers(path, name)}
    for other in modules():
        if other != path and name in WORD.findall(source(other)):
            functions |= {(other, one) for one in callers(other, name)}
    addresses = {pattern.name for pattern in patterns() if view_of(pattern) in functions}
    return frozenset(one for _, one in functions) | addresses


def _score(file: str, near: set[str], module: str, app: str) -> float:
    words = words_of(file)
    told = len(near & words)
    about = Path(file).stem in (f"test_{module}", f"test_{module}s") or module in words
    return told + 3 * about + 0.5 * (file.split("/")[1] == app) if told or about else 0


@cache
def callers(path: str, name: str) -> frozenset[str]:
    """Functions of the module that lead to that one."""
    text, found, edge = source(path), set(), {name}
    parts = re.split(r"\n(?=(?:@.*\n)*(?:def|class) )", text)
    while edge:
        new = set()
        for part in parts:
            head = re.search(r"(?:def|class) (\w+)", part)
            if head and edge & set(WORD.findall(part)) - {head.group(1)} and head.group(1) not in found:
                new.add(head.group(1))
        found |= new
        edge = new
    return frozenset(found - {name})
