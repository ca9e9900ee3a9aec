"""What somebody hands in when he acts on a register: one value for every kind of act."""

import datetime
import uuid
from dataclasses import dataclass, field
from typing import Any

# What a page sends that does not say what it showed: equal to no `decisions.token`, so the act is refused.
NOTHING_SEEN = "-"


def new_key() -> str:
    """A key for a form: the same key a second time does nothing."""
    return uuid.uuid4().hex


@dataclass(frozen=True)
class Act:
    """``key`` makes a repeat harmless; ``seen`` is `decisions.token` as the person saw it (empty: not checked)."""

    key: str = field(default_factory=new_key)
    seen: str = ""
    opinion: str = ""
    marks: dict[str, bool] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    remarks: tuple[dict[str, str], ...] = ()
    levels: dict[str, int] = field(default_factory=dict)
    return_to: str = ""
    limit_on: datetime.date | None = None
    proposals: tuple[dict[str, str], ...] = ()
    paper: str = ""
    title: str = ""  # how the author signs, where it is not his desk's title

    def stored(self) -> dict[str, Any]:
        """The fields that go into the decision."""
        return {
            "key": self.key,
            "opinion": self.opinion.strip(),
            "marks": self.marks,
            "reasons": list(self.reasons),
            "remarks": list(self.remarks),
            "levels": self.levels,
            "return_to": self.return_to,
            "limit_on": self.limit_on,
            "paper": self.paper,
        }
