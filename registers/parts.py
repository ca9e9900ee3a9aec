"""Which parts of a register are open at its step, and what carries the level: pure questions to the scheme."""

from registers.models import Register
from registers.schemes.checks_rating import rules_of
from registers.schemes.model import SchemeSpec
from registers.schemes.store import spec_of

POINTS, LEVELS, CONTROLS = "points", "levels", "controls"
PART_NAMES = {POINTS: "风险点", LEVELS: "风险等级", CONTROLS: "防控措施"}


def open_parts(register: Register, spec: SchemeSpec | None = None) -> frozenset[str]:
    """The parts that the present step opens (a register may pass ``fill`` twice); none at any other kind of step."""
    spec = spec or spec_of(register.scheme)
    step = spec.route(register.scope).step(register.step)
    return frozenset(step.opens) if step.kind == "fill" else frozenset()


def rates_subject(spec: SchemeSpec, scope: str) -> bool:
    """Whether in that scope the post or section itself is rated, so that its points take its level.

    Where the scheme rates subjects but wrote no rule for the scope, the points are rated and the subject follows.
    """
    rating = spec.rating
    if rating.rated != "subject":
        return False
    return rating.method in ("direct", "count") or bool(rules_of(rating.rules, scope))
