"""Small secrets in the database, unreadable without the key of the installation; and keyed digests.

The standard library has no cipher, and 20 bytes are no reason for a new dependency: one block of HMAC over a nonce is
the key stream, a second HMAC under a key of its own proves that nothing was changed. The value names its method.
"""

import base64
import hashlib
import hmac
import secrets

from django.conf import settings

METHOD = "hmac-sha256-1"
NONCE, TAG, LONGEST = 16, 32, 32


class BrokenSeal(ValueError):
    """The value was changed, or was sealed with another key."""


def _key(purpose: str) -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), f"lianzheng {purpose}".encode(), "sha256")


def keyed_digest(purpose: str, text: str) -> str:
    """43 signs that say nothing of the text to who has not the key."""
    found = hmac.digest(_key(purpose), text.encode(), "sha256")
    return base64.urlsafe_b64encode(found).decode().rstrip("=")


def seal(purpose: str, secret: bytes) -> str:
    """The secret, of up to 32 bytes, as text that can be stored."""
    if len(secret) > LONGEST:
        raise ValueError("longer than one block")
    nonce = secrets.token_bytes(NONCE)
    stream = hmac.digest(_key(f"{purpose} stream"), nonce, hashlib.sha256)
    body = nonce + bytes(a ^ b for a, b in zip(secret, stream, strict=False))
    tag = hmac.digest(_key(f"{purpose} tag"), METHOD.encode() + body, hashlib.sha256)
    return f"{METHOD}:{base64.urlsafe_b64encode(body + tag).decode()}"


def unseal(purpose: str, sealed: str) -> bytes:
    """Raises BrokenSeal."""
    method, _, text = sealed.partition(":")
    try:
        raw = base64.urlsafe_b64decode(text)
    except ValueError as fault:
        raise BrokenSeal from fault
    body, tag = raw[:-TAG], raw[-TAG:]
    expected = hmac.digest(_key(f"{purpose} tag"), METHOD.encode() + body, hashlib.sha256)
    if method != METHOD or not hmac.compare_digest(tag, expected):
        raise BrokenSeal
    stream = hmac.digest(_key(f"{purpose} stream"), body[:NONCE], hashlib.sha256)
    return bytes(a ^ b for a, b in zip(body[NONCE:], stream, strict=False))
