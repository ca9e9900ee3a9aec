"""Posts with registers in force, for the tests of plates and of the public page of a post."""

import datetime

from django.utils import timezone

from registers.enums import RegisterState
from registers.models import Cycle, Post, Register
from registers.schemes.store import spec_of
from tests.factories import make_power, make_register, make_row
from workflow import seals

NUMBER = "东建廉〔2026〕5号"


def in_force(cycle: Cycle, post: Post, rows: int = 1, since: datetime.date | None = None, **fields) -> Register:
    """A sealed register in force of that post, with a power, a point and a control in each row."""
    spec = spec_of(cycle.scheme)
    scope = next(scope.key for scope in spec.scopes if scope.subject == "post" and _fits(scope, post))
    since = since or timezone.localdate()
    state = {"state": RegisterState.IN_FORCE, "in_force_from": since, "number": NUMBER, "declared_rank": 1}
    register = make_register(post, scope, cycle=cycle, subject_name=post.name, **(state | fields))
    for number in range(1, rows + 1):
        power = make_power(post, f"{post.name}职权{number}", discretion="裁量幅度内部口径")
        point = {"channel": "peer", "declared_rank": 1 + number % 3, "level_rank": 1 + number % 3}
        make_row(register, power=power, name=f"{post.name}风险{number}", **point)
    seals.seal(register=register, by=None, issue=True)
    return register


def _fits(scope, post: Post) -> bool:
    return not scope.tiers or post.tier in scope.tiers
