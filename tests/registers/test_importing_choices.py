"""What the program does not know it asks: columns, words, units; and what a bureau decided it keeps."""

import pytest
from openpyxl import Workbook

from accounts.exceptions import NotAllowed
from accounts.roles import Role
from audit.models import Event
from registers.importing.cards import find_card
from registers.importing.choices import SKIPPED, Choices, choices_of
from registers.importing.heading_memory import decided, remember_headings
from registers.importing.plan import make_plan
from registers.importing.words import counted
from registers.models import HeadingMemory, Register
from tests import factories
from tests.registers.workbooks import real_workbook, saved, sheets_of, workbook

pytestmark = pytest.mark.django_db
HEAD = ["序号", "责任主体", "职权内容", "风险点", "风险等级", "防控措施"]
ROW = ["1", "规划股", "规划许可", "1.越权审批；2.拖延不办；3.索要好处", "一级", "双人办理"]


@pytest.fixture
def bureau():
    return factories.make_bureau()


@pytest.fixture
def cycle(bureau):
    return factories.make_cycle(bureau)


@pytest.fixture
def register(bureau, cycle) -> Register:
    return factories.make_register(factories.make_section(bureau), cycle=cycle)


def plan_of(data: bytes, unit, cycle, **choices):
    return make_plan(sheets=sheets_of(data), unit=unit, cycle=cycle, choices=Choices(**choices))


def ranks(plan) -> list:
    return [point.rank for row in plan.rows for point in row.points]


def only(**changes) -> bytes:
    return workbook([HEAD, [changes.get(head, value) for head, value in zip(HEAD, ROW, strict=True)]])


# Words ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, found",
    [
        ("1中2低", [("中", 1), ("低", 2)]),
        ("高1个、低2个", [("高", 1), ("低", 2)]),
        ("1个一级，2个二级", [("一级", 1), ("二级", 2)]),
        ("3级", []),
        ("一级", []),
        ("2012", []),
        ("见附表1", []),
    ],
)
def test_counts_of_levels_are_known_as_such(text, found):
    assert counted(text) == found


def test_an_unknown_level_is_asked_and_holds_for_every_cell_that_says_it(register, bureau, cycle):
    data = workbook([HEAD, [*ROW[:4], "重大", "甲"], [*ROW[:3], "泄露底数", "重大", "乙"]])
    plan = plan_of(data, bureau, cycle)
    assert plan.wrong == 2
    question = plan.questions["level:重大"]
    assert question.places == ["工作表“Sheet”第2行", "工作表“Sheet”第3行"]
    assert [label for _, label in question.options][:3] == ["按“一级”", "按“二级”", "按“三级”"]
    decided_plan = plan_of(data, bureau, cycle, words={"level:重大": "2"})
    assert decided_plan.wrong == 0
    assert ranks(decided_plan) == [2, 2, 2, 2]
    assert ranks(plan_of(data, bureau, cycle, words={"level:重大": "none"})) == [None] * 4
    assert plan_of(data, bureau, cycle, words={"level:重大": "9"}).wrong == 2  # no answer that was offered


def test_a_count_of_levels_is_asked_for_each_cell_and_never_guessed(register, bureau, cycle):
    data = only(风险等级="1个一级，2个三级")
    plan = plan_of(data, bureau, cycle)
    assert plan.wrong == 1
    key = "level:Sheet:2:1个一级,2个三级:3"
    assert plan.questions[key].about == ["越权审批", "拖延不办", "索要好处"]
    ways = [value for value, _ in plan.questions[key].options]
    assert ways[:3] == ["1,3,3", "3,1,3", "3,3,1"]
    assert ranks(plan_of(data, bureau, cycle, words={key: "3,1,3"})) == [3, 1, 3]


