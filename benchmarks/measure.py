"""One measured thing, as it is printed, stored and compared."""

import json
from dataclasses import asdict, dataclass
from typing import Any


@dataclass
class Measure:
    """What was measured; None where a number does not apply. ``note`` says what was measured, in a few words."""

    name: str
    size: str = ""
    db: str = ""
    cpu_ms: float | None = None
    queries: int | None = None
    bytes: int | None = None
    rows_per_s: float | None = None
    peak_mb: float | None = None
    bare: float | None = None  # times the CPU of the bare list page of the same run
    errors: int | None = None
    p95_ms: float | None = None
    note: str = ""

    @classmethod
    def read(cls, text: str) -> "Measure":
        """The measure that a child process printed as JSON."""
        return cls(**json.loads(text))

    def line(self) -> dict[str, Any]:
        """Name, size, database and whatever applies."""
        return {name: value for name, value in asdict(self).items() if value not in (None, "")}
