"""What a flow diagram says: steps in order, who acts, where it goes on, where there is risk."""

from dataclasses import dataclass

from paper.table import TONES
from paper.text import clean

END = 0  # where a branch goes that leads out of the procedure (结束)
KINDS = ("do", "decide", "end")
MOST_STEPS = 200
LONGEST_LABEL = 30


@dataclass(frozen=True)
class Branch:
    """An edge to the step of that number, or to END."""

    to: int
    label: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "label", _line(self.label)[:LONGEST_LABEL])


@dataclass(frozen=True)
class Risk:
    """The mark of a risky step: the level's name and tone, or 有风险 where no level is known."""

    text: str = "有风险"
    tone: str = ""
    points: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", _line(self.text) or "有风险")
        if self.tone and self.tone not in TONES:
            raise ValueError(f"no such tone: {self.tone}")


@dataclass(frozen=True)
class Step:
    """One box: what is done, in whose lane, and where it leads; without branches the procedure ends there."""

    number: int
    name: str
    kind: str = "do"
    lane: str = ""
    branches: tuple[Branch, ...] = ()
    time_limit: str = ""
    risk: Risk | None = None
    note: str = ""

    def __post_init__(self) -> None:
        for name in ("name", "lane", "time_limit", "note"):
            object.__setattr__(self, name, _line(getattr(self, name)))
        object.__setattr__(self, "branches", tuple(dict.fromkeys(self.branches)))
        if self.kind not in KINDS:
            raise ValueError(f"step {self.number}: no such kind: {self.kind}")
        if self.kind == "end" and self.branches:
            raise ValueError(f"step {self.number}: an end leads nowhere")


@dataclass(frozen=True)
class Flow:
    """Steps numbered from 1 in their order; every branch leads to one of them or to END."""

    name: str
    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", _line(self.name))
        object.__setattr__(self, "steps", tuple(self.steps))
        if not 1 <= len(self.steps) <= MOST_STEPS:
            raise ValueError(f"a flow has 1 to {MOST_STEPS} steps, not {len(self.steps)}")
        if [step.number for step in self.steps] != list(range(1, len(self.steps) + 1)):
            raise ValueError("steps are numbered 1, 2, 3 in their order")
        for step in self.steps:
            for branch in step.branches:
                if not 0 <= branch.to <= len(self.steps):
                    raise ValueError(f"step {step.number} leads to {branch.to}, which is not there")

    @property
    def lanes(self) -> tuple[str, ...]:
        """Who acts, in the order of appearance; a single empty one where nobody is named."""
        return tuple(dict.fromkeys(step.lane for step in self.steps))

    def unreachable(self) -> tuple[Step, ...]:
        """Steps that no way from the first one leads to."""
        reached = self._reached({1}, {step.number: {b.to for b in step.branches} for step in self.steps})
        return tuple(step for step in self.steps if step.number not in reached)

    def endless(self) -> tuple[Step, ...]:
        """Steps from which no way leads to an end."""
        back: dict[int, set[int]] = {}
        ends = {END}
        for step in self.steps:
            if not step.branches:
                ends.add(step.number)
            for branch in step.branches:
                back.setdefault(branch.to, set()).add(step.number)
        reached = self._reached(ends, back)
        return tuple(step for step in self.steps if step.number not in reached)

    @staticmethod
    def _reached(start: set[int], ways: dict[int, set[int]]) -> set[int]:
        found, edge = set(start), list(start)
        while edge:
            fresh = ways.get(edge.pop(), set()) - found
            found |= fresh
            edge += fresh
        return found


def _line(text: str) -> str:
    """One line of printable text."""
    return " ".join(clean(text or "").split())
