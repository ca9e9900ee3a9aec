"""The statistic of the drill `timing` says what the books say."""

import random

import pytest

from drills.timing.ranks import p_value


def test_what_is_wholly_apart_is_no_chance():
    """U = 0 with 20 and 20: z = 199.5 / 36.97."""
    assert p_value(list(range(20)), list(range(20, 40))) == pytest.approx(6.8e-8, rel=0.02)


def test_a_worked_example_with_ties():
    """U = 5.5, sigma = 9.445 with the ties: z = 26 / 9.445."""
    first, second = [3, 4, 2, 6, 2, 5, 4, 3], [9, 7, 5, 10, 6, 8, 4, 6]
    assert p_value(first, second) == pytest.approx(p_value(second, first))
    assert p_value(first, second) == pytest.approx(0.0059, abs=0.0005)


def test_the_same_values_tell_nothing():
    assert p_value([1.0] * 30, [1.0] * 30) == 1.0


def test_a_shift_is_found_and_noise_is_not():
    dice = random.Random(7)
    first, second = ([dice.gauss(10, 1) for _ in range(300)] for _ in range(2))
    assert p_value(first, second) > 0.01
    assert p_value(first, [value + 0.5 for value in second]) < 0.001
