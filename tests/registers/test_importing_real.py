"""Real published tables come in with the content that they were published with."""

import re

import pytest

from registers.content import content_of
from registers.importing.apply import apply_import
from registers.importing.plan import make_plan
from registers.models import Post, Power, Register
from registers.schemes.store import spec_of
from tests import factories
from tests.registers.workbooks import real_workbook, sheets_of, table

pytestmark = pytest.mark.django_db
LEVELS = {
    "高中低": [("高", "grave"), ("中", "middle"), ("低", "light")],
    "一二三": [("一级", "grave"), ("二级", "middle"), ("三级", "light")],
    "罗马": [("Ⅰ级", "grave"), ("Ⅱ级", "middle"), ("Ⅲ级", "light")],
}
NOISE = re.compile(r"(?:(?<=^)|(?<=[;；。]))\s*\d+[.、]|[;；。\s]")


def bare(text: str) -> str:
    """The words of a cell, without the numbers and marks of its list."""
    return NOISE.sub("", text)


def body(names: str, *sections: str):
    """A bureau with these sections, a cycle of a scheme with those level names, and open registers."""
    levels = [
        {"rank": rank, "name": name, "label": f"{name}(测试)", "tone": tone}
        for rank, (name, tone) in enumerate(LEVELS[names], start=1)
    ]
    bureau = factories.make_bureau("县住房和城乡建设局")
    cycle = factories.make_cycle(bureau, factories.make_scheme(levels=levels))
    registers = {name: factories.make_register(factories.make_section(bureau, name), cycle=cycle) for name in sections}
    registers[""] = factories.make_register(bureau, cycle=cycle)
    return bureau, cycle, registers


def bring_in(number: str, bureau, cycle, **layout):
    return apply_import(
        sheets=sheets_of(real_workbook(number, **layout)), unit=bureau, cycle=cycle, by=None, name=number
    )


def rows_of(register: Register) -> list[dict]:
    """The rows of a register as the table would print them."""
    spec = spec_of(register.scheme)
    rows = []
    for row in content_of(register)["rows"]:
        ranks = {point["declared_rank"] for point in row["points"]}
        rows.append(
            {
                "power": row["power"]["name"] if row["power"] else row["matter"],
                "points": "".join(bare(point["name"]) for point in row["points"]),
                "told": "".join(bare(point["manifestation"]) for point in row["points"]),
                "level": "".join(spec.level(rank).name for rank in ranks if rank),
                "controls": "".join(bare(control["text"]) for control in row["controls"]),
                "direct": row["responsible"]["direct"],
                "department": row["responsible"]["department"],
                "leader": row["responsible"]["leader"],
            }
        )
    return rows


def same(rows: list[dict], source: list[dict], fields: dict[str, str]) -> None:
    assert len(rows) == len(source)
    for row, told in zip(rows, source, strict=True):
        for name, heading in fields.items():
            expected = told[heading] if name in {"level", "direct", "department", "leader"} else bare(told[heading])
            assert row[name] == expected, (name, heading)


COMMON = {
    "power": "职权内容",
    "points": "风险点",
    "level": "风险等级",
    "controls": "防控措施",
    "direct": "责任人",
}


def test_the_list_of_a_market_bureau_08():
    bureau, cycle, registers = body("高中低", "办公室")
    bring_in("08", bureau, cycle)
    same(rows_of(registers["办公室"]), table("08")["rows"], COMMON)
    first = content_of(registers["办公室"])["rows"][0]
    lineages = [point["lineage"] for point in first["points"]]
    assert [control["point"] for control in first["controls"]] == lineages  # five risks, five controls, side by side
    assert len(content_of(registers["办公室"])["rows"][1]["controls"]) == 3
    assert Power.objects.filter(unit=registers["办公室"].unit).count() == 4


def test_the_list_of_a_trading_centre_10_merged_downwards():
    bureau, cycle, registers = body("高中低", "综合部")
    bring_in("10", bureau, cycle, lead=2)
    same(rows_of(registers["综合部"]), table("10")["rows"], COMMON)


def test_the_list_of_a_construction_centre_01_with_its_merged_unit_and_persons():
    name = "市重点工程建设管理服务中心"
    bureau, cycle, registers = body("高中低", name)
    merged = ("单位/科室", "部门负责人", "责任领导")
    bring_in("01", bureau, cycle, merged=merged)
    source = table("01")["rows"]
    for row in source:
        row |= {head: source[0][head] for head in merged}
    fields = {
        "points": "风险点",
        "told": "廉政风险主要内容及表现形式",
        "level": "风险等级",
        "controls": "防控措施",
        "department": "部门负责人",
        "leader": "责任领导",
    }
    same(rows_of(registers[name]), source, fields)
    kinds = [row["points"][0]["kind"] for row in content_of(registers[name])["rows"]]
    assert kinds == ["duty", "", "duty", "duty", "duty"]  # 业务流程风险 is no kind of this scheme: said, not guessed


