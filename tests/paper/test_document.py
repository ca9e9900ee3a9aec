"""A paper that does not fit together is refused when it is made, with the place (product.md decision 10)."""

import datetime
from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paper import Cell, Column, Document, Field, Opinion, OpinionCell, Row, Signer, Table
from tests.paper.samples import form

TWO = (Column("a", "甲列"), Column("b", "乙列"))


@pytest.mark.parametrize(
    "rows, said",
    [
        ([["一"]], "第1行缺少 1 列"),
        ([["一", "二", "三"]], "第1行的单元格超出表格右边"),
        ([[Cell("一", row_span=2), "二"]], "第1行的单元格跨 2 行，超出表格底边"),
        ([["一", Cell("二", row_span=2)], [Cell("三", col_span=2)]], "第2行的单元格与上面跨行的单元格重叠"),
        ([[Cell("一", row_span=2), "二"], ["三", "四"]], "第2行的单元格超出表格右边"),
    ],
)
def test_spans_that_do_not_fit_are_refused_with_the_row(rows, said):
    with pytest.raises(ValueError, match=said):
        Table(TWO, rows)


def test_spans_that_fit_are_taken():
    table = Table(TWO, [[Cell("一", row_span=2), "二"], ["三"], [Cell("四", col_span=2)]], totals=["合计", 3])
    assert table.totals.cells[1] == Cell("3", number=True)


def test_only_numbers_are_numbers():
    row = Row((1, "1", None, ["甲", "乙"], ["独一条"], datetime.date(2026, 2, 5)))
    assert [cell.number for cell in row.cells] == [True, False, False, False, False, False]
    assert [cell.plain for cell in row.cells] == ["1", "1", "", "1. 甲\n2. 乙", "独一条", "2026年2月5日"]


def test_a_level_colour_never_stands_without_its_word():
    with pytest.raises(ValueError, match="等级名称"):
        Cell(tone="grave")


def test_parts_are_frozen():
    with pytest.raises(FrozenInstanceError):
        form().title = "另一个标题"


@given(st.text())
def test_no_control_character_gets_in(text):
    printed = [said for _, said in Document(title="表", footnote=text, tables=[Table(TWO, [[text, "二"]])]).texts()]
    assert not any(ord(sign) < 32 and sign != "\n" or 0xD800 <= ord(sign) < 0xE000 for said in printed for sign in said)


def test_a_wide_table_lays_the_page_down():
    narrow = Table([Column(str(index), "列", 6) for index in range(6)])
    wide = Table([Column(str(index), "列", 6) for index in range(7)])
    assert not Document(title="表", tables=[narrow]).landscape
    assert Document(title="表", tables=[wide]).landscape
    assert not Document(title="表", tables=[wide], orientation="portrait").landscape


def test_wide_head_fields_take_a_line_of_their_own():
    document = Document(title="表", head=[("甲", 1), Field("乙", "长", wide=True), ("丙", 2), ("丁", 3), ("戊", 4)])
    assert [[item.label for item in line] for line in document.head_lines()] == [["甲"], ["乙"], ["丙", "丁"], ["戊"]]


def test_a_delegate_signs_with_the_post_he_stands_in_for():
    opinion = Opinion("同意。", Signer("副局长", "乙", acting_for="局长"), datetime.date(2026, 3, 1))
    assert opinion.signature == "副局长 乙（代局长）\u30002026年3月1日"
    assert "年" in OpinionCell("局长意见").blank_signature


def test_every_text_is_named_with_a_place_a_clerk_understands():
    places = dict((text, place) for place, text in form().texts())
    assert places["二级"] == "表格第8行“风险等级”"
    assert places["规划股"] in ("表头“股室名称”", "表尾")
    assert places["查找全面、准确，同意上报。"] == "意见栏“股室负责人意见”"
