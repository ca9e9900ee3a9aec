"""Hide made data in real risk texts and see what the guard finds; read honest texts and see where it cries."""

import json
import random
from collections import Counter

from django.conf import settings

from drills.personal_data import clean, made
from drills.plumbing.model import Ask, Report
from registers import personal_data

RECALL, PRECISION = 0.999, 0.95
TOLD = 8


def run(ask: Ask) -> Report:
    if ask.fault:
        personal_data._plain = lambda letter: letter
    dice = random.Random(ask.seed)
    carriers = texts()
    missed, by_way = _hide(ask.count, dice, carriers)
    alarms = _cry(ask.count, dice, carriers)
    report = Report(count=ask.count, found=ask.count - len(missed))
    # Each miss and alarm is counted in the facts; the run is red beyond what the promise allows.
    report.missed = len(missed) if len(missed) > ask.count * (1 - RECALL) else 0
    report.false_alarms = len(alarms) if len(alarms) > ask.count * (1 - PRECISION) else 0
    report.facts = {
        "漏过的": len(missed),
        "写法": by_way,
        "正常文字": ask.count,
        "误报的": len(alarms),
        "查出率": round(1 - len(missed) / ask.count, 5),
        "误报率": round(len(alarms) / ask.count, 5),
    }
    if report.red:
        report.problems = [f"没有查出：{one}" for one in missed[:TOLD]] + [f"误报：{one}" for one in alarms[:TOLD]]
    return report


def texts() -> list[str]:
    """What people write of risks and controls: the texts of the sample."""
    found: list[str] = []

    def walk(value) -> None:
        if isinstance(value, str):
            if len(value) > 8 and not value.isascii():
                found.append(value)
        elif isinstance(value, dict):
            for one in value.values():
                walk(one)
        elif isinstance(value, list):
            for one in value:
                walk(one)

    walk(json.loads((settings.BASE_DIR / "fixtures" / "sample" / "material.json").read_text(encoding="utf-8"))["areas"])
    return found


def _hide(count: int, dice: random.Random, carriers: list[str]) -> tuple[list[str], int]:
    """Which items were not found as what they are, and how many ways of writing were tried."""
    missed, ways = [], Counter()
    for _ in range(count):
        kind, words, written, way = made.one_item(dice)
        ways[way] += 1
        carrier = dice.choice(carriers)
        at = dice.randint(0, len(carrier))
        before = (
            carrier[:at]
            + dice.choice(("，", "。", "：", "", " ", "\n"))
            + words
            + dice.choice(("", "：", ":", " ", "为", "是"))
        )
        text = before + written + dice.choice(("，", "。", "", " ", "；", "\n", "）")) + carrier[at:]
        start, end = len(before), len(before) + len(written)
        hits = [one for one in personal_data.find(text) if one.kind == kind and one.start < end and one.end > start]
        if not hits:
            missed.append(f"{way} {text!r}")
        elif any(written in one.shown for one in hits):
            missed.append(f"{way} 原样显示 {text!r}")
    return missed, len(ways)


def _cry(count: int, dice: random.Random, carriers: list[str]) -> list[str]:
    alarms = []
    for _ in range(count):
        text = clean.clean_text(dice, carriers)
        if hits := personal_data.find(text):
            alarms.append(f"{[(one.kind, text[one.start : one.end]) for one in hits]} {text!r}")
    return alarms
