"""What stands above the table of a paper: one function for each head key of `registers.schemes.columns`. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from documents.columns import Origin, Sheet, answers, level_cell, level_of, subject_rank
from paper import Field
from registers.models import Register
from registers.schemes.columns import HEADS
from registers.schemes.model import Form
from workflow.enums import Action
from workflow.models import Decision, FilingItem

_WIDE = frozenset({"duties", "powers", "factors"})


@dataclass(frozen=True)
class Facts:
    """What head fields are read from; the last origin is the register's own."""

    register: Register
    content: Mapping[str, Any]
    origins: Sequence[Origin]
    sheet: Sheet
    decisions: Sequence[Decision]
    filings: Sequence[FilingItem] = ()

    @property
    def own(self) -> Origin:
        return self.origins[-1]

    @property
    def submission(self) -> Decision | None:
        """The last submission; a withdrawn one counts no more."""
        last = None
        for decision in self.decisions:
            if decision.action == Action.SUBMIT:
                last = decision
            elif decision.action == Action.WITHDRAW:
                last = None
        return last


def fields(form: Form, facts: Facts) -> list[Field]:
    """The head fields of a form, the long ones on a line of their own."""
    titles = form.head_titles
    return [Field(titles.get(key) or _label(key, facts), FIELDS[key](facts), wide=key in _WIDE) for key in form.head]


def _label(key: str, facts: Facts) -> str:
    if key == "subject_level":
        return f"{facts.sheet.spec.scope(facts.register.scope).name}风险等级"
    if key == "duties" and not facts.content["subject"]["tier"]:
        return "主要职责"
    return HEADS[key].title


def _subject(name: str) -> Callable[[Facts], str]:
    return lambda facts: facts.content["subject"][name]


def _register(name: str) -> Callable[[Facts], Any]:
    return lambda facts: str(facts.content["register"][name])


def _post(facts: Facts) -> str:
    return facts.content["subject"]["name"] if facts.content["subject"]["tier"] else ""


def _powers(facts: Facts) -> list[str]:
    """The powers that the rows are about."""
    named = (row["power"]["name"] for origin in facts.origins for row in origin.rows if row["power"])
    return list(dict.fromkeys(named))


def _filler(facts: Facts) -> str:
    submission = facts.submission
    if submission:
        return submission.by_title or submission.by_name
    return facts.register.filler.name if facts.register.filler else ""


def _submitted(facts: Facts):
    return timezone.localtime(facts.submission.at).date() if facts.submission else None


def _filing(facts: Facts) -> list[str]:
    """备案号 by the bodies that gave a receipt; the letter's own number until then."""
    sent = [item for item in facts.filings if item.filing_id and not item.cancelled]
    return [f"{item.body} {item.receipt_number or item.filing.number}" for item in sent]


def _rank(facts: Facts) -> int | None:
    """The subject's level; where it only follows the points, those of the registers compiled in count too."""
    spec, own = facts.sheet.spec, facts.own
    rank = own.levels.get("") or own.declared_rank
    if rank is not None or spec.rating.subject_follows != "max":
        return rank
    return min(filter(None, (subject_rank(origin, spec) for origin in facts.origins)), default=None)


def _level(facts: Facts):
    return level_cell(_rank(facts), facts.sheet.spec)


def _from_level(name: str) -> Callable[[Facts], str]:
    def read(facts: Facts) -> str:
        level = level_of(_rank(facts), facts.sheet.spec)
        return getattr(level, name) if level else ""

    return read


def _factors(facts: Facts) -> list[str]:
    asked = facts.sheet.spec.factors_of(facts.register.scope, "subject")
    return answers(asked, facts.content["factors"])


FIELDS: dict[str, Callable[[Facts], Any]] = {
    "bureau": _subject("bureau"),
    "unit": _subject("unit"),
    "post": _post,
    "tier": _subject("tier_name"),
    "duties": _subject("duties"),
    "powers": _powers,
    "filler": _filler,
    "submitted": _submitted,
    "cycle": _register("cycle"),
    "year": _register("year"),
    "version": lambda facts: f"第{facts.content['register']['version']}版",
    "number": lambda facts: facts.register.number,
    "filing": _filing,
    "subject_level": _level,
    "declared_level": lambda facts: level_cell(facts.content["declared_rank"], facts.sheet.spec),
    "factors": _factors,
    "strategy": _from_level("strategy"),
    "monitor": _from_level("monitor"),
    "point_count": lambda facts: sum(origin.point_count for origin in facts.origins),
}
