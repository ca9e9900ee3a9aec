"""Packs by the thousand: honest ones must be intact, forged, damaged and hostile ones must not."""

import random
import tempfile
import types
import zipfile
from collections import Counter
from pathlib import Path

from audit.verifier import single
from drills.plumbing.memory import peak_mb
from drills.plumbing.model import Ask, Report
from drills.verifier.agreement import verdicts
from drills.verifier.forgeries import FORGERIES
from drills.verifier.hostile import HOSTILE
from tests.evidence import packs

HONEST_EVERY = 6  # every so many packs one without fault, which has to be called intact
BOTH_EVERY = 5  # every so many histories are also put into the database, for the program's own verifier
MOST_MEMORY = 400  # megabytes of the whole process


def verifier(fault: bool) -> types.ModuleType:
    """The file as it is handed out, read as a module of its own."""
    module = types.ModuleType("verify_evidence")
    exec(compile(single.text(), single.NAME, "exec"), module.__dict__)
    if fault:
        module.Chain._sealed = unlooked
    return module


def unlooked(chain: object, kind: str, row: packs.Row, link: packs.Row, sealed: list) -> bool:
    """A seal that is kept is taken for right."""
    row["sealed"] = row["sealed"] or packs.digest(link["algorithm"], sealed)
    return True


def run(ask: Ask) -> Report:
    report = Report(found=0, missed=0, false_alarms=0)
    kinds: Counter[str] = Counter()
    module = verifier(ask.fault)
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "pack.zip"
        for number in range(ask.count):
            rng = random.Random(f"{ask.seed}/{number}")
            if number % BOTH_EVERY == 0:
                kinds[both(report, module, path, ask.seed, number)] += 1
            history = packs.honest(rng, 2, rng.randint(3, 8), rng.choice((("sha256",), ("sm3",), ("sha256", "sm3"))))
            if number % HONEST_EVERY == 0:
                one(report, module, path, number, "honest", history, anchors_of(rng, history))
                kinds["honest"] += 1
                continue
            kind, checkpoints = attacked(rng, history, path)
            kinds[kind] += 1
            one(report, module, path, number, kind, None, checkpoints)
    memory = peak_mb()
    if memory > MOST_MEMORY:
        report.problems.append(f"核验用了 {memory} MB 内存")
    report.facts = {"内存（MB）": memory} | {f"其中 {kind}": count for kind, count in sorted(kinds.items())}
    return report


def both(report: Report, module: types.ModuleType, path: Path, seed: int, number: int) -> str:
    """One history before both verifiers; what came out, for the count."""
    rng = random.Random(f"both {seed}/{number}")
    while True:
        history = packs.honest(rng, 2, rng.randint(3, 8), rng.choice((("sha256",), ("sm3",), ("sha256", "sm3"))))
        attack = rng.choice(FORGERIES) if rng.random() < 0.95 else None
        checkpoints = attack(rng, history) if attack else anchors_of(rng, history)
        if checkpoints is not None and (found := verdicts(module, history, checkpoints, path)):
            break
    program, single_file = found
    name = attack.__name__ if attack else "honest"
    if program != single_file:
        said = {True: "完好", False: "不符"}
        report.problems.append(f"同一份历史（{number}，{name}）：程序说{said[program]}，独立程序说{said[single_file]}")
    return "两个程序都说完好" if program else "两个程序都说不符"


def anchors_of(rng: random.Random, history: packs.History) -> list[str]:
    chain = rng.choice(history.chains)
    return [chain.checkpoint(rng.randrange(len(chain.links)), rng.random() < 0.5)]


def attacked(rng: random.Random, history: packs.History, path: Path) -> tuple[str, list[str]]:
    """A pack that must not pass, what was done to it, and the checkpoints that are known from elsewhere."""
    files = packs.files_of(history)
    packs.write(path, history)
    whole = contents(path)
    while True:
        copy = history.copy()
        if rng.random() < 0.6:
            attack = rng.choice(FORGERIES)
            checkpoints = attack(rng, copy)
            if checkpoints is None or (packs.files_of(copy) == files and attack.__name__ != "false_anchor"):
                continue
            packs.write(path, copy)
            return attack.__name__, checkpoints
        attack = rng.choice(HOSTILE)
        attack(rng, copy, path)
        if contents(path) != whole or attack.__name__ == "zip_tricks":
            return attack.__name__, []


def contents(path: Path) -> dict[str, bytes] | None:
    """What the zip holds when it is read without care; None when it cannot be read."""
    try:
        with zipfile.ZipFile(path) as pack:
            return {name: pack.read(name) for name in pack.namelist()}
    except Exception:
        return None


def one(
    report: Report,
    module: types.ModuleType,
    path: Path,
    number: int,
    kind: str,
    honest: packs.History | None,
    checkpoints: list[str],
) -> None:
    """One pack before the verifier."""
    if honest is not None:
        packs.write(path, honest)
    report.count += 1
    try:
        told = module.verify(str(path), checkpoints)
    except Exception as fault:
        report.problems.append(f"第 {number} 个（{kind}）：核验程序停了下来：{type(fault).__name__}: {fault}"[:300])
        return
    intact = told["result"] == "intact"
    if honest is not None:
        report.false_alarms += not intact
        if not intact:
            report.problems.append(f"第 {number} 个是好的，却说：{told['error'] or told['problems'][0]['said']}")
        return
    report.found += not intact
    report.missed += intact
    if intact:
        report.problems.append(f"第 {number} 个（{kind}）被说成完好")
    elif not told["error"] and not told["problems"]:
        report.problems.append(f"第 {number} 个（{kind}）没有说出哪里不符")
