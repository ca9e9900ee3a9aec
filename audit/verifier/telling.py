"""The command: what was checked and what does not fit, in words or as JSON."""

import argparse
import json
import sys

from audit.verifier.checking import MOST_TOLD, verify

VERDICTS = {"intact": "完好", "damaged": "不符", "unreadable": "没有核完"}
CODES = {"intact": 0, "damaged": 1, "unreadable": 2}
ANCHORED = "外面的检查点都在链上：到那一节为止，没有退回，没有重新算过。"
NOT_ANCHORED = (
    "没有给出外面的检查点（纸上印的，或早先另存的）：只能说明这个包前后一致；"
    "整条链被重新算过，或者退回到早先的备份，只有用外面的检查点才查得出。"
)


def clean(text):
    """What others wrote, without the control characters that could play with a terminal."""
    return "".join(letter if letter.isprintable() else "�" for letter in text)


def in_words(told):
    """A line a fact, the verdict last."""
    lines = []
    for one in told["bureaus"]:
        redacted = f"，其中依法抹去 {one['redacted']} 处" if one["redacted"] else ""
        said = f"单位 {one['id']} {one['name'][:60]}：链到第 {one['seq']} 节，摘要 {one['digest'][:16]}"
        lines.append(f"{said}，核过 {one['checked']} 节{redacted}")
    for one in told["problems"]:
        place = f"单位 {one['bureau']} " if one["bureau"] is not None else ""
        number = f"第 {one['seq']} 节：" if one["seq"] else ""
        lines.append(f"! {place}{number}{one['said']}")
    if told["problem_count"] > MOST_TOLD:
        lines.append(f"! 共 {told['problem_count']} 处，以上是前 {MOST_TOLD} 处。")
    if told["error"]:
        lines.append(f"! {told['error']}")
    if told["result"] == "intact":
        lines.append(ANCHORED if told["checkpoints"] else NOT_ANCHORED)
    lines.append(f"结论：{VERDICTS[told['result']]}")
    return "\n".join(clean(line) for line in lines)


def main(arguments=None):
    """Exit code 0: intact. 1: something does not fit. 2: not a pack that could be checked to its end."""
    parser = argparse.ArgumentParser(description="核验证据包。")
    parser.add_argument("pack", metavar="证据包.zip")
    parser.add_argument(
        "--checkpoint", action="append", default=[], metavar="检查点", help="文件、文件夹，或者纸上的一行字，可以给几次"
    )
    parser.add_argument("--json", action="store_true", help="一行 JSON")
    asked = parser.parse_args(arguments)
    told = verify(asked.pack, asked.checkpoint)
    print(json.dumps(told) if asked.json else in_words(told))
    return CODES[told["result"]]


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    sys.exit(main())
