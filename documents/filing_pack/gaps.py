"""What a check says."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Link:
    """Where something can be put right: the name of an address and its arguments."""

    name: str
    args: tuple[Any, ...]
    label: str


@dataclass(frozen=True)
class Gap:
    """One thing that is missing or does not agree. ``note``: worth knowing, but nothing that can still be mended."""

    said: str
    link: Link | None = None
    note: bool = False
