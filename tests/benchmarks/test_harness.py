"""The benchmark harness runs: on a tiny body, in a database of its own, with the numbers that the issue asks for."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from benchmarks import report
from drills.plumbing.template import sqlite_template
from tests.architecture.sources import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    command = [sys.executable, "-m", "benchmarks", "--size", "tiny", "--json"]
    command += [f"--only={name}" for name in ("home", "ledger", "export")]
    place = tmp_path_factory.mktemp("data")
    (place / "bench" / "sqlite-tiny").mkdir(parents=True)
    shutil.copyfile(sqlite_template(), place / "bench" / "sqlite-tiny" / "lianzheng.sqlite3")  # saves its migrations
    env = os.environ | {"LIANZHENG_DATA": str(place)}
    run = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return {line["name"]: line for line in map(json.loads, run.stdout.splitlines())}


def test_a_page_has_its_cpu_queries_and_bytes(told):
    for name in ("bare", "home", "ledger"):
        line = told[name]
        assert (line["size"], line["db"]) == ("tiny", "sqlite")
        assert line["cpu_ms"] > 0
        assert line["bytes"] > 1000
        assert 0 < line["queries"] <= 22


def test_the_export_has_its_speed_and_peak_of_memory(told):
    assert told["export"]["rows_per_s"] > 0
    assert told["export"]["peak_mb"] > 0


def test_the_table_compares_with_the_baseline(told):
    home = told["home"]
    slower = home | {"cpu_ms": home["cpu_ms"] * 2, "bare": home["bare"] * 2}
    line = report.table([slower], {report.key_of(home): home}).splitlines()[1]
    assert " 2.00 " in line
