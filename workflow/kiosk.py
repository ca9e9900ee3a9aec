"""A notice on an electronic screen: its table cut into pages of large text that turn over by themselves.

Everything is measured in the screen's own letter (`static/css/screen.css` scales it with the screen), so that a page
holds the same rows on every screen of 16:9 or higher.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache

from registers.schemes.columns import COLUMNS
from workflow.masking import HEAD_COLUMNS, UNKNOWN
from workflow.models import Notice, NoticeItem
from workflow.notice_html import NO_ROWS
from workflow.notices import table_of, visible_items

SECONDS, LEAST, MOST = 15, 5, 120  # between two pages: usual, shortest, longest
LINES = 17.3  # of text between the table's head and the foot
WIDTH = 61.0  # letters across
HEADING = 1.6  # lines that the name of a subject takes
PADDING = 0.5
LEAST_PIECE = 4.0  # lines: a shorter piece of a row is not worth beginning
# What stands together in a column of the screen; all other columns of the notice stand in the first one.
POINT = ("point", "manifestation")
CONTROLS = ("controls", "control_kind", "control_owner", "regulation", "due")
PLACES = ("unit", "post")
PARTS = (("facts", "岗位和职权", 15.0), ("point", "风险点", 20.0), ("controls", "防控措施", 26.0))

Part = tuple[str, str, float, list[str]]  # name, title, letters across, keys of the notice


@dataclass(frozen=True)
class Line:
    """One line of a cell as it was measured; ``paragraph`` tells which lines belong together."""

    paragraph: int
    text: str
    label: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Strip:
    """What goes over the whole width: the name of a subject, something said of it, or a row of the table."""

    kind: str  # subject | fact | row
    cells: tuple[tuple[Line, ...], ...]

    @property
    def height(self) -> float:
        return HEADING if self.kind == "subject" else max((len(cell) for cell in self.cells), default=1) + PADDING

    def cut(self, lines: int) -> tuple["Strip", "Strip"]:
        """What stands in the first lines, and the rest."""
        first = tuple(cell[:lines] for cell in self.cells)
        return replace(self, cells=first), replace(self, cells=tuple(cell[lines:] for cell in self.cells))

    @property
    def shown(self) -> list[list[Line]]:
        """The cells with their lines put together again: the browser breaks them itself."""
        return [_joined(cell) for cell in self.cells]


@dataclass
class Sheet:
    """One page of the screen."""

    strips: list[Strip] = field(default_factory=list)

    @property
    def used(self) -> float:
        return sum(strip.height for strip in self.strips)


def sheets_of(notice: Notice) -> list[Sheet]:
    """The pages of a published notice. What was taken out of it is gone from the next page on."""
    items = visible_items(notice).order_by("pk").values_list("pk", flat=True)
    return _sheets(notice.pk, tuple(notice.fields), tuple(items))


@lru_cache(maxsize=8)
def _sheets(notice: int, fields: tuple[str, ...], items: tuple[int, ...]) -> list[Sheet]:
    """Kept for the screens that ask every few seconds; what a published notice shows never changes."""
    rows = NoticeItem.objects.filter(notice=notice, pk__in=items).order_by("pk")
    return pages((table_of(item) for item in rows.select_related("notice").iterator(50)), fields)


def pages(tables: Iterable[dict], fields: Iterable[str]) -> list[Sheet]:
    """The tables (`workflow.masking.shown`) cut into pages. Nothing is left out: a tall row goes on overleaf."""
    found, parts = [Sheet()], parts_of(fields)
    for table in tables:
        subject = _subject(table["subject"])
        heads = [_fact(n, one) for n, one in enumerate(table["head"])]
        _lay(found, subject, [*heads, *_rows(table, parts)])
    return [sheet for sheet in found if sheet.strips]


def _lay(found: list[Sheet], subject: Strip, strips: list[Strip]) -> None:
    again = _subject(f"{subject.cells[0][0].text}（续）")
    if found[-1].used + HEADING + min(strips[0].height, LEAST_PIECE) > LINES:
        found.append(Sheet())
    found[-1].strips.append(subject)
    for strip in strips:
        while found[-1].used + strip.height > LINES:
            room = int(LINES - found[-1].used - PADDING)
            if room >= LEAST_PIECE and strip.height > LINES - HEADING:
                piece, strip = strip.cut(room)  # noqa: PLW2901 the rest is laid in the next round
                found[-1].strips.append(piece)
                found.append(Sheet([again]))
            else:
                _turn(found, again)
        found[-1].strips.append(strip)


def _turn(found: list[Sheet], again: Strip) -> None:
    """Begin a page; what only introduces the next row goes along, so that it does not end a page."""
    sheet, moved = found[-1], []
    while len(sheet.strips) > 1 and sheet.strips[-1].kind != "row" and sheet.strips[-1].height < LEAST_PIECE:
        moved.insert(0, sheet.strips.pop())
    if all(strip.kind != "row" for strip in sheet.strips):
        sheet.strips, moved = sheet.strips + moved, []
    found.append(Sheet(moved if moved and moved[0].kind == "subject" else [again, *moved]))


def _subject(name: str) -> Strip:
    return Strip("subject", ((Line(0, name),),))


def _fact(number: int, one: dict) -> Strip:
    line = one["cell"][0]
    return Strip("fact", (tuple(_lines(number, line["text"], WIDTH, one["title"], line.get("tone", ""))),))


def _rows(table: dict, parts: list[Part]) -> list[Strip]:
    """A strip for each row; where the origin of compiled rows changes, a line that says so."""
    titles = {column["key"]: column["title"] for column in table["columns"]}
    found, origin = [], ""
    for row in table["rows"]:
        if row["origin"] and row["origin"] != origin:
            found.append(Strip("fact", ((Line(0, row["origin"]),),)))
        origin = row["origin"]
        row = {key: lines for key, lines in row.items() if key not in PLACES or _says_more(lines, table, origin)}
        found.append(Strip("row", tuple(_cell(row, keys, titles, width) for _, _, width, keys in parts)))
    return found or [Strip("fact", ((Line(0, NO_ROWS),),))]


def _says_more(lines: list[dict], table: dict, origin: str) -> bool:
    """Whether a unit or post is another one than stands above the row."""
    return any(line["text"] not in (table["subject"], origin) for line in lines)


def parts_of(fields: Iterable[str]) -> list[Part]:
    """The columns of the screen in which a notice with these fields has something to show."""
    keys: dict[str, list[str]] = {name: [] for name, _, _ in PARTS}
    for key in fields:
        if key in COLUMNS and key not in (*HEAD_COLUMNS, *UNKNOWN, "order"):
            keys["point" if key in POINT else "controls" if key in CONTROLS else "facts"].append(key)
    there = [(name, title, width) for name, title, width in PARTS if keys[name]]
    scale = WIDTH / sum(width for *_, width in there) if there else 1
    return [(name, title, width * scale, keys[name]) for name, title, width in there]


def _cell(row: dict, keys: list[str], titles: dict[str, str], width: float) -> tuple[Line, ...]:
    found: list[Line] = []
    for key in keys:
        lines = row.get(key, ())
        for number, line in enumerate(lines, 1):
            text = f"{number}. {line['text']}" if len(lines) > 1 and "tone" not in line else line["text"]
            label = titles.get(key, "") if number == 1 and key not in ("point", "controls") else ""
            found += _lines(len(found), text, width - 1.4, label, line.get("tone", ""))
    return tuple(found)


def _lines(paragraph: int, text: str, width: float, label: str = "", tone: str = "") -> Iterator[Line]:
    first = True
    for line in _broken(text, width, len(label) + 1 if label else 0):
        yield Line(paragraph, line, label if first else "", tone)
        first = False


def _broken(text: str, width: float, taken: float) -> Iterator[str]:
    """The text in pieces of at most so many letters; the first line has less room by its label."""
    for part in text.split("\n"):
        line, room = "", width - taken
        for sign in part:
            size = 1.0 if unicodedata.east_asian_width(sign) in "WFA" else 0.6
            if room < size and line:
                yield line
                line, room = "", width
            line += sign
            room -= size
        yield line
        taken = 0


def _joined(cell: tuple[Line, ...]) -> list[Line]:
    found: list[Line] = []
    for line in cell:
        if found and found[-1].paragraph == line.paragraph:
            found[-1] = replace(found[-1], text=found[-1].text + line.text)
        else:
            found.append(line)
    return found
