"""Before a register is submitted: what blocks and what is only pointed out (plans 000 and 002: 准、全、深)."""

import copy

import pytest

from registers import quality
from registers.quality import Asked, judge
from registers.schemes.parse import parse
from tests import factories as make
from tests.registers.test_compare import content, control, point, row
from tests.small_scheme import small_scheme_text

SPEC = parse(small_scheme_text(), name="small")
ALL = frozenset({"points", "levels", "controls"})
FULL = {"manifestation": "不按规定条件和程序办理", "factors": {"likely": "high", "harm": "low"}}


@pytest.fixture
def good():
    return content(row("r1", points=[point("p1", **FULL)], controls=[control("c1", point="p1", owner="甲岗")]))


def told(content, parts=ALL, powers=(), zero_signed=False, blocks=None):
    found = judge(content, Asked(SPEC, "post", parts, powers, zero_signed))
    return [finding.text for finding in found if blocks is None or finding.blocks == blocks]


def changed(good, **fields):
    other = copy.deepcopy(good)
    other["rows"][0]["points"][0].update(fields)
    return other


def test_a_complete_row_passes(good):
    assert told(good) == []


@pytest.mark.parametrize(
    "fields, text",
    [
        ({"name": " "}, "没有写内容"),
        ({"kind": ""}, "没有选风险类别"),
        ({"manifestation": ""}, "没有写表现形式"),
        ({"declared_rank": None}, "没有选等级"),
        ({"factors": {"likely": "high"}}, "“危害”还没有回答"),
    ],
)
def test_what_is_missing_at_a_point_blocks(good, fields, text):
    [found] = told(changed(good, **fields), blocks=True)
    assert text in found


def test_a_short_manifestation_and_a_level_beside_the_suggestion_are_pointed_out(good):
    assert "请写得具体一些" in told(changed(good, manifestation="不按规定"), blocks=False)[0]
    assert "自评三级，按因素建议二级" in told(changed(good, declared_rank=3), blocks=False)[0]


def test_the_same_manifestation_twice_is_pointed_out(good):
    good["rows"].append(
        row("r2", power="核实", points=[point("p2", name="拖延", **FULL)], controls=[control("c2", owner="甲岗")])
    )
    assert told(good) == ["“拖延”与“越权审批”的表现形式相同"]


def test_a_row_needs_a_power_a_point_a_control_and_a_direct_responsible(good):
    bare = row("r2", points=[])
    bare["power"] = None
    assert told(content(*good["rows"], bare), blocks=True) == ["有一行没有写职权或事项", "“（未写职权）”一行没有风险点"]
    good["rows"][0]["controls"] = []
    good["rows"][0]["responsible"]["direct"] = ""
    assert told(good, blocks=True) == ["“规划许可”一行没有防控措施", "“规划许可”一行没有直接责任人"]


def test_a_control_of_another_point_does_not_cover(good):
    good["rows"][0]["points"].append(point("p2", name="拖延不办", **FULL | {"manifestation": "超过时限不予办理"}))
    assert told(good, blocks=True) == ["“拖延不办”没有防控措施"]
    good["rows"][0]["controls"][0]["point"] = ""
    assert told(good) == []


def test_only_the_open_part_blocks(good):
    empty = changed(good, manifestation="", declared_rank=None, factors={})
    empty["rows"][0]["controls"] = []
    assert all("措施" in text for text in told(empty, parts=frozenset({"controls"})))
    assert all("等级" in text or "回答" in text for text in told(empty, parts=frozenset({"levels"})))


def test_a_power_without_a_point_is_pointed_out(good):
    assert told(good, powers=((1, "规划许可"), (2, "竣工核实"))) == ["职权“竣工核实”还没有对应的风险点"]


def test_a_post_with_powers_but_no_point_needs_a_signed_reason():
    powers = ((1, "规划许可"),)
    assert told(content(), powers=powers, blocks=True)
    reason = content(zero_reason="本岗位只办理收发")
    assert told(reason, powers=powers, blocks=True)
    assert told(reason, powers=powers, zero_signed=True, blocks=True) == []


def test_the_list_of_a_stored_register_reads_its_own_powers(db, django_assert_max_num_queries):
    post = make.make_post(make.make_section(make.make_bureau()))
    make.make_power(post, "竣工核实")
    make.make_power(post.unit, "股室的职权")
    register = make.make_register(post)
    with django_assert_max_num_queries(7):
        texts = [finding.text for finding in quality.findings(register)]
    assert any("竣工核实" in text for text in texts)
    assert not any("股室的职权" in text for text in texts)


def test_where_a_criterion_holds_the_others_need_no_answer():
    rules = [{"rank": 1, "when": {"decides": ["yes"]}}, {"rank": 2, "when": {"important": ["yes"]}}]
    rating = {"rated": "subject", "method": "criteria", "rules": rules, "otherwise": "一般岗位。"}
    yes_no = [{"key": "yes", "name": "是"}, {"key": "no", "name": "否"}]
    factors = [
        {"key": key, "name": key, "question": f"{key}？", "on": "subject", "options": yes_no}
        for key in ("decides", "important")
    ]
    spec = parse(small_scheme_text(rating=rating, factors=factors), name="small")
    asked = Asked(spec, "post", frozenset({"levels"}))

    def blocked(**answers):
        found = judge(content(factors=answers, declared_rank=1), asked)
        return [finding.text for finding in found if finding.blocks]

    assert blocked() == ["“decides”还没有回答"]
    assert blocked(decides="yes") == []
    assert blocked(decides="no") == ["“important”还没有回答"]
