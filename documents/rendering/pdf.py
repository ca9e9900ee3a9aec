"""A paper as PDF, by WeasyPrint: fonts embedded, heads repeated, each paper with page numbers of its own."""

import gc
import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from threading import RLock

from django.utils.html import escape

from documents.rendering import fonts, glyphs
from paper import Document, MissingGlyph, PaperError, Table, split_at
from paper import render as render_html
from paper.html import row_anchor
from paper.spans import crossed
from paper.text import grouped

try:
    from weasyprint import CSS, HTML
    from weasyprint.document import Document as Layout
    from weasyprint.document import Page
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher
except OSError:  # Pango is not installed: the site runs all the same, only printing is refused
    CSS = HTML = FontConfiguration = None
    URLFetcher = Layout = Page = object

_STYLE = Path(__file__).with_name("pdf.css")
# Pango's font maps are not made for several threads at once; and the log is read per rendering.
_LOCK = RLock()
_NO_PANGO = (
    "本机缺少排版程序库，无法生成 PDF。请系统管理员安装："
    "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0，然后重新启动。"
)
_LAYOUTS = 4  # after so many tries every span is cut into single rows: that always fits
_NO_GLYPH = re.compile(r"\.notdef glyph.*\(U\+([0-9A-F]+)\)")


class NoOutsideFetcher(URLFetcher):
    """Opens the font files that the deployer listed and nothing else: no paper can make the server fetch."""

    def __init__(self, allowed: Iterable[str]) -> None:
        super().__init__(allowed_protocols={"file"}, allow_redirects=False)
        self._allowed = frozenset(allowed)

    def fetch(self, url: str, headers: dict | None = None) -> object:
        if url not in self._allowed:
            raise ValueError(f"refused: {url}")
        return super().fetch(url, headers)


def render(documents: Document | Iterable[Document]) -> bytes:
    """One PDF of one paper or of several, one after the other. The same papers give the same bytes.

    Raises FontsMissing, or MissingGlyph with its place.
    """
    papers = [documents] if isinstance(documents, Document) else list(documents)
    if not papers:
        raise PaperError("没有可以打印的表格")
    if HTML is None:
        raise PaperError(_NO_PANGO)
    fonts.chain()  # without any font WeasyPrint takes the process down
    glyphs.check(papers)
    with _LOCK, _calm_collector(), _listening():
        layouts = [_laid_out(paper) for paper in papers]
        pages = [page for layout in layouts for page in layout.pages]
        return layouts[0].copy(pages).write_pdf()


def _laid_out(paper: Document) -> Layout:
    """The pages of one paper, with no span left that runs over the end of a page."""
    for _ in range(_LAYOUTS):
        layout = _layout(paper)
        tables = tuple(_cut(table, index, layout.pages) for index, table in enumerate(paper.tables))
        if tables == paper.tables:
            return layout
        paper = replace(paper, tables=tables)
    return _layout(replace(paper, tables=tuple(split_at(table, range(len(table.rows))) for table in paper.tables)))


def _cut(table: Table, number: int, pages: Sequence[Page]) -> Table:
    if len(pages) == 1 or not table.rows:
        return table
    page_of: dict[str, int] = {}
    for index, page in enumerate(pages):
        for anchor in page.anchors:
            page_of.setdefault(anchor, index)
    cuts = crossed(table, [page_of[row_anchor(number, row)] for row in range(len(table.rows))])
    return split_at(table, cuts) if cuts else table


def _layout(paper: Document) -> Layout:
    fetcher, config, style = _prepared(fonts.chain())
    source = (
        f'<html lang="zh-CN"><head><title>{escape(paper.title)}</title>'
        f'<meta name="author" content="{escape(paper.issuer)}"><meta name="generator" content="lianzheng"></head>'
        f"<body>{render_html(paper, heading='h1', anchors=True)}</body></html>"
    )
    page = CSS(string=_page_rule(paper), font_config=config, url_fetcher=fetcher)
    return HTML(string=source, url_fetcher=fetcher).render(stylesheets=[style, page], font_config=config)


@lru_cache(maxsize=2)
def _prepared(chain: fonts.Chain) -> tuple[NoOutsideFetcher, FontConfiguration, CSS]:
    """What does not depend on the paper, made once per process."""
    urls = {face: Path(face.path).as_uri() for face in chain.own}
    fetcher = NoOutsideFetcher(urls.values())
    config = FontConfiguration()
    faces = "".join(f'@font-face {{ font-family: "{face.family}"; src: url("{url}") }}\n' for face, url in urls.items())
    families = "".join(
        f"  --{role}: {', '.join(_quoted(face.family) for face in getattr(chain, role))};\n" for role in fonts.ROLES
    )
    names = "".join(f"col.w{percent} {{ width: {percent}% }}\n" for percent in range(1, 101))
    style = f"{faces}:root {{\n{families}}}\n{_STYLE.read_text(encoding='utf-8')}{names}"
    return fetcher, config, CSS(string=style, font_config=config, url_fetcher=fetcher)


def _quoted(text: str) -> str:
    """A CSS string that holds exactly this text."""
    return '"' + "".join(sign if sign.isalnum() or sign in " -" else f"\\{ord(sign):06x}" for sign in text) + '"'


def _page_rule(paper: Document) -> str:
    margin = "18mm 18mm 17mm" if paper.landscape else "22mm 20mm 20mm"
    foot = f"封存 {grouped(paper.digest)}" if paper.digest else paper.mark
    families = ", ".join(_quoted(face.family) for face in fonts.chain().body)
    return (
        f"@page {{ size: {paper.size} {'landscape' if paper.landscape else 'portrait'}; margin: {margin};"
        f" @bottom-left {{ content: {_quoted(foot)}; font: 7pt {families}; color: #444; white-space: nowrap }}"
        f' @bottom-right {{ content: "第 " counter(page) " 页 共 " counter(pages) " 页"; font: 9pt {families};'
        " white-space: nowrap } }"
    )


@contextmanager
def _calm_collector() -> Iterator[None]:
    """Python's garbage collector costs a rendering a quarter of its time; put back as it was afterwards."""
    before, frozen = gc.get_threshold(), gc.get_freeze_count()
    if not frozen:
        gc.freeze()
    gc.set_threshold(200_000, 50, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        if not frozen:
            gc.unfreeze()


class _Listener(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.missing = ""

    def emit(self, record: logging.LogRecord) -> None:
        if found := _NO_GLYPH.search(record.getMessage()):
            self.missing = self.missing or chr(int(found[1], 16))


@contextmanager
def _listening() -> Iterator[None]:
    """The second net: WeasyPrint only logs a glyph that it could not find. Raises MissingGlyph."""
    logger, listener = logging.getLogger("weasyprint"), _Listener()
    level = logger.level
    logger.addHandler(listener)
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.removeHandler(listener)
        logger.setLevel(level)
    if listener.missing:
        raise MissingGlyph(listener.missing)
