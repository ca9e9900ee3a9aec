"""docs/security.md has a row for everybody whom it is about, and names every drill."""

import re

from drills.plumbing.catalogue import all_drills
from tests.architecture.sources import ROOT

TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ACTORS = (
    "在岗人员", "同事", "分管领导", "领导小组办公室", "纪检监察组", "上级机关",
    "系统管理员", "安全管理员", "审计管理员", "社会公众", "外来的攻击者", "数据库管理员",
)  # fmt: skip


def rows() -> dict[str, list[str]]:
    """Who → what he wants, what is promised, what proves it, what cannot be done."""
    section = TEXT.partition("## 一、防谁")[2].partition("\n## ")[0]
    lines = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("|")][2:]
    return {line[0]: line[1:] for line in lines}


def test_everybody_has_a_row_with_a_promise_its_proof_and_its_limit():
    for actor in ACTORS:
        (row,) = [cells for who, cells in rows().items() if actor in who.partition("（")[0]]
        assert len(row) == 4, actor
        assert all(row), actor


def test_what_proves_a_promise_is_a_test_or_a_drill_that_there_is():
    named = set(re.findall(r"`([a-z_]+)`", " ".join(cells[2] for cells in rows().values())))
    assert named <= set(all_drills()), named - set(all_drills())


def test_every_drill_is_told_of():
    assert [name for name in all_drills() if f"`{name}`" not in TEXT and f"bin/drill {name}" not in TEXT] == []


def test_who_finds_a_hole_is_told_whom_to_write_and_when_he_is_answered():
    policy = TEXT.partition("## 十二、")[2]
    for word in ("私下报告", "两个工作日内答复", "只有最新的一版", "--require-hashes"):
        assert word in policy, word
