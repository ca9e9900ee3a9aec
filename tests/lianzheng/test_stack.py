"""No depth at which a call stands makes it slow."""

import resource

from lianzheng.stack import roomy

CALLS = 300


def nothing() -> None:
    pass


def faults_at(depth: int) -> int:
    """Fresh pages that so many calls took from the system, made from that depth."""
    if depth:
        return faults_at(depth - 1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(CALLS):
        nothing()
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def at_every_depth() -> int:
    return max(faults_at(depth) for depth in range(600))


def test_no_call_takes_a_fresh_piece_of_the_stack_each_time():
    assert roomy(at_every_depth)() < CALLS / 10


def test_what_is_called_is_told_and_answers_as_before():
    @roomy
    def joined(*parts: str, by: str) -> str:
        """Joins."""
        return by.join(parts)

    assert joined("甲", "乙", by="、") == "甲、乙"
    assert (joined.__name__, joined.__doc__) == ("joined", "Joins.")
