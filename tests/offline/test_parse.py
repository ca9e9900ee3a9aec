"""What people do to the sheet: rows pasted, sorted, merged, cleared; words that are none; cells that are closed."""

import io

import pytest
from openpyxl import Workbook

from registers.importing import reading
from registers.models import Control, OfflineForm
from registers.offline.ground import Ground
from registers.offline.sheet import mark_of
from registers.services import offline
from tests import factories as make
from tests.offline.sheets import Desk, returned, workbook_of
from tests.small_scheme import POST_ROAD, small_scheme

pytestmark = pytest.mark.django_db


def issued(opens=("points", "levels", "controls"), points: int = 1) -> OfflineForm:
    post = make.make_post(make.make_section(make.make_bureau()))
    routes = small_scheme()["routes"]
    routes[0] = {"scope": "post", "steps": [POST_ROAD[0] | {"opens": list(opens)}, *POST_ROAD[1:]]}
    routes[0]["steps"].insert(0, POST_ROAD[0] | {"key": "first", "opens": ["points", "levels", "controls"]})
    cycle = make.make_cycle(post.bureau, make.make_scheme(routes=routes))
    register = make.make_register(post, cycle=cycle, filler=make.appoint(post), step="fill")
    power = make.make_power(post, steps=("受理", "审查"))
    for number in range(points):
        row = make.make_row(register, power, name=f"风险点{number + 1}")
        Control.objects.create(block=row, point=row.points.get(), text="第二条措施", order=1)
        Control.objects.create(block=row, text="整行的措施", order=2)
    return offline.issue(register=register, by=register.filler)


def read(form: OfflineForm, desk: Desk):
    return returned(form, desk.saved())


def only_row(found):
    [row] = found.whole.rows.values()
    return row


def said(found) -> list[tuple[int, str]]:
    return [(message.row, message.text) for message in found.messages]


@pytest.fixture
def form():
    return issued()


@pytest.fixture
def desk(form):
    return Desk(workbook_of(form))


def test_each_control_has_its_own_line_and_the_sheet_says_for_what_it_is_meant(desk):
    assert [desk.text(line, "c-text") for line in (1, 2, 3)] == ["双人办理,结果公开", "第二条措施", "整行的措施"]
    assert [desk.text(line, "c-for") for line in (1, 2, 3)] == ["上面的风险点", "上面的风险点", "整行"]
    assert [desk.text(line, "p-name") for line in (1, 2, 3)] == ["风险点1", "", ""]


def test_lines_in_another_order_are_the_same_content():
    form = issued(points=2)
    desk = Desk(workbook_of(form))
    cells = [[desk.cell(line, key).value for key in desk.keys] for line in range(1, 7)]
    for line, values in enumerate(reversed(cells), start=1):
        for key, value in zip(desk.keys, values, strict=True):
            desk.cell(line, key).value = value
    found = read(form, desk)
    assert found.messages == []
    assert found.whole == Ground.of(form).whole


def test_a_line_that_was_pasted_once_more_is_new_where_it_stands(form, desk):
    for key in desk.keys:
        desk.cell(4, key).value = desk.cell(2, key).value
    desk.type(4, c_text="照抄再改的措施")
    found = read(form, desk)
    assert found.messages == []
    controls = only_row(found).controls
    assert [control.text for control in controls][-1] == "照抄再改的措施"
    assert controls[1].text == "第二条措施"
    assert len({control.lineage for control in controls}) == 4


def test_the_same_workbook_read_again_gives_new_things_the_same_identity(form, desk):
    desk.type(4, p_name="新的风险点", c_text="新的措施")
    data = desk.saved()
    assert returned(form, data).whole == returned(form, data).whole


def test_clearing_all_cells_of_an_item_takes_it_out(form, desk):
    for key in desk.keys:
        if key.startswith("c-"):
            desk.cell(2, key).value = None
    assert [control.text for control in only_row(read(form, desk)).controls] == ["双人办理,结果公开", "整行的措施"]
    for line in (1, 2, 3):
        for key in desk.keys:
            if key != "id":
                desk.cell(line, key).value = None
    assert read(form, desk).whole.rows == {}


