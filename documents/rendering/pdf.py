"""A paper as PDF: fonts embedded, heads repeated, each paper with page numbers of its own."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from documents.rendering import glyphs
from documents.rendering.breaking import paged, pages_of_rows
from documents.rendering.printer import Layout, Page, families_of, lay_out, printing, quoted, sheet
from paper import Document, PaperError, Table, split_at
from paper import render as render_html
from paper.html import table_html
from paper.spans import crossed
from paper.text import grouped

_LAYOUTS = 4  # of a paper with several tables; after so many tries every span is cut into single rows: that always fits


def render(documents: Document | Iterable[Document]) -> bytes:
    """One PDF of one paper or of several, one after the other. The same papers give the same bytes.

    Raises FontsMissing, or MissingGlyph with its place.
    """
    papers = [documents] if isinstance(documents, Document) else list(documents)
    if not papers:
        raise PaperError("没有可以打印的表格")
    with printing():
        glyphs.check(papers)
        layouts = [laid_out(paper) for paper in papers]
        pages = [page for layout in layouts for page in layout.pages]
        return layouts[0].copy(pages).write_pdf()


def laid_out(paper: Document) -> Layout:
    """The pages of one paper, with no span left that runs over the end of a page."""
    layout = _layout(paper)
    if len(paper.tables) == 1 and _cut(paper.tables[0], 0, layout.pages) is not paper.tables[0]:
        if first_page := pages_of_rows(paper.tables[0], 0, layout.pages).count(0):
            paper = paged(paper, _layout, first_page)
            layout = _layout(paper)
    for _ in range(_LAYOUTS):
        tables = tuple(_cut(table, index, layout.pages) for index, table in enumerate(paper.tables))
        if tables == paper.tables:
            return layout
        paper = replace(paper, tables=tables)
        layout = _layout(paper)
    return _layout(replace(paper, tables=tuple(split_at(table, range(len(table.rows))) for table in paper.tables)))


def _cut(table: Table, number: int, pages: Sequence[Page]) -> Table:
    if len(pages) == 1 or not table.rows:
        return table
    cuts = crossed(table, pages_of_rows(table, number, pages))
    return split_at(table, cuts) if cuts else table


def _layout(paper: Document, *, bare: bool = False) -> Layout:
    """``bare``: only its table, as it stands on a page further on."""
    if bare:
        body = f'<section class="paper">{table_html(paper.tables[0], 0, paper.title, anchors=True)}</section>'
    else:
        body = render_html(paper, heading="h1", anchors=True, family=families_of("body"))
    return lay_out(body, title=paper.title, issuer=paper.issuer, style=sheet("pdf.css"), page=_page_rule(paper))


def _page_rule(paper: Document) -> str:
    margin = "18mm 18mm 17mm" if paper.landscape else "22mm 20mm 20mm"
    foot = f"封存 {grouped(paper.digest)}" if paper.digest else paper.mark
    families = families_of("body")
    return (
        f"@page {{ size: {paper.size} {'landscape' if paper.landscape else 'portrait'}; margin: {margin};"
        f" @bottom-left {{ content: {quoted(foot)}; font: 7pt {families}; color: #444; white-space: nowrap }}"
        f' @bottom-right {{ content: "第 " counter(page) " 页 共 " counter(pages) " 页"; font: 9pt {families};'
        " white-space: nowrap } }"
    )
