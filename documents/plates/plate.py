"""One plate as plain values, made of what a notice's mask lets through. Pure.

Whatever stands on a plate comes from `workflow.masking.shown`: the plate can show nothing that a notice could not.
"""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from registers.schemes.model import SchemeSpec
from registers.schemes.plate_model import PlateRule
from workflow.masking import shown

# Said of the whole post, above the table of its points.
OF_POST = frozenset({"bureau", "unit", "post", "tier", "duties", "power", "subject_level", "order"})


@dataclass(frozen=True)
class Word:
    """A line of text; a level has a tone, and a short name for narrow places."""

    text: str
    tone: str = ""
    short: str = ""


@dataclass(frozen=True)
class Origin:
    """Where a plate comes from: printed in its foot."""

    post: int
    register: int
    version: int
    number: str
    since: datetime.date | None


@dataclass(frozen=True)
class Plate:
    title: str
    bureau: str
    unit: str
    name: str  # of the post
    origin: Origin
    tier: str = ""
    holder: str = ""
    duties: str = ""
    powers: tuple[str, ...] = ()
    levels: tuple[Word, ...] = ()  # the post's own; where a scheme gives posts none, its points' with their number
    columns: tuple[tuple[str, str], ...] = ()  # (key, title)
    rows: tuple[Mapping[str, tuple[Word, ...]], ...] = ()
    contact: str = ""
    public: bool = False  # has a page that anybody may read
    url: str = ""  # of that page, for the code
    sizes: tuple[str, ...] = field(default=())

    @property
    def subject(self) -> str:
        return self.name if self.name.startswith(self.unit) else f"{self.unit} {self.name}".strip()

    @property
    def cells(self) -> list[list[tuple[str, tuple[Word, ...]]]]:
        """The rows of the table as (title of the column, words), for a page."""
        return [[(title, row.get(key, ())) for key, title in self.columns] for row in self.rows]

    def texts(self) -> Iterator[tuple[str, str]]:
        """(place, text) of everything that is printed."""
        place = f"“{self.subject}”的公示牌"
        said = [self.title, self.bureau, self.unit, self.name, self.holder, self.duties, self.contact, *self.powers]
        said += [self.origin.number, *(title for _, title in self.columns), *(word.text for word in self.levels)]
        said += [word.text for row in self.rows for words in row.values() for word in words]
        for text in said:
            yield place, text


def plate_from(
    content: Mapping[str, Any],
    spec: SchemeSpec,
    rule: PlateRule,
    *,
    origin: Origin,
    contact: str = "",
    holder: str = "",
) -> Plate:
    """The plate of a post's sealed content, with no more than the rule's fields."""
    masked = shown(content, spec, rule.fields)
    shorts = {level.label or level.name: level.name for level in spec.levels}
    head = {one["key"]: _words(one["cell"], shorts) for one in masked["head"]}
    rows = tuple({key: _words(row[key], shorts) for key in row if key != "origin"} for row in masked["rows"])
    rows = tuple(sorted(rows, key=lambda row: _gravity(row, spec)))
    subject = content["subject"]
    return Plate(
        title=rule.title,
        bureau=subject["bureau"],
        unit=subject["unit"] if "unit" in rule.fields else "",
        name=subject["name"].removeprefix(f"{subject['unit']} ") if "post" in rule.fields else "",
        origin=origin,
        tier=_first(head, "tier"),
        holder=holder if rule.holder else "",
        duties=_first(head, "duties"),
        powers=tuple(dict.fromkeys(word.text for row in rows for word in row.get("power", ()))),
        levels=head.get("subject_level") or _counted(rows),
        columns=tuple((one["key"], one["title"]) for one in masked["columns"] if one["key"] not in OF_POST),
        rows=tuple({key: words for key, words in row.items() if key not in OF_POST} for row in rows),
        contact=contact,
        public=rule.audience == "society",
        sizes=rule.sizes,
    )


def _words(cell: list[dict[str, str]], shorts: Mapping[str, str]) -> tuple[Word, ...]:
    return tuple(Word(line["text"], line.get("tone", ""), shorts.get(line["text"], "")) for line in cell)


def _first(head: Mapping[str, tuple[Word, ...]], key: str) -> str:
    return head[key][0].text if head.get(key) else ""


def _gravity(row: Mapping[str, tuple[Word, ...]], spec: SchemeSpec) -> int:
    """The gravest first; the order of the register among equals, and after them what has no level."""
    ranks = {level.label or level.name: level.rank for level in spec.levels}
    return min((ranks.get(word.text, len(ranks) + 1) for word in row.get("level", ())), default=len(ranks) + 1)


def _counted(rows: tuple[Mapping[str, tuple[Word, ...]], ...]) -> tuple[Word, ...]:
    """How many points of each level, where the post itself has none."""
    found: dict[Word, int] = {}
    for row in rows:
        for word in row.get("level", ()):
            found[word] = found.get(word, 0) + max(1, len(row.get("point", ())) if len(row["level"]) == 1 else 1)
    return tuple(Word(f"{word.short or word.text} {number} 个", word.tone) for word, number in found.items())
