"""A handbook from beginning to end: read, print what changed, bind. The same for a page, a job and a command."""

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from accounts.models import User
from documents.handbook import back, cache, front
from documents.handbook.asking import Scope
from documents.handbook.binding import Bound, bind
from documents.handbook.body import Shares, body_of
from documents.handbook.cache import Printed, Shelved, shelve
from documents.handbook.entries import Entries, Entry
from documents.handbook.model import Cover, RuleText, UnitPart
from documents.handbook.pieces import print_piece
from documents.handbook.places import Places
from documents.handbook.reading import Reader
from documents.rendering.printer import families_of, printing
from paper.text import chinese_date
from registers.bands import NO_LEVEL, Bands

Progress = Callable[[int, int, str], None]
_BINDING = 3  # steps after the units: summary, index, binding


def quietly(done: int, total: int, said: str) -> None:
    """Nobody is told."""


@dataclass
class Content:
    """What a handbook is made of, wherever it comes from; ``parts`` is walked once."""

    cover: Cover
    shares: Shares
    parts: Iterator[tuple[UnitPart, int]]  # with its depth in the contents
    count: int
    rules: Callable[[], list[RuleText]]
    cycles: Callable[[], tuple[str, ...]]


@dataclass(frozen=True)
class Made:
    """What came out: pages of the PDF (sheets of a workbook) and the digest of the content."""

    pages: int
    digest: str
    points: int


def content_of(scope: Scope, *, by: User | None) -> Content:
    """The content of a handbook as the reader may read it."""
    reader = Reader(scope, by)
    depths = scope.depths()
    cover = Cover(
        title=scope.title,
        bureau=scope.bureau.name,
        about=scope.about,
        cycles=(),
        day=chinese_date(scope.asked.day),
        partial=scope.partial,
        detail=scope.detail,
    )
    parts = ((part, depths[part.anchor]) for part in reader.parts())
    return Content(
        cover,
        shares_of(reader.bands),
        parts,
        len(reader.pieces),
        reader.regulations,
        lambda: tuple(sorted(reader.cycles)),
    )


def shares_of(bands: Bands) -> Shares:
    """The levels that are counted, by their short names."""
    named = [(key, name, tone) for key, name, tone, _ in bands.named({})]
    if bands.one_scheme:
        short = {str(level.rank): level.name for spec in bands.specs.values() for level in spec.levels}
        named = [(key, short[key], tone) for key, _, tone in named]
    return [*named, NO_LEVEL]


@dataclass
class Press:
    """Prints the pieces of one handbook, one after the other."""

    content: Content
    keep: bool = True
    entries: Entries = field(default_factory=Entries)
    printed: list[Shelved] = field(default_factory=list)
    shelf: BinaryIO = field(default_factory=tempfile.TemporaryFile)

    def __post_init__(self) -> None:
        self._said = hashlib.sha256()
        self._left = f"{self.content.cover.bureau} 廉政风险防控工作手册"

    @property
    def digest(self) -> str:
        return self._said.hexdigest()

    def say(self, words: str) -> None:
        """Take words of the content into the digest."""
        self._said.update(words.encode())

    def units(self, progress: Progress) -> None:
        """All units: each printed, or taken from where it was kept."""
        family, total = families_of("body"), self.content.count + _BINDING
        for number, (part, depth) in enumerate(self.content.parts):
            progress(number, total, f"正在排版：{part.name}")
            self.say(repr(part))
            self.entries.add(part, depth)
            if part.empty:
                continue
            html = body_of(part, self.content.shares, family)
            left = f"{part.bureau} 廉政风险防控工作手册"
            printed = print_piece(html, head=(left, part.name), place=part.name, keep=self.keep)
            self.printed.append(shelve(printed, self.shelf))

    def piece(self, html: str, name: str, *, more: str = "", bare: bool = False) -> Printed:
        """A piece that is not of a unit."""
        head = ("", "") if bare else (self._left, name)
        return print_piece(html, head=head, place=name, keep=self.keep, more=more)

    def body(self, rules: list[RuleText]) -> tuple[list[Printed | Shelved], Places]:
        """Everything that carries a page number: summary, units, regulations, index."""
        places, pieces = Places(), []
        summary = self.piece(front.summary(self.entries, self.content.shares), "总体情况")
        appendix = self.piece(back.regulations(rules), "制度汇总")
        for printed in (summary, *self.printed, appendix):
            places.add(printed.anchors, printed.pages)
            pieces.append(printed)
        index = [self.piece(html, "索引") for html in back.index(self.entries, places)]
        for printed in index:
            places.add(printed.anchors, printed.pages)
        return [*pieces, *index], places

    def contents(self) -> list[Entry]:
        """The entries of the contents in order."""
        return [
            Entry("总体情况", "", front.SUMMARY),
            *self.entries.contents,
            Entry("附录　制度汇总", "", back.RULES),
            Entry("索引", "", back.INDEX),
        ]


def write_pdf(content: Content, stream: BinaryIO, *, progress: Progress = quietly, keep: bool = True) -> Made:
    """The handbook as PDF. The same content gives the same bytes. Raises PaperError."""
    press = Press(content, keep)
    with press.shelf, printing():
        press.units(progress)
        total = content.count + _BINDING
        progress(content.count, total, "正在编排总表和索引")
        rules = content.rules()
        press.say(repr(rules))
        body, places = press.body(rules)
        told = replace(content.cover, cycles=content.cycles())
        toc = press.piece(front.contents(press.contents(), places), "目录", more=_ROMAN)
        cover = press.piece(front.cover(told, press.digest), "封面", bare=True)
        progress(content.count + 1, total, "正在装订")
        name = f"{told.bureau}{told.about}{told.title}"
        bound = Bound(name, told.bureau, [cover, toc], body, places, press.contents())
        pages = bind(bound, stream)
    if keep:
        cache.prune()
    return Made(pages, press.digest, len(press.entries.points))


_ROMAN = "@page { @bottom-center { content: counter(page, upper-roman); font-size: 10pt } }"
