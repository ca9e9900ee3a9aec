"""The test of Mann and Whitney: whether one set of times tends to be longer than another. Pure."""

import math
from collections import Counter


def p_value(first: list[float], second: list[float]) -> float:
    """How likely such a difference is by chance (two-sided, normal approximation with ties, good from 20 on)."""
    many, others = len(first), len(second)
    ranks = _ranks(first + second)
    smaller = sum(ranks[:many]) - many * (many + 1) / 2
    total = many + others
    ties = sum(number**3 - number for number in Counter(first + second).values())
    variance = many * others / 12 * (total + 1 - ties / (total * (total - 1)))
    if not variance:
        return 1.0
    away = max(0.0, abs(smaller - many * others / 2) - 0.5) / math.sqrt(variance)
    return math.erfc(away / math.sqrt(2))


def _ranks(values: list[float]) -> list[float]:
    """The rank of each; equal ones share the middle."""
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks, at = [0.0] * len(values), 0
    while at < len(order):
        end = at
        while end + 1 < len(order) and values[order[end + 1]] == values[order[at]]:
            end += 1
        for place in order[at : end + 1]:
            ranks[place] = (at + end) / 2 + 1
        at = end + 1
    return ranks