def test_the_post_table_of_a_construction_bureau_03_makes_the_post_it_names():
    bureau, cycle, registers = body("高中低", "财务会计室", "组织人事科", "科员(科名缺)")
    plan = make_plan(sheets=sheets_of(real_workbook("03", merged=("部门",))), unit=bureau, cycle=cycle)
    assert "这一行写了等级，但没有风险点。" in [warning.said for warning in plan.warnings]
    bring_in("03", bureau, cycle, merged=("部门",))
    rows = rows_of(registers["财务会计室"]) + rows_of(registers["组织人事科"])
    source = table("03")["rows"]
    fields = {
        "power": "重要环节",
        "points": "廉政风险点表现形式",
        "level": "风险等级",
        "controls": "防控要点及防控措施",
        "direct": "直接责任人",
        "department": "部门责任人",
        "leader": "责任领导",
    }
    assert [row["power"] for row in rows] == [row["重要环节"] for row in source]
    same(rows[:4], source[:4], fields)
    last = rows[4]
    assert last["points"] == last["level"] == ""  # the source has lost the point that its 中 belongs to, and we say so
    assert "1.把竣工验收关" in last["controls"]  # the list inside the second item stays whole
    made = Post.objects.get(name="人事干部")
    assert made.unit.name == "组织人事科"
    assert registers["组织人事科"].blocks.filter(post=made, power__post=made).count() == 1


def test_the_street_list_11_takes_the_steps_out_of_the_power_and_reads_same_as_above():
    bureau, cycle, registers = body("高中低", "劳动保障中心")
    section = registers["劳动保障中心"].unit
    apply_import(sheets=sheets_of(real_workbook("11", lead=0)), unit=section, cycle=cycle, by=None)
    rows = rows_of(registers["劳动保障中心"])
    source = table("11")["rows"]
    assert [row["points"] for row in rows] == [bare(row["风险点"]) for row in source]
    assert [row["controls"] for row in rows] == [bare(source[0]["防控措施"])] * 5
    assert [row["power"] for row in rows][1:3] == ["异地退休人员生存认证", "失业登记"]
    assert Power.objects.get(name="失业登记").content == "1.接收资料;2.录入;3.存档。"


def test_the_company_table_15_with_business_fields_where_kinds_should_be():
    bureau, cycle, registers = body("一二三")
    bring_in("15", bureau, cycle, merged=("风险类别",))
    source = table("15")["rows"]
    for above, row in zip(source, source[1:], strict=False):
        row["风险类别"] = row["风险类别"] or above["风险类别"]
    rows = rows_of(registers[""])
    fields = {"power": "风险类别", "points": "风险点", "told": "风险情况描述", "controls": "防控措施"}
    same(rows, source, fields)
    assert [row["level"] for row in rows] == ["一级"] * 6 + [""]


def test_the_school_table_04_with_roman_levels_and_two_leaders_side_by_side():
    bureau, cycle, registers = body("罗马")
    bring_in("04", bureau, cycle)
    rows = rows_of(registers[""])
    assert [row["level"] for row in rows] == ["Ⅰ级", "Ⅱ级", ""]
    assert rows[0]["leader"] == "主管领导(姓名已隐去)、分管领导(姓名已隐去)"
    assert rows[1]["points"] == "学校干部培养、推荐和任用"


def test_the_same_word_means_another_gravity_under_another_scheme():
    bureau, cycle, registers = body("一二三")
    bring_in("15", bureau, cycle, merged=("风险类别",))
    assert registers[""].points.order_by("pk").first().declared_rank == 1
    other = factories.make_bureau("市工商局")
    levels = [
        {"rank": rank, "name": name, "label": name, "tone": tone}
        for rank, (name, tone) in enumerate(reversed(LEVELS["一二三"]), start=1)
    ]
    for level, tone in zip(levels, ("grave", "middle", "light"), strict=True):
        level["tone"] = tone
    cycle = factories.make_cycle(other, factories.make_scheme("small", version=2, levels=levels))
    register = factories.make_register(other, cycle=cycle)
    bring_in("15", other, cycle, merged=("风险类别",))
    assert register.points.order_by("pk").first().declared_rank == 3


def test_a_count_of_levels_13_is_explained_and_nothing_is_written():
    bureau, cycle, registers = body("高中低")
    plan = make_plan(sheets=sheets_of(real_workbook("13")), unit=bureau, cycle=cycle)
    error = plan.errors[0]
    assert (error.row, error.column, error.heading, error.text) == (3, "E", "等级", "1中2低")
    assert "个数" in error.said
    assert "高、中、低" in error.todo


def test_a_cell_with_three_sections_17_is_refused_with_its_place():
    bureau, cycle, registers = body("高中低", "预算组", "行财组", "基建组")
    plan = make_plan(sheets=sheets_of(real_workbook("17")), unit=bureau, cycle=cycle)
    assert [(error.column, error.said) for error in plan.errors] == [("E", "一格写了几个机构。")]
