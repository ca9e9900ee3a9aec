"""A scheme (方案) in memory: frozen values parsed from one JSON file and never changed.

The JSON has the same field names. `parse.py` turns JSON into these values and reports every fault with its place.
A value marked ``origin="ours"`` was added by us where the plan is silent, and is shown so to the reader.
"""

from dataclasses import dataclass, field
from typing import Any

RETURNABLE_PARTS = ("points", "levels", "controls")
SUBJECTS = ("post", "section", "bureau", "leadership")
STEP_KINDS = (
    "fill",
    "opinions",
    "exchange",
    "review",
    "countersign",
    "meeting",
    "audit",
    "superior",
    "notice",
    "issue",
)
ACTORS = ("filler", "peers", "head", "in_charge", "members", "pair", "role")


@dataclass(frozen=True)
class Level:
    """One risk level. ``rank`` 1 is always the gravest, whatever the local name says."""

    rank: int
    name: str  # local name, e.g. 一级, 高
    label: str  # name with its meaning, e.g. 一级 重点; printed where there is room
    tone: str  # grave | middle | light
    strategy: str = ""
    monitor: str = ""  # who watches points of this level day by day
    origin: str = "plan"


@dataclass(frozen=True)
class Kind:
    """A kind of risk (nature), or with ``Scheme.classes`` a business class."""

    key: str
    name: str
    definition: str = ""
    examples: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()  # scope keys it is offered in; empty = all
    origin: str = "plan"


@dataclass(frozen=True)
class Option:
    key: str
    name: str
    text: str = ""
    origin: str = "plan"


@dataclass(frozen=True)
class Factor:
    """A question whose answer bears on the level. ``on`` says whose: each point's or the whole subject's."""

    key: str
    name: str
    question: str
    options: tuple[Option, ...]
    on: str = "point"  # point | subject
    scopes: tuple[str, ...] = ()
    optional: bool = False  # may stay unanswered: shown to the deciders only
    origin: str = "plan"


@dataclass(frozen=True)
class Rule:
    """``when`` maps factor key → accepted option keys; all must hold (empty = always). First match wins."""

    rank: int
    when: dict[str, tuple[str, ...]]
    text: str = ""  # the plan's words, shown as the reason
    scopes: tuple[str, ...] = ()
    origin: str = "plan"


@dataclass(frozen=True)
class Rating:
    """How a level is suggested. ``rated``: what carries the level.

    With ``rated="subject"`` the post or section is rated and its points take that level;
    with ``rated="point"`` each point is rated and ``subject_follows`` says how the subject's level comes about
    (also with ``rated="subject"`` in scopes for which no rule is written).
    """

    rated: str  # point | subject
    method: str  # direct | matrix | criteria | count
    subject_follows: str = "max"  # max | none
    rules: tuple[Rule, ...] = ()  # matrix cells and criteria are both ordered rules
    count_bands: tuple[tuple[int, int], ...] = ()  # (at least n, rank), gravest first
    count_what: str = "points"  # points | kinds
    vetoes: tuple[Rule, ...] = ()
    shows_count: bool = False  # the number of points is a factor shown beside the answers
    otherwise: str = ""  # said when no rule fits; empty = the rules must cover every combination of answers
    text: str = ""
    origin: str = "plan"


@dataclass(frozen=True)
class Question:
    """A prompt shown while filling. Empty ``scopes``/``tiers`` = always."""

    text: str
    scopes: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()  # lead | middle | other
    origin: str = "plan"


@dataclass(frozen=True)
class Scope:
    """A kind of register: who declares what.

    ``filler``: who fills (an ACTORS value other than peers/members/pair, or role).
    ``compiles``: key of the scope whose registers below are compiled into this one, "" = none;
    ``compiles_after``: step key that a child must have passed before it can be taken in.
    """

    key: str
    name: str
    subject: str  # one of SUBJECTS
    filler: "Actor"
    tiers: tuple[str, ...] = ()  # for posts: which tiers fill; empty = all
    priority_only: bool = False  # only posts marked as priority subjects
    compiles: tuple[str, ...] = ()
    compiles_after: str = ""
    origin: str = "plan"


