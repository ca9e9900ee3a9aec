"""`python -m benchmarks [--size …] [--only NAME] [--db …] [--json] [--save]`: measure, and print a table.

Each size has a database of its own under LIANZHENG_DATA/bench, and a process of its own with that environment; the
installation's own data is never touched.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

from benchmarks import report

ROOT = Path(__file__).resolve().parent.parent
SIZES = ("tiny", "bureau", "district", "province")


def main() -> int:
    asked = arguments()
    lines: list[dict[str, Any]] = []
    failed = False
    for size in asked.size or ["bureau", "district"]:
        with subprocess.Popen(
            command(size, asked), cwd=ROOT, env=environment(size, asked.db), stdout=subprocess.PIPE, text=True
        ) as process:
            for text in process.stdout or ():
                lines.append(json.loads(text))
                if asked.json:
                    print(text, end="", flush=True)
        failed |= process.returncode != 0
    if not asked.json:
        print(report.table(lines, report.read_baseline()))
    if asked.save and not failed:
        report.save_baseline(lines)
    return int(failed)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/bench", description="测量页面、导出、PDF 和多人同时办理的耗费")
    parser.add_argument("--size", action="append", choices=SIZES, help="规模，可多次给出；默认 bureau 和 district")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="只测这些项目")
    parser.add_argument("--db", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--json", action="store_true", help="每项一行 JSON")
    parser.add_argument("--save", action="store_true", help="把结果存为基线")
    parser.add_argument("--reuse", action="store_true", help="数据库已有就用，不管它是由哪一版程序生成的")
    return parser.parse_args()


def command(size: str, asked: argparse.Namespace) -> list[str]:
    only = [f"--only={name}" for name in asked.only]
    return [sys.executable, "-m", "benchmarks.run", "--size", size, *only, *(["--reuse"] if asked.reuse else [])]


def environment(size: str, db: str) -> dict[str, str]:
    """The settings of production, over the database of that size alone."""
    folder = Path(os.environ.get("LIANZHENG_DATA") or ROOT / "var") / "bench" / f"{db}-{size}"
    folder.mkdir(parents=True, exist_ok=True)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("LIANZHENG_")}
    known = {
        "DJANGO_SETTINGS_MODULE": "lianzheng.settings",
        "LIANZHENG_DATA": str(folder),
        "LIANZHENG_SECRET_KEY": "benchmarks only: this database holds nothing of anybody",
        "LIANZHENG_TLS": "0",
        "LIANZHENG_ALLOWED_HOSTS": "testserver",
    }
    if db == "postgresql":
        known["LIANZHENG_DATABASE_URL"] = own_database(os.environ["LIANZHENG_DATABASE_URL"], size)
    return inherited | known


def own_database(url: str, size: str) -> str:
    """A database beside the one of that address, made when it is missing."""
    parts, name = urlsplit(url), f"lianzheng_bench_{size}"
    with psycopg.connect(url, autocommit=True) as server:
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            server.execute(f'CREATE DATABASE "{name}"')
    return urlunsplit(parts._replace(path=f"/{name}"))


if __name__ == "__main__":
    sys.exit(main())
