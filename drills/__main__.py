"""`python -m drills NAME [--count N] [--db …] [--seed S] [--fault] [--json]`; see bin/drill.

Exit code 0: nothing was lost, missed or wrongly alarmed. 1: red. 2: it could not be run.
"""

import argparse
import json
import shutil
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path

from django.db import connection

from drills.plumbing import ground
from drills.plumbing.catalogue import all_drills
from drills.plumbing.model import Ask, Drill, Report
from lianzheng.stack import roomy
from tests.plumbing.database import save_in_transactions


def answer(arguments: list[str]) -> int:
    """What was asked for, done and told; the exit code."""
    known = all_drills()
    asked = parsed(arguments, known)
    if asked.list:
        for name, drill in known.items():
            print(f"{name}\t{drill.title}(默认 {drill.count} {drill.unit})；种下的故障：{drill.fault}")
        return 0
    drill = known[asked.name]
    if asked.db not in drill.databases:
        print(f"{asked.name} 只用于 {'、'.join(drill.databases)}。", file=sys.stderr)
        return 2
    if missing := [program for program in drill.needs if not shutil.which(program)]:
        print(f"{asked.name} 需要系统程序 {'、'.join(missing)}，请先安装，再运行一次。", file=sys.stderr)
        return 2
    ask = Ask(asked.count or drill.count, asked.seed, asked.db, asked.fault)
    started = time.monotonic()
    report = run(asked.name, drill, ask)
    seconds = round(time.monotonic() - started, 1)
    told = {"drill": asked.name, "db": ask.db} | report.told() | {"seconds": seconds, "red": report.red}
    print(json.dumps(told, ensure_ascii=False) if asked.json else in_words(told, drill))
    return int(report.red)


def parsed(arguments: list[str], known: dict[str, Drill]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/drill", description="演练：崩溃、竞争、篡改、模糊测试、泄露")
    parser.add_argument("name", nargs="?", choices=sorted(known), metavar="NAME", help="演练的名称，见 --list")
    parser.add_argument("--list", action="store_true", help="列出全部演练")
    parser.add_argument("--count", type=int, default=0, help="次数；不给就用该演练的默认值")
    parser.add_argument("--db", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--seed", type=int, default=1, help="随机数种子")
    parser.add_argument("--fault", action="store_true", help="种下故障，结果必须是红的(退出码 1)")
    parser.add_argument("--json", action="store_true", help="一行 JSON")
    asked = parser.parse_args(arguments)
    if not asked.name and not asked.list:
        parser.error("请给出演练的名称，或 --list")
    return asked


def run(name: str, drill: Drill, ask: Ask) -> Report:
    """The drill on a fresh migrated database, in this process."""
    with tempfile.TemporaryDirectory(prefix="lianzheng-drill-", ignore_cleanup_errors=True) as place:
        folder = Path(place)
        ground.set_environment(folder, dict(drill.environment))
        with ground.database(ask.db, folder):
            ground.load_program()
            save_in_transactions()
            try:
                return import_module(f"drills.{name}.run").run(ask)
            finally:
                connection.close()


def in_words(told: dict, drill: Drill) -> str:
    """For people: a line a fact, and how it came out."""
    words = {
        "count": drill.unit, "acknowledged": "已应答", "lost": "丢失", "found": "查出", "missed": "漏过",
        "false_alarms": "误报", "seconds": "秒",
    }  # fmt: skip
    lines = [drill.title]
    lines += [f"  {words[key]}：{value}" for key, value in told.items() if key in words]
    lines += [f"  {key}：{value}" for key, value in told.get("facts", {}).items()]
    lines += [f"  ! {problem}" for problem in told.get("problems", [])]
    return "\n".join([*lines, "结果：" + ("红" if told["red"] else "绿")])


@roomy
def main(arguments: list[str]) -> int:
    try:
        return answer(arguments)
    except Exception as fault:  # a drill that breaks down is not one that found something
        if "--json" not in arguments:
            raise
        print(json.dumps({"error": f"{type(fault).__name__}: {fault}"}, ensure_ascii=False))
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
