"""What everybody may do with a post's register at each step of its road: written by hand from the sample scheme's plan.

An answer is one of: ``in`` (the page, or the act lets him try), ``refused`` (he sees it, but it is not his or not now:
403 or 409), ``hidden`` (404: as if it did not exist), ``login``.
"""

from collections.abc import Iterator

from registers.enums import RegisterState
from registers.models import Register
from tests.matrix.answers import OUT

# Who reads it wherever it stands: its holder, those who lead him, and the roles that view registers.
ALWAYS = frozenset("holder head in_charge leader office leading_group discipline above".split())
HOLDER, OFFICE = frozenset({"holder"}), frozenset({"office"})
DISCIPLINE = frozenset({"discipline"})
PEERS = frozenset({"colleague", "head"})
RETURNED = "returned"  # to be filled in again
NOBODY_ACTS: dict[str, frozenset[str]] = {"stop": OFFICE}
FILLING = NOBODY_ACTS | {"fill": HOLDER, "submit": HOLDER}

# (step, what it waits for) → act → who may. A colleague reads it once it has come to his desk. A meeting, a notice
# and an issue decide on many at once, on pages of their own; what is decided can only be read here.
STEPS: dict[tuple[str, str], dict[str, frozenset[str]]] = {
    ("find", ""): FILLING,
    ("find", RETURNED): FILLING,
    ("peers", ""): NOBODY_ACTS | {"opine": PEERS, "withdraw": HOLDER},
    ("office", ""): NOBODY_ACTS | {"agree": OFFICE, "send_back": OFFICE},
    ("discipline", ""): NOBODY_ACTS | {"agree": DISCIPLINE, "send_back": DISCIPLINE},
    ("notice", ""): NOBODY_ACTS,
    ("notice", "notice"): NOBODY_ACTS,
    ("levels", ""): FILLING,
    ("office_levels", ""): NOBODY_ACTS | {"agree": OFFICE, "send_back": OFFICE, "withdraw": HOLDER},
    ("discipline_levels", ""): NOBODY_ACTS | {"agree": DISCIPLINE, "send_back": DISCIPLINE},
    ("meeting", ""): NOBODY_ACTS,
    ("issue", ""): NOBODY_ACTS,
    (RegisterState.IN_FORCE, ""): {},
    (RegisterState.REPLACED, ""): {},
    (RegisterState.STOPPED, ""): {},
}
FIRST = ("find", "")
UNSEEN = (FIRST, (RegisterState.STOPPED, ""))  # `stages` stops a version before anybody else had it on his desk
ACTS = ("fill", "submit", "withdraw", "opine", "agree", "send_back", "confirm", "stop")
READS = ("", "versions")
LET_IN = {"in": {200}, "refused": {403, 409}, "hidden": {404}, "login": {302}}
# An empty form of an act that is his: let in and incomplete, done, or sent before he looked.
POST_IN = {200, 302, 400, 409, 422}


def where_is(register: Register) -> tuple[str, str]:
    """The key of `STEPS` at which a register stands; once off its road its state stands for the step."""
    if register.state not in (RegisterState.FILLING, RegisterState.MOVING):
        return register.state, ""
    returned = register.state == RegisterState.FILLING and register.round > 1 and register.step == FIRST[0]
    return register.step, register.waiting or (RETURNED if returned else "")


def expected(where: tuple[str, str], act: str, who: str) -> str:
    """The written answer of one cell."""
    if who in OUT:
        return "login"
    if who not in ALWAYS and not (who == "colleague" and where not in UNSEEN):
        return "hidden"
    if act in READS:
        return "in"
    return "in" if who in STEPS[where].get(act, frozenset()) else "refused"


def cells(people: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    """(act, method, who): what is asked of a register in each state."""
    for act in (*READS, *ACTS):
        for method in ("GET",) if act in (*READS, "fill") else ("GET", "POST"):
            for who in people:
                yield act, method, who


def fits(answer: str, method: str, status: int) -> bool:
    """Whether a status is that answer."""
    return status in (POST_IN if method == "POST" and answer == "in" else LET_IN[answer])