@dataclass(frozen=True)
class Actor:
    """Who acts. ``at`` (for roles): bureau | above (the body above the bureau)."""

    who: str  # one of ACTORS
    role: str = ""
    at: str = "bureau"


@dataclass(frozen=True)
class Return:
    to: str  # step key
    resume: str = "rerun"  # rerun: the road is run again from there; direct: straight back to who returned it


@dataclass(frozen=True)
class FilesTo:
    """备案: handed to a body when the step is done. ``wait``: the register stands still until the receipt."""

    body: str
    role: str
    at: str = "above"
    wait: bool = False
    origin: str = "plan"


@dataclass(frozen=True)
class Step:
    key: str
    name: str
    kind: str
    actor: Actor
    quorum: str = "any"  # any | all | a number
    opens: tuple[str, ...] = ()  # fill: which parts of the register may be edited
    mode: str = ""  # fill: "" | compile; superior: opinion | decide
    due_days: int = 0  # working days after arrival; 0 = none
    deliverable: str = ""  # its date is the due date (the earlier of both holds)
    returns: tuple[Return, ...] = ()
    distinct_from: tuple[str, ...] = ()
    blind: bool = False  # opinions: unseen until all have spoken
    proposes: bool = False  # actors may propose risk points
    determines: bool = False  # the decision fixes the level
    marks: bool = False  # 准 / 全 / 深 are marked
    vacant: str = "office"  # nobody can act: up (next level) | office | skip | wait
    body: str = ""  # meeting: name of the body that decides
    notice: str = ""  # notice: key of the notice rule
    files_to: tuple[FilesTo, ...] = ()
    paper: str = ""  # key of the form that is printed at this step
    text: str = ""  # what the clerk should know
    origin: str = "plan"


@dataclass(frozen=True)
class Route:
    scope: str
    steps: tuple[Step, ...]

    def step(self, key: str) -> Step:
        """The step of that key. Raises KeyError."""
        for step in self.steps:
            if step.key == key:
                return step
        raise KeyError(key)

    def index(self, key: str) -> int:
        """Position of the step, from 0. Raises KeyError."""
        return self.steps.index(self.step(key))


@dataclass(frozen=True)
class Column:
    """A column of a paper form. ``key`` is one of the catalogue in columns.py; the title is the plan's own."""

    key: str
    title: str
    width: int = 10
    group: str = ""


@dataclass(frozen=True)
class OpinionCell:
    label: str
    steps: tuple[str, ...]  # decisions at these steps fill the cell, newest first


@dataclass(frozen=True)
class Form:
    """One paper: which scope, attachment number, title with {bureau}, columns and opinion cells."""

    key: str
    scope: str
    number: str
    title: str
    columns: tuple[Column, ...]
    opinions: tuple[OpinionCell, ...] = ()
    head: tuple[str, ...] = ()  # keys of columns.HEADS
    feet: tuple[str, ...] = ()  # plain lines under the table
    layout: str = "plan"  # plan | ours: whether columns and opinion cells are the plan's own
    origin: str = "plan"


@dataclass(frozen=True)
class NoticeRule:
    """``audience``: section | bureau | intranet | society. ``fields``: column keys that may be seen there."""

    key: str
    name: str
    audience: str
    fields: tuple[str, ...]
    days: int  # working days
    recipient: Actor  # who reads the comments
    channels: tuple[str, ...] = ()  # e.g. 公开栏, 电子显示屏: printed in the notice
    origin: str = "plan"


@dataclass(frozen=True)
class ReturnReason:
    key: str
    name: str
    text: str = ""
    origin: str = "plan"


