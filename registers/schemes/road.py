"""The road of a scheme: steps in order, who acts, where it may go back, what is filed (see `model`)."""

from dataclasses import dataclass

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
