"""Every drill passes at a small count, and comes out red when its own fault is planted."""

import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from tempfile import gettempdir

import pytest

from drills.plumbing.catalogue import all_drills
from drills.plumbing.template import cache
from tests.architecture.sources import ROOT
from tests.plumbing.browser import chromium_path
from tests.plumbing.database import WHOLE, on_postgresql, roomy_folder

DRILLS = all_drills()
PATIENCE = 600


@pytest.fixture
def drill_database() -> str:
    """Which kind of database this run is about."""
    return "postgresql" if on_postgresql() else "sqlite"


class Nursery:
    """A process that has the program loaded and forks the drills; their databases lie where a commit costs no disk."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "drills.plumbing.nursery"]
        places = {"TMPDIR": roomy_folder() or gettempdir(), "LIANZHENG_DRILL_CACHE": str(cache())}
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | places,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def drilled(self, name: str, db: str, *more: str) -> dict:
        """What the drill answers, with its exit code."""
        command = [name, "--json", "--db", db, "--count", str(_quick(name, db)), *more]
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()
        if not select.select([self.process.stdout], [], [], PATIENCE)[0]:
            self.kill()  # nobody may take its late answer for that of the next drill
            raise AssertionError(f"{name} does not come to an end")
        ended = json.loads(self.process.stdout.readline())
        said, errors = (Path(ended[kind]).read_text(errors="replace") for kind in ("out", "err"))
        lines = said.strip().splitlines()
        assert lines, errors[-3000:]
        return json.loads(lines[-1]) | {"code": ended["code"], "stderr": errors[-3000:]}

    def close(self) -> None:
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture(scope="module")
def nursery():
    found = Nursery()
    yield found
    found.close()


def _quick(name: str, db: str) -> int:
    """On a second database a third of it: what it is about has been asked for on the first."""
    drill = DRILLS[name]
    return drill.quick if db == drill.databases[0] or WHOLE else max(1, drill.quick // 3)


def _needs(name: str) -> None:
    """Skip where a program is not on the machine; bin/test installs it where it may."""
    if DRILLS[name].browser and chromium_path() is None:
        pytest.skip("NO CHROMIUM: install chromium or google-chrome, or set LIANZHENG_CHROMIUM")
    if missing := [program for program in DRILLS[name].needs if not shutil.which(program)]:
        pytest.skip(f"NEEDS {' '.join(missing)}")


@pytest.mark.parametrize("name", DRILLS)
def test_the_drill_passes(name, drill_database, nursery):
    _needs(name)
    if drill_database not in DRILLS[name].databases:
        pytest.skip(f"{name} is about another database")
    if DRILLS[name].alike and drill_database != DRILLS[name].databases[0] and not WHOLE:
        pytest.skip(f"{name} comes out alike on every database")
    told = nursery.drilled(name, drill_database)
    assert told["code"] == 0, json.dumps(told, ensure_ascii=False, indent=1)
    assert told["count"] > 0, "it tried something"


@pytest.mark.parametrize("name", DRILLS)
def test_the_drill_comes_out_red_with_its_fault(name, drill_database, nursery):
    _needs(name)
    if drill_database != DRILLS[name].databases[0]:
        pytest.skip("its fault is planted on the first of its databases")
    told = nursery.drilled(name, drill_database, "--fault")
    assert told["code"] == 1, json.dumps(told, ensure_ascii=False, indent=1)
    assert told["red"]


def test_each_drill_says_what_it_proves_and_what_it_plants():
    for name, drill in DRILLS.items():
        assert all((drill.title, drill.fault, drill.unit)), name
        assert 0 < drill.quick <= drill.count, name
        assert set(drill.databases) <= {"sqlite", "postgresql"}, name
