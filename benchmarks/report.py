"""The table on the screen, and the stored baseline that it is compared with."""

import json
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any

BASELINE = Path(__file__).parent / "baseline.json"
HEAD = ("项目", "规模", "CPU ms", "×原样页", "查询", "KB", "行/秒", "峰值 MB", "p95 ms", "锁错误", "比基线", "说明")


def key_of(line: dict[str, Any]) -> str:
    """What a measure is stored and compared under."""
    return f"{line['name']} {line['size']} {line['db']}"


def read_baseline() -> dict[str, dict[str, Any]]:
    """The stored measures by key; empty where none are stored."""
    return json.loads(BASELINE.read_text(encoding="utf-8")) if BASELINE.exists() else {}


def save_baseline(lines: Iterable[dict[str, Any]]) -> None:
    """Store what was measured in place of what is known of the same measures."""
    known = read_baseline() | {key_of(line): line for line in lines}
    rows = (f"{json.dumps(key)}: {json.dumps(known[key], ensure_ascii=False)}" for key in sorted(known))
    BASELINE.write_text("{\n" + ",\n".join(rows) + "\n}\n", encoding="utf-8")


def table(lines: list[dict[str, Any]], baseline: dict[str, dict[str, Any]]) -> str:
    """Rows padded by the width that Chinese takes on a screen."""
    rows = [HEAD] + [_row(line, baseline.get(key_of(line))) for line in lines]
    widths = [max(_width(row[place]) for row in rows) for place in range(len(HEAD))]
    return "\n".join("  ".join(_pad(cell, widths[n], n) for n, cell in enumerate(row)).rstrip() for row in rows)


def ratio(line: dict[str, Any], before: dict[str, Any] | None) -> str:
    """Against the baseline, as a multiple of the bare page where both have one (machines differ, and their days)."""
    for name in ("bare", "cpu_ms", "p95_ms"):
        if before and line.get(name) and before.get(name):
            return f"{line[name] / before[name]:.2f}"
    return ""


def _row(line: dict[str, Any], before: dict[str, Any] | None) -> tuple[str, ...]:
    size = f"{line['size']}·{'PG' if line['db'] == 'postgresql' else 'SQLite'}"
    kb = f"{line['bytes'] / 1024:.0f}" if "bytes" in line else ""
    return (
        line["name"],
        size,
        _number(line, "cpu_ms", 1),
        _number(line, "bare", 1),
        _number(line, "queries", 0),
        kb,
        _number(line, "rows_per_s", 0),
        _number(line, "peak_mb", 0),
        _number(line, "p95_ms", 0),
        _number(line, "errors", 0),
        ratio(line, before),
        line.get("note", ""),
    )


def _number(line: dict[str, Any], name: str, digits: int) -> str:
    return f"{line[name]:.{digits}f}" if name in line else ""


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _pad(text: str, width: int, place: int) -> str:
    blank = " " * (width - _width(text))
    return text + blank if place in (0, 1, len(HEAD) - 1) else blank + text