def test_one_answer_for_all_cells_that_say_the_same_may_be_overruled_in_one(register, bureau, cycle):
    row = [*ROW[:4], "1个一级2个三级", "甲"]
    data = workbook([HEAD, row, [*row[:3], "1.甲；2.乙；3.丙", *row[4:]]])
    every, own = "levels:1个一级2个三级:3", "level:Sheet:3:1个一级2个三级:3"
    assert ranks(plan_of(data, bureau, cycle, words={every: "1,3,3"})) == [1, 3, 3, 1, 3, 3]
    assert ranks(plan_of(data, bureau, cycle, words={every: "1,3,3", own: "2"})) == [1, 3, 3, 2, 2, 2]


@pytest.mark.parametrize("level", ["3个二级", "1.二级；2.二级；3.二级"])
def test_where_there_is_only_one_way_nothing_is_asked(register, bureau, cycle, level):
    plan = plan_of(only(风险等级=level), bureau, cycle)
    assert (plan.wrong, ranks(plan), plan.questions) == (0, [2, 2, 2], {})


def test_a_count_that_does_not_fit_the_points_is_said(register, bureau, cycle):
    plan = plan_of(only(风险等级="1个一级3个三级"), bureau, cycle)
    assert "共 4 个，这一行却有 3 个风险点" in plan.errors[0].said


def test_levels_of_other_words_are_first_named_and_then_counted_13(bureau):
    cycle = factories.make_cycle(bureau)
    register = factories.make_register(factories.make_section(bureau), cycle=cycle)
    data = real_workbook("13")
    plan = plan_of(data, register.unit, cycle)
    assert set(plan.questions) == {"level:中", "level:低"}
    words = {"level:中": "2", "level:低": "3", "levels:1中2低:3": "3,2,3"}
    assert ranks(plan_of(data, register.unit, cycle, words=words)) == [3, 2, 3, 3, 2, 3]


def test_the_count_of_points_in_the_table_is_held_against_what_came_out(register, bureau, cycle):
    plan = plan_of(workbook([[*HEAD, "风险点数量"], [*ROW, "2"]]), bureau, cycle)
    assert "表中写 2 个风险点，这一行拆出 3 个。" in [message.said for message in plan.warnings]


def test_an_unknown_kind_may_be_decided_and_is_left_out_otherwise(register, bureau, cycle):
    data = workbook([[*HEAD, "风险类别"], [*ROW, "三重一大"]])
    plan = plan_of(data, bureau, cycle)
    (key,) = plan.questions
    assert plan.wrong == 0
    assert "类别没有导入" in [w.said for w in plan.warnings if w.heading == "风险类别"][0]
    kind = plan.questions[key].options[0][0]
    row = plan_of(data, bureau, cycle, words={key: kind}).rows[0]
    assert {point.kind for point in row.points} == {kind.split(":")[1]}


def test_several_units_in_one_cell_may_be_given_to_one_17(bureau):
    cycle = factories.make_cycle(bureau)
    home = factories.make_section(bureau, "预算组")
    factories.make_register(home, cycle=cycle)
    data = real_workbook("17")
    assert [error.said for error in plan_of(data, bureau, cycle).errors] == ["一格写了几个机构。"]
    plan = plan_of(data, bureau, cycle, words={"unit:预算组;行财组;基建组": str(home.pk)})
    assert [row.register.unit for row in plan.rows] == [home]
    elsewhere = factories.make_section(factories.make_bureau("县交通局"), "路政股")
    assert plan_of(data, bureau, cycle, words={"unit:预算组;行财组;基建组": str(elsewhere.pk)}).wrong == 1


# Columns --------------------------------------------------------------------------------------------------------------

OTHER = ["号", "哪个股", "做什么", "怕什么", "轻重", "怎么防"]


def test_a_table_whose_words_are_all_unknown_is_mapped_column_by_column(register, bureau, cycle):
    data = workbook([["标题"], OTHER, ROW])
    assert "认不出表头" in plan_of(data, bureau, cycle).errors[0].said
    fields = dict(enumerate(["order", "unit", "power", "point", "level", "controls"]))
    plan = plan_of(data, bureau, cycle, heads={"Sheet": 2}, columns={"Sheet": fields})
    assert plan.wrong == 0
    assert ranks(plan) == [1, 1, 1]
    assert [row.number for row in plan.rows] == [3]


