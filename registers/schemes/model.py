"""A scheme (方案) in memory: frozen values parsed from one JSON file and never changed.

The JSON has the same field names. `parse.py` turns JSON into these values and reports every fault with its place.
A value marked ``origin="ours"`` was added by us where the plan is silent, and is shown so to the reader.
"""

from dataclasses import dataclass, field
from typing import Any

from registers.schemes.letter_model import LetterRule
from registers.schemes.plate_model import PlateRule
from registers.schemes.rating_model import Factor, Kind, Level, Question, Rating
from registers.schemes.rating_model import Option as Option  # read from here by everybody
from registers.schemes.rating_model import Rule as Rule
from registers.schemes.road import Actor, Route

RETURNABLE_PARTS = ("points", "levels", "controls")
SUBJECTS = ("post", "section", "bureau", "leadership")
OVERS = ("register", "bureau", "powers", "procedures")
# Which rows a list takes, by what it goes over; with several, any of them is enough.
ONLY = {
    "register": (),
    "bureau": ("priority", "gravest"),
    "powers": ("external", "internal", "published", "major"),
    "procedures": ("external", "internal", "published", "major"),
}


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
class Column:
    """A column of a paper form. ``key`` is one of the catalogue in columns.py; the title is the plan's own."""

    key: str
    title: str
    width: int = 10
    group: str = ""


@dataclass(frozen=True)
class OpinionCell:
    """A box under the table. ``seal``: a body signs it, with its seal. A list's boxes have no steps: signed by hand."""

    label: str
    steps: tuple[str, ...] = ()  # decisions at these steps fill the cell, newest first
    seal: bool = False


@dataclass(frozen=True)
class Form:
    """One paper: attachment number, title with {bureau}, columns and opinion cells.

    ``over`` says what it is made of: one ``register`` of its ``scope``; or, as a list of a whole bureau or section, all
    registers in force of its ``scopes`` (``bureau``), the ``powers``, or the ``procedures``.
    """

    key: str
    number: str
    title: str
    columns: tuple[Column, ...]
    scope: str = ""
    over: str = "register"  # one of OVERS
    scopes: tuple[str, ...] = ()
    only: tuple[str, ...] = ()  # values of ONLY[over]; empty = all rows
    units: tuple[str, ...] = ("bureau", "section")  # what a list is made for
    opinions: tuple[OpinionCell, ...] = ()
    head: tuple[str, ...] = ()  # keys of columns.HEAD_CATALOGUES[over]
    head_titles: dict[str, str] = field(default_factory=dict)  # the plan's own words for some of them
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
    number_pattern: str = "{prefix}〔{year}〕{n}号"  # of issued documents
    notice_pattern: str = "{prefix}公〔{year}〕{n}号"
    filing_pattern: str = "{prefix}备〔{year}〕{n}号"
    letters: tuple[LetterRule, ...] = ()
    plate: PlateRule = PlateRule()
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

    def letter(self, key: str) -> LetterRule:
        """The sort of supervision letter of that key. Raises KeyError."""
        return _by_key(self.letters, key)

    def form(self, key: str) -> Form:
        """The form of that key. Raises KeyError."""
        return _by_key(self.forms, key)

    def forms_of(self, scope: str) -> tuple[Form, ...]:
        """All papers that are printed from registers of that scope, in the plan's order."""
        return tuple(form for form in self.forms if form.over == "register" and form.scope == scope)

    def lists(self) -> tuple[Form, ...]:
        """The papers that are made of a whole bureau or section."""
        return tuple(form for form in self.forms if form.over != "register")

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
