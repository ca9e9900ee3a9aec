"""「列的对应」: which column of the user's table is what, as it is shown on the preview page, and as it comes back.

Sheets whose heads are the same are decided together.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from registers.importing.cells import place
from registers.importing.choices import SKIPPED, Choices
from registers.importing.headings import Head, head_at, likely_head, twice
from registers.importing.layouts import Layout
from registers.importing.vocabulary import FIELDS

SAMPLES = 2
MOST_GROUPS = 10


@dataclass(frozen=True)
class Place:
    """One column (of a card: one row) that somebody may give another meaning."""

    index: int
    where: str
    title: str
    field: str
    samples: tuple[str, ...]
    name: str  # of its input


@dataclass
class Group:
    """Sheets with one and the same head."""

    number: int
    layout: Layout
    head_row: int
    places: list[Place]
    sheets: list[str] = field(default_factory=list)

    @property
    def is_card(self) -> bool:
        return self.layout.card is not None

    @property
    def disputed(self) -> bool:
        """Whether two columns claim the same field, so that nothing can be imported."""
        return bool(self.layout.head and twice(self.layout.head))


def groups_of_sheets(layouts: list[Layout]) -> list[Group]:
    """All visible sheets, those with the same head together."""
    groups: dict[tuple, Group] = {}
    for number, layout in enumerate(layouts):
        if layout.sheet.hidden:
            continue
        row, places = _places(number, layout)
        key = (row, layout.skipped, layout.known, layout.like == "", tuple((p.where, p.title, p.field) for p in places))
        group = groups.setdefault(key, Group(number, layout, row, places))
        group.sheets.append(layout.sheet.name)
    return list(groups.values())


def _places(number: int, layout: Layout) -> tuple[int, list[Place]]:
    if layout.card:
        return 0, [
            Place(s.row, f"第{s.row}行", s.title, s.field, (s.cell.text,) if s.cell.text else (), f"s{number}-{s.row}")
            for s in layout.card.slots
        ]
    head = layout.head or (likely_head(layout.sheet) if layout.row is None else head_at(layout.sheet, layout.row))
    width = layout.sheet.width
    return head.first_row, [
        Place(c, f"{place(c)}列", head.title(c), head.field_at(c), _samples(layout, head, c), f"s{number}-{c}")
        for c in range(width)
    ]


def _samples(layout: Layout, head: Head, column: int) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for number, cells in layout.sheet.rows.items():
        if number > head.last_row and column < len(cells) and cells[column].text:
            found[cells[column].text[:40]] = None
            if len(found) == SAMPLES:
                break
    return tuple(found)


def chosen_columns(posted: Mapping[str, str], groups: list[Group], choices: Choices) -> Choices:
    """The choices with what came back from the page: only what somebody changed or had to decide counts as decided."""
    heads, columns = dict(choices.heads), dict(choices.columns)
    for group in groups[:MOST_GROUPS]:
        row = _row(posted.get(f"s{group.number}-head", ""), group)
        skipped = f"s{group.number}-skip" in posted
        fields = {} if skipped or row != group.head_row else _fields(posted, group)
        for sheet in group.sheets:
            _set(
                heads,
                sheet,
                SKIPPED if skipped else row,
                keep=skipped or row != group.head_row or bool(fields),
                group=group,
            )
            if skipped or row != group.head_row:
                columns.pop(sheet, None)
            elif fields:
                columns[sheet] = columns.get(sheet, {}) | fields
    return replace(choices, heads=heads, columns=columns)


def _set(heads: dict[str, int], sheet: str, row: int, *, keep: bool, group: Group) -> None:
    if group.is_card and row != SKIPPED:
        heads.pop(sheet, None)
    elif keep:
        heads[sheet] = row
    elif heads.get(sheet) == SKIPPED:
        del heads[sheet]


def _row(text: str, group: Group) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else group.head_row


def _fields(posted: Mapping[str, str], group: Group) -> dict[int, str]:
    """Column → field, for the columns whose meaning was changed; for all of them where two claimed the same."""
    head = group.layout.head
    claimed = {name for name, columns in head.columns.items() if len(columns) > 1} if head and twice(head) else set()
    found = {}
    for each in group.places:
        given = posted.get(each.name)
        if given is not None and (given == "" or given in FIELDS) and (given != each.field or each.field in claimed):
            found[each.index] = given
    return found


def chosen_words(posted: Mapping[str, str], names: Mapping[str, str], choices: Choices) -> Choices:
    """The choices with the answers about words; ``names``: input → key of its question."""
    words = dict(choices.words)
    for name, key in names.items():
        if name in posted:
            words[key] = posted[name]
    return replace(choices, words={key: answer for key, answer in words.items() if answer})
