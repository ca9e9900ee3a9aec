"""Codes that change every half minute (RFC 6238 over RFC 4226): six digits, SHA-1, as all authenticators do."""

import base64
import hmac
from urllib.parse import quote, urlencode

STEP = 30
DIGITS = 6
DRIFT = 1  # steps that a clock may be off


def code_at(secret: bytes, step: int, digits: int = DIGITS) -> str:
    """The code of one step."""
    mac = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    start = mac[-1] & 15
    number = int.from_bytes(mac[start : start + 4], "big") & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def step_of(secret: bytes, code: str, moment: float) -> int | None:
    """The step that the code is of, among those around the moment; None when it is of none."""
    now = int(moment) // STEP
    found = None
    for step in range(now - DRIFT, now + DRIFT + 1):
        if hmac.compare_digest(code_at(secret, step).encode(), code.encode()):
            found = step
    return found


def in_groups(secret: bytes) -> str:
    """The secret as it is typed into an authenticator: groups of four signs."""
    text = base64.b32encode(secret).decode().rstrip("=")
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def address(secret: bytes, *, account: str, issuer: str) -> str:
    """What the QR code holds."""
    query = urlencode({"secret": base64.b32encode(secret).decode().rstrip("="), "issuer": issuer, "digits": DIGITS})
    return f"otpauth://totp/{quote(issuer)}:{quote(account)}?{query}"
