"""On which page everything stands, once the pages of all pieces are known."""

from dataclasses import dataclass, field

from documents.handbook.cache import Anchors


@dataclass
class Places:
    """Anchor → page of the body (from 0) and points from its top. Page numbers begin with 1 after the contents."""

    pages: int = 0
    _found: dict[str, tuple[int, float]] = field(default_factory=dict)

    def add(self, anchors: Anchors, pages: int) -> None:
        """The next piece of the body."""
        for name, (page, top) in anchors.items():
            self._found.setdefault(name, (self.pages + page, top))
        self.pages += pages

    def number(self, anchor: str) -> int:
        """The printed page number."""
        return self._found[anchor][0] + 1

    def of(self, anchor: str) -> tuple[int, float] | None:
        """Page of the body from 0, and how far down; None for what is not in the body."""
        return self._found.get(anchor)
