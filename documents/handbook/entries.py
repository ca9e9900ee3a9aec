"""What contents and index list: collected while the parts go by, with the anchors that they point to."""

from collections import Counter
from dataclasses import dataclass, field

from documents.handbook.model import Line, PostPart, PowerText, UnitPart
from registers.pinyin import sort_key


@dataclass(frozen=True, slots=True)
class Entry:
    words: str
    place: str  # the unit or post that it belongs to
    anchor: str
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Graded:
    """A point in the index by level."""

    words: str
    place: str
    anchor: str
    rank: int
    name: str
    tone: str


@dataclass
class Entries:
    contents: list[Entry] = field(default_factory=list)
    powers: list[Entry] = field(default_factory=list)
    posts: list[Entry] = field(default_factory=list)
    points: list[Graded] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    anchors: list[str] = field(default_factory=list)  # of the lines

    @property
    def totals(self) -> Line:
        """All units together."""
        found = Line("合计")
        for line in self.lines:
            found.posts += line.posts
            found.powers += line.powers
            found.counts += line.counts
        return found

    def add(self, part: UnitPart, depth: int) -> None:
        """Take in a part: its unit (once), its posts, powers and points."""
        if part.first:
            if not part.empty:
                self.contents.append(Entry(part.name, "", part.anchor, min(depth, 3)))
            self.lines.append(Line("　" * min(depth, 3) + part.name))
            self.anchors.append("" if part.empty else part.anchor)
        line = self.lines[-1]
        line.posts += len(part.posts)
        line.counts += part.counts()
        line.powers += len(part.powers) + sum(len(post.powers) for post in part.posts)
        self._powers(part.powers, part.name)
        self._points(part, part.name)
        for post in part.posts:
            self.contents.append(Entry(post.name, "", post.anchor, min(depth, 3) + 1))
            self.posts.append(Entry(post.name, part.name, post.anchor))
            self._powers(post.powers, post.name)
            self._points(post, post.name)

    def _powers(self, powers: tuple[PowerText, ...], place: str) -> None:
        self.powers += [Entry(power.name, place, power.anchor) for power in powers]

    def _points(self, subject: UnitPart | PostPart, place: str) -> None:
        for point in subject.risks.points():
            held = point.level
            self.points.append(Graded(point.name, place, point.anchor, held.rank, held.name, held.tone))

    def sorted_powers(self) -> list[Entry]:
        return sorted(self.powers, key=lambda entry: (sort_key(entry.words), sort_key(entry.place), entry.anchor))

    def sorted_posts(self) -> list[Entry]:
        return sorted(self.posts, key=lambda entry: (sort_key(entry.words), sort_key(entry.place), entry.anchor))

    def by_level(self) -> list[tuple[str, str, list[Graded]]]:
        """(name, tone, points) of each level, the gravest first; within a level in the order of the handbook."""
        found: dict[tuple[int, str, str], list[Graded]] = {}
        for point in self.points:
            found.setdefault((point.rank, point.name, point.tone), []).append(point)
        return [(name, tone, found[rank, name, tone]) for rank, name, tone in sorted(found)]

    def count(self) -> Counter[str]:
        return self.totals.counts
