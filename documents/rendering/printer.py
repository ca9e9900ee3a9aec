"""HTML on paper, by WeasyPrint: what forms, letters, plates and handbooks print through.

    with printing():
        layout = lay_out(body, title="…", issuer="…", style=sheet("pdf.css"), page="@page { … }")
        data = layout.write_pdf()

`body` is HTML that is already safe (escaped by its maker); SVG may stand in it. A style may use the families
--title, --body, … of `fonts.ROLES`, and the widths `col.w1` to `col.w100`. Only the fonts of the body and of the roles
that the style names are loaded.
"""

import gc
import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path
from threading import RLock

from django.utils.html import escape

from documents.rendering import fonts, secrecy
from paper import MissingGlyph, PaperError

try:
    from weasyprint import CSS, HTML
    from weasyprint.document import Document as Layout
    from weasyprint.document import Page as Page
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher
except OSError:  # Pango is not installed: the site runs all the same, only printing is refused
    CSS = HTML = FontConfiguration = None
    URLFetcher = Layout = Page = object

# Pango's font maps are not made for several threads at once; and the log is read per rendering.
_LOCK = RLock()
PATIENCE = 20  # seconds that somebody waits until others are printed
_BUSY = "现在有许多文件在排版，请过一会儿再下载。"
_NO_PANGO = (
    "本机缺少排版程序库，无法生成 PDF。请系统管理员安装："
    "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0，然后重新启动。"
)
_NO_GLYPH = re.compile(r"\.notdef glyph.*\(U\+([0-9A-F]+)\)")


class NoOutsideFetcher(URLFetcher):
    """Opens the font files of the installation and nothing else: no paper can make the server fetch."""

    def __init__(self, allowed: Iterable[str]) -> None:
        super().__init__(allowed_protocols={"file"}, allow_redirects=False)
        self._allowed = frozenset(allowed)

    def fetch(self, url: str, headers: dict | None = None) -> object:
        if url not in self._allowed:
            raise ValueError(f"refused: {url}")
        return super().fetch(url, headers)


@contextmanager
def printing() -> Iterator[None]:
    """Around every rendering: one at a time, no pauses of the collector, a glyph that is missing is an error.

    Raises PaperError without WeasyPrint's libraries and when others print for too long, FontsMissing without a Chinese
    font, MissingGlyph.
    """
    if HTML is None:
        raise PaperError(_NO_PANGO)
    fonts.chain()  # without any font WeasyPrint takes the process down
    if not _LOCK.acquire(timeout=PATIENCE):  # waiting readers must not take up all threads of the site
        raise PaperError(_BUSY)
    try:
        with _calm_collector(), _listening():
            yield
    finally:
        _LOCK.release()


def lay_out(body: str, *, title: str, issuer: str, style: str, page: str, level: str = "") -> Layout:
    """The pages of this HTML; `page` is the stylesheet that only this paper has, `style` that of its sort.

    Raises PaperError for a mark of a state secret, but for the `level` that a letter states in its head.
    """
    secrecy.refuse_html(body, title, without=level)
    fetcher, config, sheet = _prepared(fonts.chain(), style)
    source = (
        f'<html lang="zh-CN"><head><title>{escape(title)}</title>'
        f'<meta name="author" content="{escape(issuer)}"><meta name="generator" content="lianzheng"></head>'
        f"<body>{body}</body></html>"
    )
    own = CSS(string=page, font_config=config, url_fetcher=fetcher)
    return HTML(string=source, url_fetcher=fetcher).render(stylesheets=[sheet, own], font_config=config)


@lru_cache(maxsize=8)
def sheet(name: str) -> str:
    """The text of a stylesheet that lies beside this module."""
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


@lru_cache(maxsize=2)
def _fonts_of(chain: fonts.Chain) -> tuple[NoOutsideFetcher, FontConfiguration]:
    """One set of fonts for all papers: the files are read once per process, and only when a style uses them."""
    return NoOutsideFetcher(Path(face.path).as_uri() for face in chain.by_file()), FontConfiguration()


@lru_cache(maxsize=16)
def _prepared(chain: fonts.Chain, style: str) -> tuple[NoOutsideFetcher, FontConfiguration, CSS]:
    """What does not depend on the paper, made once per process."""
    fetcher, config = _fonts_of(chain)
    used = ("body", *(role for role in fonts.ROLES if f"--{role}" in style))
    faces = "".join(map(_font_face, chain.by_file(used)))
    families = "".join(f"  --{role}: {families_of(role)};\n" for role in fonts.ROLES)
    names = "".join(f"col.w{percent} {{ width: {percent}% }}\n" for percent in range(1, 101))
    text = f"{faces}:root {{\n{families}}}\n{style}{names}"
    return fetcher, config, CSS(string=text, font_config=config, url_fetcher=fetcher)


def _font_face(face: fonts.Face) -> str:
    """By file, never by name: the bold files of some fonts call themselves regular and would be taken for those."""
    weight, url = "bold" if face.heavy else "normal", Path(face.path).as_uri()
    return f'@font-face {{ font-family: "{face.family}"; font-weight: {weight}; src: url("{url}") }}\n'


def families_of(role: str) -> str:
    """The families of a role as a CSS list, for places where no variable reaches: page margins, SVG."""
    return ", ".join(quoted(face.family) for face in fonts.chain().of(role))


def quoted(text: str) -> str:
    """A CSS string that holds exactly this text."""
    return '"' + "".join(sign if sign.isalnum() or sign in " -" else f"\\{ord(sign):06x}" for sign in text) + '"'


@cache
def _is_frozen() -> bool:
    """Whether what this process had loaded was frozen when it started; asked once: counting walks through it all."""
    return bool(gc.get_freeze_count())


@contextmanager
def _calm_collector() -> Iterator[None]:
    """Python's garbage collector costs a rendering a quarter of its time; put back as it was afterwards."""
    before, frozen = gc.get_threshold(), _is_frozen()
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
