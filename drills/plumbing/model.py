"""What a drill is, what it is asked, and what it answers."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class Drill:
    """One harness. ``count`` is what a person runs by default, ``quick`` what `bin/test` runs."""

    title: str  # for people: what it proves, in Chinese
    unit: str  # what is counted: 次, 轮, 格 …
    count: int
    quick: int
    fault: str  # what ``--fault`` plants, in Chinese
    databases: tuple[str, ...] = ("sqlite", "postgresql")
    browser: bool = False  # needs a Chromium
    alike: bool = False  # comes out alike on each of them: `bin/test` asks the first only, `bin/test --whole` all
    environment: Mapping[str, str] = field(default_factory=dict)  # above the tests' own settings
    needs: tuple[str, ...] = ()  # programs that must be on the machine


@dataclass(frozen=True)
class Ask:
    """One run: how much of it, from which seed, on which database, with its fault planted or not."""

    count: int
    seed: int
    db: str
    fault: bool = False


@dataclass
class Report:
    """What came out. Whatever is not zero among ``lost``, ``missed``, ``false_alarms`` and ``problems`` is red, and so
    is a run that tried nothing.

    A field that a drill has no use for stays None and is left out. ``problems`` are sentences with what is needed to
    see the same again; ``facts`` are further numbers that docs/security.md tells.
    """

    count: int = 0
    acknowledged: int | None = None
    lost: int | None = None
    found: int | None = None
    missed: int | None = None
    false_alarms: int | None = None
    problems: list[str] = field(default_factory=list)
    facts: dict[str, int | float | str] = field(default_factory=dict)

    @property
    def red(self) -> bool:
        return bool(not self.count or self.lost or self.missed or self.false_alarms or self.problems)

    def told(self) -> dict:
        """As `--json` gives it: what applies."""
        return {name: value for name, value in asdict(self).items() if value not in (None, [], {})}