@dataclass(frozen=True)
class Stage:
    """Dates are month-day with a year offset from the cycle's first year: ("02-15", 1)."""

    key: str
    name: str
    starts: tuple[str, int]
    ends: tuple[str, int]
    text: str = ""
    origin: str = "plan"


@dataclass(frozen=True)
class Deliverable:
    key: str
    name: str
    due: tuple[str, int]
    stage: str = ""
    scopes: tuple[str, ...] = ()
    text: str = ""
    origin: str = "plan"


@dataclass(frozen=True)
class SchemeSpec:
    """The whole scheme. ``key`` names the plan, ``version`` counts its editions."""

    key: str
    version: int
    name: str
    bureau: str  # default name of the body, e.g. 县建设局
    source: str  # plan title, body, year
    series: str  # 年度 | 专项
    year: int  # the year the plan's dates start in
    levels: tuple[Level, ...]
    kinds: tuple[Kind, ...]
    rating: Rating
    channels: tuple[Option, ...]
    scopes: tuple[Scope, ...]
    routes: tuple[Route, ...]
    forms: tuple[Form, ...]
    notices: tuple[NoticeRule, ...]
    return_reasons: tuple[ReturnReason, ...]
    stages: tuple[Stage, ...]
    deliverables: tuple[Deliverable, ...]
    classes: tuple[Kind, ...] = ()
    classes_name: str = ""
    factors: tuple[Factor, ...] = ()
    questions: tuple[Question, ...] = ()
    control_kinds: tuple[Option, ...] = ()
    power_kinds: tuple[Option, ...] = ()
    areas: tuple[Option, ...] = ()  # priority business areas
    marks: tuple[Option, ...] = ()  # 准 / 全 / 深
    number_pattern: str = "〔{year}〕{n}号"  # of issued documents
    notice_pattern: str = "公〔{year}〕{n}号"
    filing_pattern: str = "备〔{year}〕{n}号"
    principles: tuple[str, ...] = ()
    raw: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def level(self, rank: int) -> Level:
        """The level of that rank. Raises KeyError."""
        for level in self.levels:
            if level.rank == rank:
                return level
        raise KeyError(rank)

    def scope(self, key: str) -> Scope:
        """The scope of that key. Raises KeyError."""
        return _by_key(self.scopes, key)

    def route(self, scope: str) -> Route:
        """The road of registers of that scope. Raises KeyError."""
        for route in self.routes:
            if route.scope == scope:
                return route
        raise KeyError(scope)

    def kind(self, key: str) -> Kind:
        """The risk kind of that key. Raises KeyError."""
        return _by_key(self.kinds, key)

    def notice(self, key: str) -> NoticeRule:
        """The notice rule of that key. Raises KeyError."""
        return _by_key(self.notices, key)

    def form(self, key: str) -> Form:
        """The form of that key. Raises KeyError."""
        return _by_key(self.forms, key)

    def forms_of(self, scope: str) -> tuple[Form, ...]:
        """All papers that are printed from registers of that scope, in the plan's order."""
        return tuple(form for form in self.forms if form.scope == scope)

    def kinds_of(self, scope: str) -> tuple[Kind, ...]:
        """The risk kinds offered in that scope."""
        return tuple(kind for kind in self.kinds if not kind.scopes or scope in kind.scopes)

    def factors_of(self, scope: str, on: str) -> tuple[Factor, ...]:
        """The factors asked in that scope of each point or of the subject."""
        return tuple(f for f in self.factors if f.on == on and (not f.scopes or scope in f.scopes))

    def questions_of(self, scope: str, tier: str) -> tuple[Question, ...]:
        """The prompts for a register of that scope and a post of that tier."""
        return tuple(
            q for q in self.questions if (not q.scopes or scope in q.scopes) and (not q.tiers or tier in q.tiers)
        )


def _by_key(values, key):
    for value in values:
        if value.key == key:
            return value
    raise KeyError(key)
