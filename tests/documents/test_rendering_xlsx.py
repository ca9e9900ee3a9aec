"""Workbooks: merged as on paper, printable, and no text of a user ever becomes a formula (product.md §7)."""

import io
import time
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from documents.rendering import form_sheet, xlsx
from paper import Cell, Column, Document, PaperError, Table
from paper.text import clean
from tests.paper.samples import form


def written(*papers: Document) -> bytes:
    stream = io.BytesIO()
    xlsx.write(papers, stream)
    return stream.getvalue()


def sheet_of(*papers: Document):
    return load_workbook(io.BytesIO(written(*papers))).worksheets[0]


def one_column(value: object) -> Document:
    return Document(title="表", tables=[Table([Column("a", "甲列")], [[value]])])


def texts(sheet) -> list[str]:
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]


def test_the_form_is_there_with_rows_opinions_and_merged_labels():
    sheet = sheet_of(form())
    said = texts(sheet)
    assert said[:2] == ["附件2", "建设局股室廉政风险点查找和防控措施表"]
    assert said.count("建设工程规划许可") == 1
    assert "1. 严格执行首问负责制和一次性告知制度\n2. 实行AB岗双人办理，办理结果网上公开" in said
    assert "规划股股长 甲\u30002012年2月12日" in said
    label = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "建设工程规划许可")
    merged = next(area for area in sheet.merged_cells.ranges if label.coordinate in area)
    assert merged.size == {"rows": 4, "columns": 1}
    assert all(cell.border.left.style == "thin" for row in sheet[merged.coord] for cell in row)


def test_it_prints_on_pages_as_wide_as_the_form():
    sheet = sheet_of(form())
    head = next(cell.row for row in sheet.iter_rows() for cell in row if cell.value == "序号")
    assert sheet.print_title_rows == f"${head}:${head + 1}"
    assert sheet.page_setup.paperSize == 9
    assert sheet.page_setup.orientation == "landscape"
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.oddFooter.right.text.strip() == "第 &P 页 共 &N 页"
    assert "3fa9 c0de" in sheet.oddFooter.left.text
    assert sheet_of(form(size="A3", orientation="portrait")).page_setup.paperSize == 8


def test_rows_are_high_enough_for_wrapped_chinese_text():
    sheet = sheet_of(one_column("风" * 400))
    cell = next(cell for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("风风"))
    per_line = 93 * 7 / 14
    assert sheet.row_dimensions[cell.row].height >= 400 / per_line * 14
    assert cell.alignment.wrap_text


def test_a_text_higher_than_a_row_may_be_goes_on_in_further_rows():
    sheet = sheet_of(one_column("风" * 3000))
    area = next(area for area in sheet.merged_cells.ranges if str(sheet[area.coord][0][0].value).startswith("风风"))
    heights = [sheet.row_dimensions[row].height for row in range(area.min_row, area.max_row + 1)]
    assert len(heights) > 1
    assert max(heights) <= 409
    assert sum(heights) >= 3000 / (93 * 7 / 14) * 14


@pytest.mark.parametrize(
    "text", ["=1+1", "+86", "-甲", "@SUM(A1)", "\t=1+1", "\r=cmd|' /C calc'!A0", "1e5", "TRUE", "#N/A"]
)
def test_no_text_becomes_a_formula_or_a_number(text):
    cell = next(cell for row in sheet_of(one_column(text)).iter_rows() for cell in row if cell.value == clean(text))
    assert cell.data_type == "s"
    assert cell.quotePrefix == text.startswith(("=", "+", "-", "@"))


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=200))
def test_any_text_comes_back_as_it_was(text):
    stream = io.BytesIO()
    xlsx.write_table([Column("a", "甲"), Column("b", "乙")], [[text, "末"]], stream, title=text)
    sheet = load_workbook(stream).worksheets[0]
    assert sheet["B3"].value == "末"
    assert (sheet["A3"].value or "") == clean(text)
    assert sheet["A3"].data_type == "s" or not clean(text)
    written(Document(title="表" + text, number=text, mark=text, tables=[Table([Column("a", text)], [[text]])]))


