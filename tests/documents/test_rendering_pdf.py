"""PDF: read back, fonts really in it, heads and labels repeated, nothing fetched, no gap for a missing character."""

import gc
import io
import logging
from dataclasses import replace

import pytest
from pypdf import PdfReader

from documents.rendering import breaking, glyphs, pdf, printer
from paper import Document, MissingGlyph, PaperError, Table, merge_equal
from tests.paper.samples import COLUMNS, form, rows
from tests.plumbing.pdf import said_on

ROWS = 84  # of a form of many pages


def reader(*papers: Document) -> PdfReader:
    return PdfReader(io.BytesIO(pdf.render(papers)))


def fonts_of(book: PdfReader) -> dict[str, bool]:
    """The fonts of all pages: name → whether the file is embedded."""
    found = {}
    for page in book.pages:
        for font in page["/Resources"]["/Font"].values():
            inner = font["/DescendantFonts"][0].get_object()
            descriptor = inner["/FontDescriptor"]
            found[font["/BaseFont"]] = any(key.startswith("/FontFile") for key in descriptor)
    return found


@pytest.fixture(scope="module")
def short() -> PdfReader:
    return reader(form())


@pytest.fixture(scope="module")
def long() -> PdfReader:
    return reader(form(ROWS, ROWS // 4))


def test_the_form_can_be_read_back(short):
    said = "".join(said_on(page) for page in short.pages)
    for expected in (
        "附件2",
        "建设局股室廉政风险点查找和防控措施表",
        "第1页共",
        "规划股股长甲2012年2月12日",
        "（待办理）",
    ):
        assert expected in said
    assert "封存3fa9c0de" in said
    assert short.metadata.author == "东源县建设局"


def test_chinese_fonts_are_in_the_file(short):
    """A text that reads back proves nothing: a page of empty boxes reads back as well."""
    fonts = fonts_of(short)
    assert all(fonts.values())
    assert all("CJK-SC" in name or "Fandol" in name for name in fonts)
    assert any("Serif" in name for name in fonts)  # 宋 in the cells
    assert any("Sans" in name or "FandolHei" in name for name in fonts)  # 黑 in the heads


def test_heads_and_labels_are_repeated_on_every_page(long):
    pages = [said_on(page) for page in long.pages]
    filled = [page for page in pages if "受理环节" in page]
    assert len(filled) > 5
    assert all("序号" in page and "防控措施" in page for page in filled)
    assert all(
        any(power in page for power in ("建设工程规划许可", "招标投标监督管理", "施工许可证核发", "工程质量监督"))
        for page in filled
    )
    assert sum("（续）" in page for page in filled) >= 4
    assert f"第3页共{len(pages)}页" in pages[2]


def test_a_label_is_said_again_only_where_a_page_begins():
    """Long labels make the rows taller where they are repeated: the pages are settled one after the other."""
    paper = form(60, 7)
    cells = [[with_words(cell) if index == 1 else cell for index, cell in enumerate(row)] for row in rows(60, 7)]
    paper = replace(paper, tables=(Table(COLUMNS, merge_equal(cells, columns=[1])),))
    with printer.printing():
        broken = breaking.paged(paper, pdf._layout, 3)
        pages = breaking.pages_of_rows(broken.tables[0], 0, pdf._layout(broken).pages)
    (table,) = broken.tables
    begins = {index for index in range(1, 60) if pages[index] != pages[index - 1]}
    said_again = {index for index, row in enumerate(table.rows) if any("（续）" in cell.plain for cell in row.cells)}
    assert begins == table.page_starts
    assert said_again <= begins
    assert len(begins) < 30


def with_words(name: str) -> str:
    return name + "：" + "对符合条件的申请依法核发许可并监督实施，" * 3


def test_no_row_is_torn_or_lost(long):
    pages = [said_on(page) for page in long.pages]
    assert sum(page.count("以获取不正当利益") for page in pages) == ROWS
    assert all(page.count("在受理申请时") == page.count("以获取不正当利益") for page in pages)


def test_each_paper_counts_its_own_pages():
    book = reader(form(2, orientation="portrait"), form(2, title="另一张表", digest="", mark="草稿，尚未提交"))
    said = [said_on(page) for page in book.pages]
    second = next(page for page in said if "另一张表" in page)
    assert "第1页共" in second
    assert "草稿，尚未提交" in second
    assert book.pages[0].mediabox.height > book.pages[0].mediabox.width
    assert book.pages[-1].mediabox.height < book.pages[-1].mediabox.width


def test_a_character_that_no_font_has_is_refused_with_its_place():
    with pytest.raises(MissingGlyph, match="表头“姓名”.*U\\+E000"):
        pdf.render(form(head=[("姓名", "\ue000甲")]))


def test_rare_characters_of_names_can_be_printed():
    assert glyphs.missing_in("镕玥喆堃㛃𬱖㎡☑〔2012〕ⅠⅡ①⑩〇") == ""


def test_a_gap_that_only_the_renderer_saw_is_an_error_too(monkeypatch):
    monkeypatch.setattr(glyphs, "check", lambda papers: None)
    with pytest.raises(MissingGlyph, match="U\\+E000"):
        pdf.render(form(1, footnote="注\ue000"))


def test_text_cannot_make_the_server_fetch(caplog):
    said = '<img src="file:///etc/passwd"><link rel=stylesheet href="http://127.0.0.1/x.css">'
    with caplog.at_level(logging.ERROR, "weasyprint"):
        assert "file:///etc/passwd" in said_on(reader(form(1, footnote=said)).pages[-1])
    assert not caplog.records
    with pytest.raises(ValueError, match="refused"):
        printer.NoOutsideFetcher(()).fetch("file:///etc/passwd")


def test_marks_in_the_foot_are_text_and_not_style():
    said = '草稿" } body { display: none } \\'
    assert "".join(said.split()) in said_on(reader(form(1, digest="", mark=said)).pages[0])


def test_the_same_paper_gives_the_same_bytes():
    assert pdf.render(form(2)) == pdf.render(form(2))


def test_the_garbage_collector_is_put_back():
    before = gc.get_threshold(), gc.get_freeze_count()
    pdf.render(form(1))
    assert (gc.get_threshold(), gc.get_freeze_count()) == before


def test_nothing_to_print_is_said():
    with pytest.raises(PaperError, match="没有可以打印"):
        pdf.render([])
