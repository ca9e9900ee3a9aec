"""What the clerk is told when a table is not as it should be, and what comes in when it is unusual but fine.

Files that cannot be taken at all: test_importing_bad.py.
"""

import pytest
from openpyxl import Workbook

from accounts.exceptions import NotAllowed, NotNow
from accounts.roles import Role
from audit.models import Event
from registers.enums import RegisterState
from registers.importing import extract, headings, lists, vocabulary
from registers.importing.apply import apply_import
from registers.importing.plan import make_plan
from registers.models import Block, Post, Power, Register
from registers.parts import rates_subject
from registers.schemes.store import spec_of
from tests import factories
from tests.registers.workbooks import saved, sheets_of, workbook

HEAD = ["序号", "责任主体", "职权内容", "风险点", "风险等级", "防控措施", "责任人"]
ROW = ["1", "规划股", "规划许可", "1.越权审批；2.拖延不办", "一级", "1.双人办理；2.限时办结", "股长"]


# Cells, heads and lists -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value, text",
    [(3.0, "3"), (0.5, "0.5"), (True, "是"), (" 甲\u3000 ", "甲"), ("a_x000D_\nb", "a\nb"), ("甲\x07乙", "甲乙")],
)
def test_cells_become_plain_text(value, text):
    assert extract.clean(value) == text


def test_merged_cells_are_filled_in_both_directions():
    sheet = sheets_of(workbook([["甲", None, "丙"], [None, None, "丁"]], merges=("A1:B2",)))[0]
    assert [cell.text for cell in sheet.rows[2]] == ["甲", "甲", "丁"]


@pytest.mark.parametrize(
    "heading, name",
    [
        ("廉政风险主要\n内容及表现形式", "manifestation"),
        ("风险等级（高、中、低）", "level"),
        ("防控要点及防控措施", "controls"),
        ("风险点涉及的 岗位", "post"),
        ("单位/科室", "unit"),
        ("分管领导", "leader"),
        ("建议风险级别", "level"),
        ("序 号", "order"),
        ("备注", ""),
        ("本表所列风险点由各科室自行查找并经领导小组审定后报送备案", ""),
    ],
)
def test_headings_are_known_by_their_words(heading, name):
    assert vocabulary.field_of(heading) == name


def test_the_head_is_found_under_titles_and_over_two_rows():
    rows = [
        ["廉政风险防控表", *[None] * 6],
        ["填表单位：规划股"],
        [],
        ["序号", "风险点", "防控措施", "责任人", None, None],
        [None, None, None, "直接责任人", "部门责任人", "责任领导"],
        ["1", "甲", "乙", "一", "二", "三"],
    ]
    merges = ("A1:G1", "A4:A5", "B4:B5", "C4:C5", "D4:F4")
    head = headings.find_head(sheets_of(workbook(rows, merges=merges))[0])
    assert (head.first_row, head.last_row) == (4, 5)
    assert head.columns == {
        "order": [0],
        "point": [1],
        "controls": [2],
        "direct": [3],
        "department": [4],
        "leader": [5],
    }


@pytest.mark.parametrize(
    "text, found",
    [
        ("1.甲；2.乙;3.丙。", ["甲", "乙", "丙"]),
        ("1、甲\n2、乙", ["甲", "乙"]),
        ("１．甲；２．乙", ["甲", "乙"]),
        ("①甲②乙", ["甲", "乙"]),
        ("（1）甲（2）乙", ["甲", "乙"]),
        ("一、甲。二、乙：1.丙；2.丁", ["甲", "乙：1.丙；2.丁"]),
        ("1.提高1.5倍；2.限2.5万元", ["提高1.5倍", "限2.5万元"]),
        ("1.来宾10人内陪餐不超3人，超10人不超三分之一；2.审查", ["来宾10人内陪餐不超3人，超10人不超三分之一", "审查"]),
        ("甲；乙", ["甲；乙"]),
        ("第1项和第2项", ["第1项和第2项"]),
        ("3、甲", ["甲"]),
        ("", []),
        ("、".join(f"{n}.项" for n in range(1, 13)), ["项、"] * 0 or None),
    ],
)
def test_numbered_lists_come_apart(text, found):
    if found is None:
        assert len(lists.items(text)) == 12
    else:
        assert lists.items(text) == found


# A bureau to import into ----------------------------------------------------------------------------------------------


@pytest.fixture
def bureau(db):
    return factories.make_bureau()


@pytest.fixture
def cycle(bureau):
    return factories.make_cycle(bureau)


