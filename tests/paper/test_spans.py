"""Equal neighbours become one cell; a page's end cuts it and the label is said again (product.md §7)."""

from hypothesis import given
from hypothesis import strategies as st

from paper import Cell, Column, Table, merge_equal, split_at
from paper.grid import groups
from paper.spans import crossed

THREE = (Column("unit", "单位"), Column("post", "岗位"), Column("point", "风险点"))
ROWS = [
    ["规划股", "股长", "甲"],
    ["规划股", "股长", "乙"],
    ["规划股", "科员", "丙"],
    ["质监站", "科员", "丁"],
    ["质监站", "", "戊"],
    ["质监站", "", "己"],
]


def spans(table: Table) -> list[list[tuple[str, int]]]:
    return [[(cell.text, cell.row_span) for cell in row.cells] for row in table.rows]


def test_equal_neighbours_become_one_cell_within_the_cell_before():
    assert spans(Table(THREE, merge_equal(ROWS, [0, 1]))) == [
        [("规划股", 3), ("股长", 2), ("甲", 1)],
        [("乙", 1)],
        [("科员", 1), ("丙", 1)],
        [("质监站", 3), ("科员", 1), ("丁", 1)],
        [("", 1), ("戊", 1)],
        [("", 1), ("己", 1)],
    ]


def test_a_subtotal_row_ends_a_span():
    rows = merge_equal([["规划股", "股长", "甲"], [Cell("小计", col_span=2), 1], ["规划股", "股长", "乙"]], [0, 1])
    assert [cell.row_span for row in rows for cell in row.cells] == [1] * 8


def test_a_cut_repeats_the_label():
    table = split_at(Table(THREE, merge_equal(ROWS, [0, 1])), {1, 4})
    assert spans(table) == [
        [("规划股", 1), ("股长", 1), ("甲", 1)],
        [("规划股（续）", 2), ("股长（续）", 1), ("乙", 1)],
        [("科员", 1), ("丙", 1)],
        [("质监站", 1), ("科员", 1), ("丁", 1)],
        [("质监站（续）", 2), ("", 1), ("戊", 1)],
        [("", 1), ("己", 1)],
    ]
    assert split_at(table, {2}).rows[2].cells[0].text == "规划股（续）"


def test_only_spans_that_cross_a_page_are_cut():
    table = Table(THREE, merge_equal(ROWS, [0, 1]))
    assert crossed(table, [0, 0, 0, 1, 1, 1]) == set()
    assert crossed(table, [0, 0, 1, 1, 1, 2]) == {2, 5}


def test_rows_under_one_label_hang_together():
    assert groups(Table(THREE, merge_equal(ROWS, [0, 1])).rows) == [range(0, 3), range(3, 6)]


values = st.sampled_from(["甲", "乙", ""])


@given(st.lists(st.tuples(values, values, values), max_size=12), st.sets(st.integers(0, 12)))
def test_merging_and_cutting_never_change_what_a_row_says(rows, cuts):
    table = split_at(Table(THREE, merge_equal([list(row) for row in rows], [0, 1])), cuts)
    said = [["", "", ""] for _ in rows]
    filled = [[False] * 3 for _ in rows]
    for index, row in enumerate(table.rows):
        for cell in row.cells:
            column = filled[index].index(False)
            for below in range(index, index + cell.row_span):
                filled[below][column] = True
                said[below][column] = cell.text.removesuffix("（续）")
    assert said == [list(row) for row in rows]