def test_only_a_number_is_a_number():
    values = {cell.value: cell.data_type for row in sheet_of(form()).iter_rows() for cell in row}
    assert values[3] == "n"
    assert sheet_of(one_column("12"))["A3"].data_type == "s"
    assert sheet_of(one_column(Cell("12.5", number=True)))["A3"].value == 12.5


def test_a_text_too_long_for_a_cell_is_refused_with_its_place():
    with pytest.raises(PaperError, match="表格第1行“甲列”.*32767"):
        written(one_column("风" * 32768))
    with pytest.raises(PaperError, match="第2行“乙”.*32767"):
        xlsx.write_table([Column("b", "乙")], [["短"], ["𬱖" * 20000]], io.BytesIO(), title="台账")


def test_the_same_paper_gives_the_same_bytes(monkeypatch):
    first = written(form(), form(2))
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    assert written(form(), form(2)) == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {info.date_time[0] for info in archive.infolist()} == {1980}
        core = archive.read("docProps/core.xml").decode()
    assert "<dc:creator>东源县建设局</dc:creator>" in core
    assert "lastModifiedBy" not in core


def test_sheet_names_are_legal_and_different():
    names = load_workbook(
        io.BytesIO(
            written(
                *[form(title=f"[一]：二*三？/\\{'长' * 40}", number="") for _ in range(2)], form(title="'", number="")
            )
        )
    ).sheetnames
    assert len(set(names)) == 3
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names)


def test_a_form_with_fewer_columns_than_its_head_still_fits():
    sheet = sheet_of(form(tables=[Table([Column("a", "甲列"), Column("b", "乙列")], [["一", "二"]])], head_columns=3))
    assert {"股室名称", "一", "二", "股室负责人意见"} <= set(texts(sheet))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(1, 30), min_size=1, max_size=14), st.integers(1, 4), st.integers(1, 3), st.booleans())
def test_places_never_overlap_on_the_sheet(weights, head_columns, opinion_columns, two_tables):
    columns = [Column(str(index), f"列{index}", weight) for index, weight in enumerate(weights)]
    tables = [Table(columns, [["字"] * len(columns)] * 2)]
    if two_tables:
        tables.append(Table(columns[:2], [["字"] * len(columns[:2])], totals=["合"] * len(columns[:2])))
    paper = form(tables=tables, head_columns=head_columns, opinion_columns=opinion_columns)
    areas = [(area.bounds) for area in sheet_of(paper).merged_cells.ranges]
    taken = [
        (row, column)
        for left, top, right, low in areas
        for row in range(top, low + 1)
        for column in range(left, right + 1)
    ]
    assert len(taken) == len(set(taken))
    assert form_sheet._edges(paper)[-1] == pytest.approx(1)


def test_a_ledger_is_frozen_filtered_and_titled():
    stream = io.BytesIO()
    columns = [Column("no", "序号", 2), Column("point", "风险点", 10)]
    assert xlsx.write_table(columns, ([index, "=甲"] for index in range(5)), stream, title="台账", issuer="建设局") == 5
    sheet = load_workbook(stream).worksheets[0]
    assert sheet.freeze_panes == "A3"
    assert sheet.auto_filter.ref == "A2:B7"
    assert sheet.print_title_rows == "$2:$2"
    assert [(cell.value, cell.data_type) for cell in sheet[7]] == [(4, "n"), ("=甲", "s")]


def test_no_control_character_gets_into_the_foot_of_a_page():
    paper = form(issuer="甲局\x00\x1f&乙")
    assert "\x1f" not in zipfile.ZipFile(io.BytesIO(written(paper))).read("xl/worksheets/sheet1.xml").decode()
    assert sheet_of(paper).oddFooter.left.text