@pytest.fixture
def register(bureau, cycle) -> Register:
    return factories.make_register(factories.make_section(bureau), cycle=cycle)


def errors(data: bytes, unit, cycle) -> list[tuple]:
    return [
        (error.row, error.column, error.said)
        for error in make_plan(sheets=sheets_of(data), unit=unit, cycle=cycle).errors
    ]


def only(**changes) -> bytes:
    """A workbook of one row; ``changes`` by heading."""
    return workbook([HEAD, [changes.get(head, value) for head, value in zip(HEAD, ROW, strict=True)]])


@pytest.mark.parametrize(
    "heading, text, column, said",
    [
        ("风险等级", "高", "E", "方案没有“高”这个等级。"),
        ("风险等级", "1个一级，2个二级", "E", "写的是各等级的个数"),
        ("责任主体", "计财股", "B", "本单位没有“计财股”这个机构。"),
        ("责任主体", "甲股、乙股", "B", "一格写了几个机构。"),
        ("风险点", "长" * 501, "D", "有一项 501 字，最多 500 字"),
        ("职权内容", "长" * 201, "C", "有一项 201 字，最多 200 字"),
        ("责任人", "长" * 121, "G", "有一项 121 字，最多 120 字"),
        ("防控措施", "=A1", "F", "这一格是公式"),
    ],
)
def test_a_wrong_cell_is_named_by_row_and_column(register, bureau, cycle, heading, text, column, said):
    found = errors(only(**{heading: text}), bureau, cycle)
    assert [(row, letter) for row, letter, _ in found] == [(2, column)]
    assert said in found[0][2]


def test_everything_that_is_wrong_with_a_line_is_told_at_once(register, bureau, cycle):
    found = errors(only(责任主体="计财股", 风险等级="特高", 防控措施="=A1"), bureau, cycle)
    assert [column for _, column, _ in found] == ["B", "E", "F"]


def test_the_full_width_level_and_a_float_order_are_read(register, bureau, cycle):
    data = only(序号=1.0, 风险等级=" 一 级风险")
    assert errors(data, bureau, cycle) == []
    plan = make_plan(sheets=sheets_of(data), unit=bureau, cycle=cycle)
    assert [point.rank for point in plan.rows[0].points] == [1, 1]


def test_an_empty_level_is_only_a_warning(register, bureau, cycle):
    plan = make_plan(sheets=sheets_of(only(风险等级=None)), unit=bureau, cycle=cycle)
    assert plan.errors == []
    assert ["没有写等级" in warning.said for warning in plan.warnings] == [True]


def test_a_table_without_a_head_is_an_error(register, bureau, cycle):
    assert "认不出表头" in errors(workbook([ROW, ROW]), bureau, cycle)[0][2]


def test_a_list_of_powers_is_shown_where_it_belongs(register, bureau, cycle):
    rows = [["权力清单"], ["序号", "权力类型", "权力名称"], ["1", "行政许可", "施工许可"]]
    (error,) = make_plan(sheets=sheets_of(workbook(rows)), unit=bureau, cycle=cycle).errors
    assert (error.row, "“权力名称”像是职权清单的表头" in error.said, "导入基础资料" in error.todo) == (2, True, True)


def test_two_columns_of_one_meaning_are_an_error(register, bureau, cycle):
    assert "不知道用哪一列" in errors(workbook([[*HEAD, "防范措施"], [*ROW, "其他"]]), bureau, cycle)[0][2]


def test_columns_that_are_not_taken_are_named(register, bureau, cycle):
    plan = make_plan(sheets=sheets_of(workbook([[*HEAD, "备注"], [*ROW, "其他"]])), unit=bureau, cycle=cycle)
    assert any("H列“备注”" in warning.said for warning in plan.warnings)


def test_two_sheets_come_in_together_and_a_hidden_one_does_not(register, bureau, cycle):
    book = Workbook()
    for name in ("一", "二", "三"):
        sheet = book.create_sheet(name)
        sheet.append(HEAD)
        sheet.append([*ROW[:3], f"风险{name}", *ROW[4:]])
    del book["Sheet"]
    book["三"].sheet_state = "hidden"
    plan = make_plan(sheets=sheets_of(saved(book)), unit=bureau, cycle=cycle)
    assert [row.sheet for row in plan.rows] == ["一", "二"]
    assert any("隐藏" in warning.said and warning.sheet == "三" for warning in plan.warnings)