def test_a_merged_cell_says_its_word_once(form, desk):
    column = desk.cell(1, "power").column_letter
    desk.sheet.merge_cells(f"{column}6:{column}8")
    found = read(form, desk)
    assert found.messages == []
    assert found.whole == Ground.of(form).whole


def test_what_is_written_into_a_line_that_only_continues_is_refused_at_its_cell(form, desk):
    desk.type(2, p_name="写错了地方")
    desk.type(3, matter="也写错了地方")
    found = read(form, desk)
    assert [(row, text[:6]) for row, text in said(found)] == [(7, "这一格属于上"), (8, "这一格属于同")]
    assert found.messages[0].letter == desk.cell(2, "p-name").column_letter


def test_an_identity_that_was_changed_or_comes_from_another_form_is_refused(form, desk):
    other = Desk(workbook_of(issued()))
    desk.cell(1, "id").value = other.text(1, "id")
    desk.cell(2, "id").value = "12345"
    texts = [text for _, text in said(read(form, desk))]
    assert "不是这张表的" in texts[0]
    assert "被改动过" in texts[1]


def test_a_new_line_without_power_or_matter_above_it_is_refused():
    form = issued(points=0)
    desk = Desk(workbook_of(form))
    desk.type(1, p_name="没有职权的风险点")
    assert said(read(form, desk)) == [(6, "这一行上面没有登记内容，请先写明职权或事项。")]


def test_a_formula_is_refused_at_its_cell(form, desk):
    desk.cell(1, "p-manifestation").value = "=1+1"
    [(row, text)] = said(read(form, desk))
    assert row == 6
    assert "公式" in text


@pytest.mark.parametrize("opens", [("controls",), ("levels",), ("points",)])
def test_a_cell_that_the_step_does_not_open_must_stay_as_it_was(opens):
    form = issued(opens)
    desk = Desk(workbook_of(form))
    cells = {"points": "p_manifestation", "levels": "p_declared_rank", "controls": "c_text"}
    for part, key in cells.items():
        desk.type(1, **{key: "一级 重点" if part == "levels" else "改过的话"})
    messages = read(form, desk).messages
    assert len(messages) == 2
    assert all("没有开放" in message.text for message in messages)
    assert {message.title for message in messages} == {
        title for part, title in (("points", "表现形式"), ("levels", "自评等级"), ("controls", "防控措施"))
        if part not in opens
    }  # fmt: skip


def test_a_row_cannot_be_taken_out_where_points_are_closed():
    form = issued(("controls",))
    desk = Desk(workbook_of(form))
    for _ in range(3):
        desk.delete(1)
    [(_, text)] = said(read(form, desk))
    assert "不能删除登记内容" in text


def test_a_level_that_nobody_chose_follows_the_answers(form, desk):
    desk.type(1, **{"p-f-likely": "高", "p-f-harm": "高"})
    assert only_row(read(form, desk)).points[0].declared_rank == 2  # chosen before, against no suggestion
    desk.type(1, **{"p-declared_rank": ""})
    assert only_row(read(form, desk)).points[0].declared_rank == 1


def test_a_new_row_has_who_answers_for_it_as_on_the_page(form, desk):
    desk.type(4, matter="公章管理", p_name="擅自用章")
    row = list(read(form, desk).whole.rows.values())[1]
    assert row.responsible["direct"].post_id == form.register.post_id
    assert row.post_id == form.register.post_id


def test_a_workbook_without_our_sheet_is_known_by_nothing():
    book, stream = Workbook(), io.BytesIO()
    book.active.append(["序号"])
    book.save(stream)
    assert mark_of(reading.read(stream.getvalue()), stream.getvalue()) is None


def test_the_workbook_names_nobody_but_the_bureau_and_holds_no_formula(form, desk):
    assert desk.book.properties.creator == "县建设局"
    assert not desk.book.properties.lastModifiedBy
    cells = [cell for sheet in desk.book.worksheets for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert all(sheet.protection.sheet for sheet in desk.book.worksheets)
    assert [cell.protection.locked for cell in desk.sheet[5]] == [True] * len(desk.keys)
