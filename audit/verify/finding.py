"""What verification finds, and what a checkpoint says."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that does not fit, in a sentence for people, and where."""

    kind: str  # event, change, link, chain, checkpoint, row, trigger
    sentence: str
    bureau: int | None = None
    seq: int | None = None
    table: str = ""
    row: int | None = None
    column: str = ""

    def __str__(self) -> str:
        return self.sentence


@dataclass(frozen=True)
class Checkpoint:
    """The state of a chain that was told to somebody: link ``seq`` of the bureau has this digest (or begins so)."""

    bureau: int
    seq: int
    digest: str
    algorithm: str = "sha256"
