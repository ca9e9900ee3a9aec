"""The verifier as one file: its parts one after the other, without the imports of each other."""

import ast
from functools import lru_cache
from pathlib import Path

PARTS = ("sm3", "reading", "checking", "telling")
NAME = "verify_evidence.py"
_HEAD = '''#!/usr/bin/env python3
"""核验证据包：python3 verify_evidence.py 证据包.zip [--checkpoint 检查点的文件、文件夹或文字]… [--json]

一个文件，只要 Python 3.8 以上，不装任何东西，不连网，不往磁盘上写。退出码：0 完好，1 有不符，2 没有核完。
包里带的这一份可能和包一起被换过：请用另外得到的一份（程序发布件里的，或对照过校验码的）核验。
"""
'''


@lru_cache(maxsize=1)
def text() -> str:
    """The file that is handed out."""
    return _HEAD + "".join(_part(name) for name in PARTS)


def _part(name: str) -> str:
    lines = (Path(__file__).parent / f"{name}.py").read_text(encoding="utf-8").splitlines(keepends=True)
    said = "".join(lines)
    tree = ast.parse(said)
    title = (ast.get_docstring(tree) or "").splitlines()[0]
    own = [node for node in tree.body if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("audit.")]
    for node in [tree.body[0], *own]:
        for number in range(node.lineno - 1, node.end_lineno):
            lines[number] = ""
    return f"\n# ---- {title}\n\n" + "".join(lines).strip("\n") + "\n"