def test_a_hidden_column_is_taken_and_said(register, bureau, cycle):
    book = Workbook()
    book.active.append(HEAD)
    book.active.append(ROW)
    book.active.column_dimensions["E"].hidden = True
    plan = make_plan(sheets=sheets_of(saved(book)), unit=bureau, cycle=cycle)
    assert plan.rows[0].points[0].rank == 1
    assert any("E列是隐藏列" in warning.said for warning in plan.warnings)


def test_blank_rows_page_heads_sums_and_notes_are_no_rows(register, bureau, cycle):
    rows = [
        HEAD,
        [],
        ROW,
        [None] * 7,
        HEAD,
        ["合计", None, None, "2"],
        ["注：本表一式两份"],
        [*ROW[:3], "索要好处", *ROW[4:]],
    ]
    plan = make_plan(sheets=sheets_of(workbook(rows)), unit=bureau, cycle=cycle)
    assert [row.number for row in plan.rows] == [3, 8]
    assert plan.errors == []


def test_opinions_and_signatures_under_a_table_are_no_rows_and_the_next_page_goes_on(register, bureau, cycle):
    rows = [
        HEAD,
        ROW,
        ["科室负责人意见", None, "同意上报。", None, "分管领导意见", "同意。", None],
        ["（盖章）", None, "2026年3月1日", None, None, None, None],
        ["填表人：", None, None, None, None, None, None],
        HEAD,
        ["2", *ROW[1:3], "索要好处", *ROW[4:]],
        ["审核意见：", "同意", None, None, None, None, None],
        ["3", *ROW[1:3], "泄露底数", *ROW[4:]],
    ]
    plan = make_plan(sheets=sheets_of(workbook(rows)), unit=bureau, cycle=cycle)
    assert [row.number for row in plan.rows] == [2, 7, 9]
    assert [warning.row for warning in plan.warnings if "意见、签名" in warning.said] == [3, 8]


def test_steps_that_sound_like_opinions_are_rows(register, bureau, cycle):
    head = ["流程环节", "风险点", "风险等级", "防控措施"]
    rows = [head, *([step, f"{step}不严", "一级", "双人办理"] for step in ("审核", "审批", "决定", "征求部门意见"))]
    plan = make_plan(sheets=sheets_of(workbook(rows)), unit=register.unit, cycle=cycle)
    assert [row.step for row in plan.rows] == ["审核", "审批", "决定", "征求部门意见"]


def test_one_risk_over_several_lines_of_controls_is_one_row(register, bureau, cycle):
    rows = [HEAD, ROW[:3] + ["越权审批", "一级", "双人办理", "股长"], [None] * 5 + ["结果公开", None]]
    merges = ("B2:B3", "C2:C3", "D2:D3", "E2:E3", "G2:G3")
    plan = make_plan(sheets=sheets_of(workbook(rows, merges=merges)), unit=bureau, cycle=cycle)
    assert [(len(row.points), [c.text for c in row.controls]) for row in plan.rows] == [(1, ["双人办理", "结果公开"])]
    assert {control.point for control in plan.rows[0].controls} == {0}


def test_several_risks_with_one_common_control_are_one_row(register, bureau, cycle):
    rows = [HEAD, ROW[:3] + ["越权审批", "一级", "双人办理", "股长"], [None] * 3 + ["拖延不办", "三级", None, None]]
    plan = make_plan(
        sheets=sheets_of(workbook(rows, merges=("B2:B3", "C2:C3", "F2:F3", "G2:G3"))), unit=bureau, cycle=cycle
    )
    assert [[(p.name, p.rank) for p in row.points] for row in plan.rows] == [[("越权审批", 1), ("拖延不办", 3)]]
    assert [control.point for control in plan.rows[0].controls] == [None]


# Writing --------------------------------------------------------------------------------------------------------------


def test_an_import_is_all_or_nothing(register, bureau, cycle):
    with pytest.raises(NotNow, match="1 处错误"):
        apply_import(
            sheets=sheets_of(workbook([HEAD, ROW, [*ROW[:4], "高", *ROW[5:]]])), unit=bureau, cycle=cycle, by=None
        )
    assert (Block.objects.count(), Power.objects.count(), Event.objects.filter(verb="import.apply").count()) == (
        0,
        0,
        0,
    )


def test_the_same_rows_are_not_taken_twice_from_any_file(register, bureau, cycle):
    apply_import(sheets=sheets_of(workbook([HEAD, ROW])), unit=bureau, cycle=cycle, by=None)
    with pytest.raises(NotNow, match="已经导入过“规划股”"):
        apply_import(sheets=sheets_of(workbook([["标题"], HEAD, ROW])), unit=bureau, cycle=cycle, by=None)
    assert Block.objects.count() == 1
    assert Event.objects.filter(verb="import.apply").count() == 1


