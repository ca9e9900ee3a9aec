"""What stands in a handbook, as plain values: the same values give the same bytes."""

from collections import Counter
from dataclasses import dataclass, field

from paper.flow import Flow


@dataclass(frozen=True, slots=True)
class Level:
    """The level of a point or post: ``key`` counts it (`registers.bands`), ``name`` is the scheme's own word."""

    key: str
    name: str
    tone: str
    rank: int


@dataclass(frozen=True, slots=True)
class Measure:
    """防控措施."""

    text: str
    note: str = ""  # the rule it rests on, who sees to it, until when


@dataclass(frozen=True, slots=True)
class Point:
    anchor: str
    name: str
    kind: str
    manifestation: str
    level: Level
    controls: tuple[Measure, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a register: what the points are about, the controls of them all, who answers for it."""

    about: str
    step: str
    post: str  # of a row of a whole unit: the post it concerns
    points: tuple[Point, ...]
    controls: tuple[Measure, ...]
    responsible: tuple[tuple[str, str], ...]  # height in words, who


@dataclass(frozen=True, slots=True)
class Process:
    """业务流程."""

    name: str
    flow: Flow


@dataclass(frozen=True, slots=True)
class PowerText:
    anchor: str
    name: str
    marks: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    processes: tuple[Process, ...]


@dataclass(frozen=True, slots=True)
class Risks:
    """What is in force for a subject. ``hidden``: the reader of the handbook may not read it."""

    rows: tuple[Row, ...] = ()
    sources: tuple[str, ...] = ()  # the registers that it comes from: number, version, since when
    none_because: str = ""
    level: Level | None = None  # of the subject as a whole
    hidden: bool = False

    def points(self) -> list[Point]:
        return [point for row in self.rows for point in row.points]


@dataclass(frozen=True, slots=True)
class PostPart:
    anchor: str
    name: str
    tier: str
    marks: tuple[str, ...]
    duties: str
    powers: tuple[PowerText, ...]
    shared: tuple[str, ...]  # powers that its rows are about and that are told elsewhere
    risks: Risks


@dataclass(frozen=True, slots=True)
class UnitPart:
    """A unit with some of its posts; the first part of a unit has what is said of the unit itself."""

    anchor: str
    name: str
    bureau: str
    path: str
    posts: tuple[PostPart, ...]
    first: bool = True
    below: bool = False  # whether units hang below it
    duties: str = ""
    leaders: tuple[str, ...] = ()
    powers: tuple[PowerText, ...] = ()
    risks: Risks = Risks()

    @property
    def empty(self) -> bool:
        """Nothing to print: a unit that only holds others together."""
        return not (self.posts or self.duties or self.powers or self.risks.rows or self.risks.none_because)

    def counts(self) -> Counter[str]:
        """Points by the key of their level."""
        found = Counter(point.level.key for point in self.risks.points())
        for post in self.posts:
            found.update(point.level.key for point in post.risks.points())
        return found


@dataclass(frozen=True, slots=True)
class RuleText:
    """制度."""

    title: str
    number: str
    issued: str
    change: str
    used: int  # by how many powers and controls of this handbook


@dataclass(frozen=True, slots=True)
class Cover:
    title: str
    bureau: str
    about: str  # the unit, or the leader with what he is in charge of
    cycles: tuple[str, ...]
    day: str
    partial: bool  # the reader may not read all of it
    detail: str = ""  # of a leader: the units that he is in charge of


@dataclass(slots=True)
class Line:
    """One unit in the summary."""

    name: str
    posts: int = 0
    powers: int = 0
    counts: Counter[str] = field(default_factory=Counter)