def test_a_table_without_any_head_is_mapped_too(register, bureau, cycle):
    fields = dict(enumerate(["order", "unit", "power", "point", "level", "controls"]))
    plan = plan_of(workbook([ROW]), bureau, cycle, heads={"Sheet": 0}, columns={"Sheet": fields})
    assert [row.number for row in plan.rows] == [1]


def test_two_columns_of_one_meaning_are_decided_or_taken_both(register, bureau, cycle):
    data = workbook([[*HEAD, "防范措施"], [*ROW, "1.结果公开；2.定期抽查"]])
    assert "不知道用哪一列" in plan_of(data, bureau, cycle).errors[0].said
    one = plan_of(data, bureau, cycle, columns={"Sheet": {5: ""}})
    assert [control.text for control in one.rows[0].controls] == ["结果公开", "定期抽查"]
    both = plan_of(data, bureau, cycle, columns={"Sheet": {5: "controls", 6: "controls"}})
    assert [control.text for control in both.rows[0].controls] == ["双人办理", "结果公开", "定期抽查"]


def test_a_sheet_may_be_left_out(register, bureau, cycle):
    book = Workbook()
    for name in ("一", "二"):
        sheet = book.create_sheet(name)
        sheet.append(HEAD)
        sheet.append([*ROW[:3], f"风险{name}", *ROW[4:]])
    del book["Sheet"]
    plan = plan_of(saved(book), bureau, cycle, heads={"一": SKIPPED})
    assert [row.sheet for row in plan.rows] == ["二"]
    assert "按您的选择" in plan.warnings[0].said


def test_a_sheet_that_goes_on_takes_the_columns_of_the_one_before_and_says_so(register, bureau, cycle):
    book = Workbook()
    book.active.append(HEAD)
    book.active.append(ROW)
    second = book.create_sheet("续")
    second.append(["2", None, "选址审批", "1.甲；2.乙", "二级", "同上"])
    plan = plan_of(saved(book), bureau, cycle)
    assert [(row.sheet, row.register, row.power.name) for row in plan.rows] == [
        ("Sheet", register, "规划许可"),
        ("续", register, "选址审批"),
    ]
    assert [control.text for control in plan.rows[1].controls] == ["双人办理"]
    assert any("序号接着“Sheet”" in warning.said for warning in plan.warnings)


def test_a_sheet_of_another_sort_behind_a_table_is_not_taken_for_its_next_page(register, bureau, cycle):
    book = Workbook()
    book.active.append(HEAD)
    book.active.append(ROW)
    book.create_sheet("说明").append(["7", "填表说明", "本表一式两份", "由办公室保管"])
    plan = plan_of(saved(book), bureau, cycle)
    assert [row.sheet for row in plan.rows] == ["Sheet"]


def test_an_upright_card_is_one_row(register, bureau, cycle):
    rows = [
        ["行政权力风险登记卡", None],
        ["职权名称", "伪造资质证书的处罚"],
        ["职权类型", "行政处罚"],
        ["责任主体", "规划股"],
        ["廉政风险点", "1.该立案不立案；2.随意裁量"],
        ["风险等级", "高级"],
        ["防控措施", "1.集体审理；2.公开结果"],
        ["送达", "当场交付"],
    ]
    plan = plan_of(workbook(rows, merges=("A1:B1",)), bureau, cycle)
    assert [(error.place, error.text) for error in plan.errors] == [("工作表“Sheet” 第6行 B列（风险等级）", "高级")]
    plan = plan_of(workbook(rows, merges=("A1:B1",)), bureau, cycle, words={"level:高级": "1"})
    row = plan.rows[0]
    assert (row.power.name, [p.name for p in row.points]) == ("伪造资质证书的处罚", ["该立案不立案", "随意裁量"])
    assert [control.point for control in row.controls] == [0, 1]
    assert any("第8行“送达”" in warning.said for warning in plan.warnings)


