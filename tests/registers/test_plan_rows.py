"""What the plans say word for word and the scheme files hold: named after the rows of docs/requirements.md."""

import pytest

from registers.schemes.parse import parse
from tests.factories import scheme_text

SPECS = {key: parse(scheme_text(f"s{key}"), name=key) for key in ("000", "001", "002", "003", "004")}


def names(values) -> list[str]:
    return [value.name for value in values]


def stage_days(number: str) -> list[tuple]:
    return [(*stage.starts, *stage.ends) for stage in SPECS[number].stages]


def asked(number: str, scope: str, tier: str = "") -> str:
    return "".join(question.text for question in SPECS[number].questions_of(scope, tier))


def test_s0_02_the_key_areas_of_a_construction_bureau():
    assert len(SPECS["000"].areas) == 7
    assert {"城乡规划", "工程招投标", "施工许可"} <= set(names(SPECS["000"].areas))


def test_s0_08_not_only_taking_but_also_not_doing_and_doing_wrong():
    assert "不作为或乱作为" in asked("000", "post", "other")


def test_s0_15_each_level_has_its_strategy():
    said = [level.strategy for level in SPECS["000"].levels]
    assert ["重点监管" in said[0], "强化监督" in said[1], "加强提醒" in said[2]] == [True] * 3


def test_s0_21_discretion_is_asked_for():
    assert "自由裁量" in asked("000", "section")


def test_s0_23_s0_28_the_campaign_runs_over_the_new_year_in_three_stages():
    days = stage_days("000")
    assert (days[0][:2], days[-1][2:]) == (("12-01", 0), ("03-31", 1))
    assert len(days) == 3


def test_s0_29_six_ways_of_finding():
    assert names(SPECS["000"].channels) == ["自己查", "同事帮", "群众提", "领导点", "组织议", "集体定"]


def test_s0_36_why_a_table_is_sent_back():
    assert {"定位不准确", "查找不深入", "不全面"} <= set(names(SPECS["000"].return_reasons))


def test_s1_03_to_05_the_stages_of_2017():
    assert stage_days("001")[1:] == [
        ("06-25", 0, "08-20", 0),
        ("08-20", 0, "10-15", 0),
        ("10-18", 0, "11-15", 0),
    ]


def test_s1_02_s1_30_s1_40_four_dates_of_001():
    assert [item.due for item in SPECS["001"].deliverables] == [("06-21", 0), ("08-10", 0), ("10-05", 0), ("11-10", 0)]


def test_s1_14_three_levels_and_three_factors():
    assert names(SPECS["001"].levels) == ["高", "中", "低"]
    assert len(SPECS["001"].factors) == 3


def test_s1_46_kinds_of_control():
    kinds = names(SPECS["001"].control_kinds)
    assert {"授权审批执法控制", "会计系统控制", "财产保护控制", "预算控制", "绩效考评控制"} <= set(kinds)


def test_s1_16_s1_25_the_level_list_and_the_ledger_are_papers():
    titles = [form.title for form in SPECS["001"].forms]
    assert any("岗位风险等级清单" in title for title in titles)
    ledger = next(form for form in SPECS["001"].forms if "台账" in form.title)
    assert {"duties", "point", "manifestation", "level", "controls"} <= {column.key for column in ledger.columns} | set(
        ledger.head
    )


def test_s2_06_four_stages_of_002():
    assert len(SPECS["002"].stages) == 4


def test_s2_14_six_gates_of_a_post():
    assert [step.kind for step in SPECS["002"].route("post").steps] == [
        "fill",
        "opinions",
        "review",
        "review",
        "meeting",
        "audit",
        "notice",
        "issue",
    ]


@pytest.mark.parametrize("number", ["000", "001", "002"])
def test_s2_15_accurate_complete_and_deep_are_the_marks(number):
    assert names(SPECS[number].marks) == ["准", "全", "深"]


def test_s3_01_the_four_powers():
    assert names(SPECS["003"].power_kinds) == ["行政审批权", "行政执法权", "干部队伍管理权", "财务资金管理权"]


def test_s3_02_to_06_a_year_in_four_stages():
    assert SPECS["003"].series == "年度"
    assert stage_days("003") == [
        ("03-01", 0, "03-31", 0),
        ("04-01", 0, "04-30", 0),
        ("05-01", 0, "11-30", 0),
        ("12-01", 0, "12-31", 0),
    ]


def test_s3_09_both_kinds_of_risk_at_every_node():
    assert names(SPECS["003"].kinds) == ["廉政风险", "监管风险"]
    assert "界点" in asked("003", "post")


def test_s3_21_s3_22_each_level_has_who_watches_it():
    by_name = {level.name: level.monitor for level in SPECS["003"].levels}
    assert "党组" in by_name["三级"]
    assert "主管领导" in by_name["二级"]
    assert "科" in by_name["一级"]


def test_s4_03_s4_04_s4_14_milestones_before_and_after_the_plans_own_date():
    spec = SPECS["004"]
    assert stage_days("004")[0] == ("03-20", 0, "04-20", 0)
    days = [item.due[0] for item in spec.deliverables]
    assert len(days) == 13
    assert {"04-13", "05-11", "06-29", "07-06", "07-20"} <= set(days)
    assert names(spec.levels) == ["高", "一般", "低"]


def test_s4_07_four_ways_of_finding():
    assert len(SPECS["004"].channels) == 4


def test_s4_08_to_10_three_question_sets():
    assert "民主集中制" in asked("004", "leadership")
    assert "人、财、物、事" in asked("004", "section")
    assert "岗位职责" in asked("004", "person")


def test_s4_18_three_overviews():
    titles = {form.title.split("一览表")[-1] for form in SPECS["004"].forms if form.over == "register"}
    assert titles == {"（领导班子）", "（科室、中心）", "（个人）"}


def test_s4_20_s4_21_splitting_power_is_a_kind_of_control():
    assert names(SPECS["004"].control_kinds)[0] == "权力制约"
    assert "大额资金" in asked("004", "section")
