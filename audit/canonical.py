"""How evidence is written down before it is hashed; docs/evidence.md is the same for readers and other programs.

Hashes are lower-case hex of SHA-256 or SM3 (GB/T 32905); which one is kept beside every link of a chain.
"""

import hashlib
import json
import re
import secrets
from collections.abc import Iterable
from typing import Any

from audit.verifier.sm3 import hasher

ALGORITHMS = ("sha256", "sm3")
_RANGE = re.compile("[1-9][0-9]{0,18}(-[1-9][0-9]{0,18})?")
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def canonical(value: Any) -> bytes:
    """JSON with sorted keys and no spaces, in UTF-8: the same value gives the same bytes everywhere."""
    return _encode(value).encode()


def digest(algorithm: str, value: Any) -> str:
    """The hash of a value's canonical form. Raises ValueError for an algorithm that is none of ours.

    What was linked with SM3 must verify on a machine whose OpenSSL has none: the verifier's own is slow, but right.
    """
    if algorithm not in ALGORITHMS:
        raise ValueError(algorithm)
    found = hasher(algorithm)
    found.update(canonical(value))
    return found.hexdigest()


def fresh_salt() -> str:
    """Without it, nobody can guess back what was blanked from its hash."""
    return secrets.token_hex(16)


def text_digest(salt: str, text: str) -> str:
    """What the journal keeps of a long or sensitive text."""
    return hashlib.sha256(f"{salt}:{text}".encode("utf-8", "surrogatepass")).hexdigest()


def event_commitment(algorithm: str, core: tuple, personal: tuple, salt: str, sealed: str) -> str:
    """Of one event: ``core`` is id, at, bureau, verb, result, object_type, object_id, actor; ``personal`` is
    actor_name, actor_post, object_label, detail, address. Of a redacted one (no salt) only the hash is left.

    Raises ValueError where a hash is kept that is not that of what is there."""
    sealed = _same(sealed_event(algorithm, salt, personal), sealed) if salt else sealed
    return digest(algorithm, ["event", *core, sealed])


def change_commitment(algorithm: str, pk: int, table: str, row: str, op: str, salt: str, content: str, sealed: str):
    """Of one version of a row in the journal. Raises ValueError as the above."""
    sealed = _same(sealed_change(algorithm, salt, content), sealed) if salt else sealed
    return digest(algorithm, ["change", pk, table, row, op, sealed])


def sealed_event(algorithm: str, salt: str, personal: tuple) -> str:
    """The hash that stays of an event's personal part when it is blanked."""
    return digest(algorithm, [salt, *personal])


def sealed_change(algorithm: str, salt: str, content: str) -> str:
    """The hash that stays of a version's content when it is blanked."""
    return digest(algorithm, [salt, content])


def _same(found: str, kept: str) -> str:
    if kept not in ("", found):
        raise ValueError("a hash is kept that is another's")
    return found


def link_digest(algorithm: str, bureau: int, seq: int, before: str, event: str, changes: Iterable[str]) -> str:
    """Of one link: it fixes the link before it, its event, and the row versions that came with it."""
    return digest(algorithm, ["link", algorithm, bureau, seq, before, event, list(changes)])


def in_ranges(ids: Iterable[int]) -> str:
    """Ids as text: 5,7-19."""
    parts: list[list[int]] = []
    for pk in sorted(ids):
        if parts and parts[-1][1] == pk - 1:
            parts[-1][1] = pk
        else:
            parts.append([pk, pk])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in parts)


def ranges_of(text: str) -> list[tuple[int, int]]:
    """The ranges of `in_ranges`. Raises ValueError for anything else, also for ranges that are out of order."""
    found: list[tuple[int, int]] = []
    for part in text.split(",") if text else ():
        if not _RANGE.fullmatch(part):
            raise ValueError(part)
        first, _, last = part.partition("-")
        found.append((int(first), int(last or first)))
        if found[-1][1] < found[-1][0] or (len(found) > 1 and found[-2][1] >= found[-1][0]):
            raise ValueError(part)
    return found