def test_the_card_of_a_land_bureau_43_gives_its_power(register, bureau, cycle):
    sheets = sheets_of(real_workbook("43", lead=0))
    said = {slot.field: slot.cell.text for slot in find_card(sheets[0]).slots if slot.field}
    assert said == {"power": "伪造、变造、转让地质勘查资质证书的处罚", "power_kind": "行政处罚"}
    plan = make_plan(sheets=sheets, unit=register.unit, cycle=cycle, choices=Choices(columns={"Sheet": {7: "step"}}))
    assert [(row.power.name, row.step, row.points) for row in plan.rows] == [(said["power"], "十个工作日", [])]


def test_choices_come_back_from_json_as_they_were():
    choices = Choices({"甲": 2}, {"甲": {3: "level"}}, {"level:中": "2"})
    assert choices_of({"heads": {"甲": 2}, "columns": {"甲": {"3": "level"}}, "words": {"level:中": "2"}}) == choices


# What a bureau decided is kept ----------------------------------------------------------------------------------------


@pytest.fixture
def office(bureau):
    return factories.grant(Role.OFFICE, bureau)


def test_decided_headings_are_known_the_next_time_in_this_bureau_only(register, bureau, cycle, office):
    first = workbook([[*HEAD[:5], "怎么 防"], ROW])
    plan = plan_of(first, bureau, cycle, columns={"Sheet": {5: "controls"}})
    assert decided(plan.layouts) == {"怎么防": "controls"}
    remember_headings(unit=register.unit, headings=decided(plan.layouts), by=office)
    again = plan_of(workbook([["另一张表"], [*HEAD[:5], "怎么防"], ROW]), bureau, cycle)
    assert [control.text for control in again.rows[0].controls] == ["双人办理"]
    other = factories.make_bureau("县交通局")
    other_cycle = factories.make_cycle(other, cycle.scheme)
    factories.make_register(factories.make_section(other), cycle=other_cycle)
    assert plan_of(first, other, other_cycle).rows[0].controls == []
    assert Event.objects.get(verb="import.headings").actor == office.pk


def test_what_was_kept_can_be_decided_otherwise_and_is_forgotten_when_it_says_nothing_new(bureau, office):
    remember_headings(unit=bureau, headings={"备注": "controls", "风险点": "point"}, by=office)
    assert list(HeadingMemory.objects.values_list("words", "field")) == [("备注", "controls")]
    remember_headings(unit=bureau, headings={"备注": "basis", "分管领导": ""}, by=office)
    assert dict(HeadingMemory.objects.values_list("words", "field")) == {"备注": "basis", "分管领导": ""}
    remember_headings(unit=bureau, headings={"备注": ""}, by=office)
    assert dict(HeadingMemory.objects.values_list("words", "field")) == {"分管领导": ""}
    assert remember_headings(unit=bureau, headings={"备注": "", "分管领导": "", "乱写": "no such"}, by=office) == 0


def test_what_the_scheme_says_of_a_heading_can_be_overruled_for_good(bureau, office):
    titles = {"风险方面": "kind"}
    remember_headings(unit=bureau, headings={"风险方面": "kind"}, by=office, titles=titles)
    assert not HeadingMemory.objects.exists()
    remember_headings(unit=bureau, headings={"风险方面": ""}, by=office, titles=titles)
    assert HeadingMemory.objects.get().field == ""


def test_who_may_not_import_decides_nothing(bureau):
    stranger = factories.appoint(factories.make_post(factories.make_section(bureau)))
    with pytest.raises(NotAllowed):
        remember_headings(unit=bureau, headings={"备注": "controls"}, by=stranger)
