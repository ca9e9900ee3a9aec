"""Secrets that are read from paper and used once."""

import secrets

ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"  # nothing that is misread when copied from paper


def one_time_password() -> str:
    """Twelve characters in three groups, easy to read aloud."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(12))
    return "-".join(letters[start : start + 4] for start in range(0, 12, 4))
