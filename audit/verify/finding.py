"""What verification finds, and what a checkpoint says."""

from dataclasses import dataclass

HEADING = "lianzheng checkpoint v1"


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
    algorithm: str = ""  # unknown where only the short form is at hand
    at: str = "-"

    @property
    def short(self) -> str:
        """As it is written on paper."""
        groups = " ".join(self.digest[place : place + 4] for place in range(0, 16, 4))
        return f"{self.bureau}-{self.seq} {groups}"

    @property
    def text(self) -> str:
        """As it stands in files."""
        return f"{HEADING}\n{self.bureau} {self.seq} {self.at}\n{self.algorithm}:{self.digest}\n"

    def fits(self, digest: str, algorithm: str) -> bool:
        """Whether the link that is there now is the one that was told of."""
        return bool(self.digest) and digest.startswith(self.digest) and self.algorithm in ("", algorithm)