def test_another_table_with_a_known_power_adds_rows_and_no_second_power(register, bureau, cycle):
    apply_import(sheets=sheets_of(workbook([HEAD, ROW])), unit=bureau, cycle=cycle, by=None)
    apply_import(sheets=sheets_of(only(风险点="索要好处")), unit=bureau, cycle=cycle, by=None)
    assert [block.order for block in register.blocks.all()] == [0, 1]
    assert Power.objects.count() == 1
    assert Power.objects.get().history.first().history_change_reason.startswith("导入")


def test_a_register_that_left_its_filler_takes_nothing(register, bureau, cycle):
    Register.objects.filter(pk=register.pk).update(state=RegisterState.MOVING, step="review")
    assert "已提交或不在查找风险点的步骤" in errors(workbook([HEAD, ROW]), bureau, cycle)[0][2]


def test_a_register_that_was_never_opened_is_said(bureau, cycle):
    factories.make_section(bureau)
    assert "没有开启" in errors(workbook([HEAD, ROW]), bureau, cycle)[0][2]


def test_rows_of_a_post_go_into_its_own_register_and_a_new_post_is_made(register, bureau, cycle):
    post = factories.make_post(register.unit)
    own = factories.make_register(post, cycle=cycle)
    head = [*HEAD, "岗位"]
    told = apply_import(
        sheets=sheets_of(workbook([head, [*ROW, "规划管理岗"], [*ROW[:3], "泄露底数", *ROW[4:], "档案管理岗"]])),
        unit=bureau,
        cycle=cycle,
        by=None,
    )
    assert [point.name for point in own.points.all()] == ["越权审批", "拖延不办"]
    made = Post.objects.get(name="档案管理岗")
    assert (told.counts["posts"], told.counts["powers"]) == (1, Power.objects.count())
    assert (made.unit, made.bureau, made.section) == (register.unit, bureau, register.unit)
    assert register.blocks.get().post == made


def test_who_has_not_the_right_imports_nothing(register, bureau, cycle):
    stranger = factories.appoint(factories.make_post(register.unit))
    with pytest.raises(NotAllowed, match="导入表格"):
        apply_import(sheets=sheets_of(workbook([HEAD, ROW])), unit=bureau, cycle=cycle, by=stranger)
    office = factories.grant(Role.OFFICE, bureau)
    apply_import(sheets=sheets_of(workbook([HEAD, ROW])), unit=bureau, cycle=cycle, by=office)
    assert Event.objects.get(verb="import.apply").actor == office.pk
    assert Power.objects.get().history.get().history_user == office


def test_what_was_confirmed_must_still_be_what_would_be_done(register, bureau, cycle):
    seen = make_plan(sheets=sheets_of(workbook([HEAD, ROW])), unit=bureau, cycle=cycle).digest()
    factories.make_power(register.unit, "规划许可")
    with pytest.raises(NotNow, match="重新预览"):
        apply_import(sheets=sheets_of(workbook([HEAD, ROW])), unit=bureau, cycle=cycle, by=None, seen=seen)


def test_where_the_scheme_rates_the_post_the_rows_levels_give_its_declared_one(bureau):
    cycle = factories.make_cycle(bureau, factories.make_scheme("s000"))
    register = factories.make_register(factories.make_section(bureau), "section", cycle=cycle)
    assert rates_subject(spec_of(cycle.scheme), "section")
    data = workbook([HEAD, [*ROW[:4], "三级", *ROW[5:]], [*ROW[:3], "索要好处", "二级", *ROW[5:]]])
    apply_import(sheets=sheets_of(data), unit=bureau, cycle=cycle, by=None)
    register.refresh_from_db()
    assert register.declared_rank == 2
    assert set(register.points.values_list("declared_rank", flat=True)) == {None}


def test_two_thousand_rows_come_in_with_a_bounded_number_of_queries(
    register, bureau, cycle, django_assert_max_num_queries
):
    rows = [[str(n), "规划股", f"职权{n % 300}", f"风险{n}", "二级", "双人办理", "股长"] for n in range(2000)]
    data = workbook([HEAD, *rows])
    with django_assert_max_num_queries(150):
        apply_import(sheets=sheets_of(data), unit=bureau, cycle=cycle, by=None)
    assert register.points.count() == 2000
