"""What anybody may write where a number belongs is a number or none, never an exception."""

import pytest

from accounts.asked import number
from tests.architecture.sources import product_files, report

# They look at characters of texts that we wrote ourselves, and make no number of them.
LOOKS_ONLY = {
    "accounts/passwords.py",
    "registers/schemes/explain.py",
    "documents/rendering/setting.py",
    "paper/official/letter.py",
}


@pytest.mark.parametrize("said", ["12", "0012", "１２", "٣", "9" * 18])
def test_digits_are_a_number(said):
    assert number(said) == int(said)


@pytest.mark.parametrize("said", [None, "", " 1", "-1", "+1", "1.0", "²", "①", "一", "1_0", "9" * 19, "9" * 5000, "\0"])
def test_anything_else_is_none(said):
    assert number(said) is None


def test_nobody_asks_isdigit_before_int():
    """It says yes to ², of which int makes an exception; with isascii before it that cannot happen."""
    faults = []
    for source in product_files():
        if source.path in LOOKS_ONLY:
            continue
        for at, line in enumerate(source.text.splitlines(), start=1):
            if ".isdigit()" in line and "isascii()" not in line:
                faults.append(f"{source.path}:{at} {line.strip()}")
    assert not faults, report(faults)
