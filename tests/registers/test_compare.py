"""What changed since a decision, a version or a year is told by lineage and in words that people read."""

import copy

import pytest

from registers.compare import compare
from registers.schemes.parse import parse
from tests.small_scheme import small_scheme_text

SPEC = parse(small_scheme_text(), name="small")


def point(lineage, name="越权审批", **fields):
    given = {"kind": "duty", "class": "", "manifestation": "", "factors": {}, "channel": "self", "declared_rank": 2}
    return {"lineage": lineage, "name": name} | given | fields


def control(lineage, text="双人办理", **fields):
    given = {"point": "", "kind": "", "owner": "", "regulation": "", "due": ""}
    return {"lineage": lineage, "text": text} | given | fields


def row(lineage, power="规划许可", points=(), controls=()):
    return {
        "lineage": lineage,
        "unit": "规划股",
        "post": None,
        "power": {"id": 1, "name": power, "content": ""},
        "matter": "",
        "step": "",
        "points": list(points),
        "controls": list(controls),
        "responsible": {"direct": "甲岗", "department": "", "leader": ""},
    }


def content(*rows, **fields):
    given = {"subject": {"duties": ""}, "factors": {}, "declared_rank": None, "zero_reason": ""}
    return {"rows": list(rows)} | given | fields


@pytest.fixture
def old():
    return content(row("r1", points=[point("p1")], controls=[control("c1", point="p1")]), row("r2", power="核实"))


def test_nothing_changed(old):
    found = compare(old, copy.deepcopy(old), SPEC)
    assert not found.changed
    assert {item.state for item in found.rows} == {"unchanged"}
    assert found.said() == ""


def test_without_an_old_content_everything_is_new(old):
    found = compare(None, old)
    assert found.count("new") == 2
    assert found.state("p1") == "new"


def test_a_changed_level_is_told_with_the_local_names(old):
    new = copy.deepcopy(old)
    new["rows"][0]["points"][0]["declared_rank"] = 1
    found = compare(old, new, SPEC)
    assert found.state("r1") == "changed"
    assert found.state("p1") == "changed"
    assert found.state("c1") == "unchanged"
    assert found.state("r2") == "unchanged"
    [change] = found.rows[0].items[0].changes
    assert (change.field, change.old, change.new) == ("自评等级", "二级", "一级")
    assert found.said() == "“越权审批”的自评等级"


def test_new_and_dropped_rows_points_and_controls_are_told(old):
    new = copy.deepcopy(old)
    del new["rows"][1]
    new["rows"].append(row("r3", power="监督检查"))
    new["rows"][0]["points"].append(point("p2", name="拖延不办"))
    new["rows"][0]["controls"] = []
    found = compare(old, new, SPEC)
    assert [(change.lineage, change.word) for change in found.rows] == [
        ("r1", "修改"),
        ("r3", "新增"),
        ("r2", "取消"),
    ]
    assert (found.state("p2"), found.state("c1")) == ("new", "dropped")
    assert found.said() == "新增“拖延不办”、取消“双人办理”、新增“监督检查”、取消“核实”"


def test_another_order_of_rows_is_no_change_of_a_row(old):
    new = copy.deepcopy(old)
    new["rows"].reverse()
    assert not compare(old, new).changed


def test_head_fields_and_responsible_posts_are_compared(old):
    new = copy.deepcopy(old)
    new["factors"] = {"likely": "high"}
    new["rows"][0]["responsible"]["direct"] = "乙岗"
    found = compare(old, new, SPEC)
    assert [(change.field, change.new) for change in found.head] == [("评级因素", "可能性：高")]
    assert [(change.field, change.old, change.new) for change in found.rows[0].changes] == [
        ("直接责任人", "甲岗", "乙岗")
    ]
