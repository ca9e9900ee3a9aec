"""The part of a scheme that says how grave a risk is: levels, kinds, factors, rules, and the questions asked."""

from dataclasses import dataclass


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
