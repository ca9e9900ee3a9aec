"""Every drill passes at a small count, and comes out red when its own fault is planted."""

import json
import shutil
import subprocess
import sys

import pytest

from drills.plumbing.catalogue import all_drills
from tests.architecture.sources import ROOT
from tests.plumbing.browser import chromium_path
from tests.plumbing.database import WHOLE, on_postgresql

DRILLS = all_drills()
PATIENCE = 600


@pytest.fixture
def drill_database() -> str:
    """Which kind of database this run is about."""
    return "postgresql" if on_postgresql() else "sqlite"


def drilled(name: str, db: str, *more: str) -> dict:
    """What `python -m drills` answers, with its exit code."""
    command = [sys.executable, "-m", "drills", name, "--json", "--db", db, "--count", str(DRILLS[name].quick), *more]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)
    lines = done.stdout.strip().splitlines()
    assert lines, done.stderr[-3000:]
    return json.loads(lines[-1]) | {"code": done.returncode, "stderr": done.stderr[-3000:]}


def _needs(name: str) -> None:
    """Skip where a program is not on the machine; bin/test installs it where it may."""
    if DRILLS[name].browser and chromium_path() is None:
        pytest.skip("NO CHROMIUM: install chromium or google-chrome, or set LIANZHENG_CHROMIUM")
    if missing := [program for program in DRILLS[name].needs if not shutil.which(program)]:
        pytest.skip(f"NEEDS {' '.join(missing)}")


@pytest.mark.parametrize("name", DRILLS)
def test_the_drill_passes(name, drill_database):
    _needs(name)
    if drill_database not in DRILLS[name].databases:
        pytest.skip(f"{name} is about another database")
    if DRILLS[name].alike and drill_database != DRILLS[name].databases[0] and not WHOLE:
        pytest.skip(f"{name} comes out alike on every database")
    told = drilled(name, drill_database)
    assert told["code"] == 0, json.dumps(told, ensure_ascii=False, indent=1)
    assert told["count"] > 0, "it tried something"


@pytest.mark.parametrize("name", DRILLS)
def test_the_drill_comes_out_red_with_its_fault(name, drill_database):
    _needs(name)
    if drill_database != DRILLS[name].databases[0]:
        pytest.skip("its fault is planted on the first of its databases")
    told = drilled(name, drill_database, "--fault")
    assert told["code"] == 1, json.dumps(told, ensure_ascii=False, indent=1)
    assert told["red"]


def test_each_drill_says_what_it_proves_and_what_it_plants():
    for name, drill in DRILLS.items():
        assert all((drill.title, drill.fault, drill.unit)), name
        assert 0 < drill.quick <= drill.count, name
        assert set(drill.databases) <= {"sqlite", "postgresql"}, name
