"""What an import would do, as plain values: shown in the preview, carried out by `apply`."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field

from registers.importing.layouts import Layout
from registers.models import Post, Power, Register, Unit


@dataclass(frozen=True)
class Message:
    """One remark on one cell (or a row, a sheet, the file: then the finer places are empty)."""

    said: str
    todo: str = ""
    sheet: str = ""
    row: int = 0
    column: str = ""
    heading: str = ""
    text: str = ""
    error: bool = True

    @property
    def place(self) -> str:
        """工作表“…” 第3行 F列（风险等级）."""
        parts = [f"工作表“{self.sheet}”" if self.sheet else "", f"第{self.row}行" if self.row else ""]
        if self.column:
            parts.append(f"{self.column}列" + (f"（{self.heading}）" if self.heading else ""))
        return " ".join(part for part in parts if part) or "整个文件"


Say = Callable[[Message], None]


@dataclass
class Question:
    """A word of the table that the program does not know and does not guess: somebody decides what it means."""

    key: str
    what: str  # 风险等级
    text: str  # the word
    options: list[tuple[str, str]]
    needed: bool = True  # without an answer nothing is imported
    common: bool = False  # for all cells that say the same; shown only when there are several
    about: list[str] = field(default_factory=list)  # the points that the answer goes to, one by one
    places: list[str] = field(default_factory=list)
    answer: str = ""


@dataclass
class PlannedPost:
    """A post that rows hang on: one there is, or a new one."""

    unit: Unit
    name: str
    known: Post | None = None


@dataclass
class PlannedPower:
    """A power that rows hang on: one there is, or a new one."""

    unit: Unit
    post: PlannedPost | None
    name: str
    content: str = ""
    basis: str = ""
    kind: str = ""
    known: Power | None = None


@dataclass
class PlannedPoint:
    name: str
    manifestation: str = ""
    kind: str = ""
    klass: str = ""
    rank: int | None = None


@dataclass
class PlannedControl:
    text: str
    point: int | None = None  # index among the row's points; None = of the row as a whole


@dataclass
class PlannedRow:
    """One block of one register."""

    sheet: str
    number: int
    register: Register
    post: PlannedPost | None = None
    power: PlannedPower | None = None
    matter: str = ""
    step: str = ""
    points: list[PlannedPoint] = field(default_factory=list)
    controls: list[PlannedControl] = field(default_factory=list)
    responsible: dict[str, str] = field(default_factory=dict)

    def values(self) -> list:
        """What the row says, for the digest; where it stood in the file is no part of it."""
        return [
            self.post.name if self.post else "",
            self.power.name if self.power else self.matter,
            self.step,
            [[p.name, p.manifestation, p.kind, p.klass, p.rank] for p in self.points],
            [[c.text, c.point] for c in self.controls],
            sorted(self.responsible.items()),
        ]


@dataclass
class ImportPlan:
    """Everything that would be made, and everything that is wrong with the table."""

    rows: list[PlannedRow] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    posts: dict[tuple[int, str], PlannedPost] = field(default_factory=dict)
    powers: dict[tuple[int, str, str], PlannedPower] = field(default_factory=dict)
    ranks: dict[int, int] = field(default_factory=dict)  # register → the gravest level its rows named
    read: int = 0  # rows of the table that said something
    layouts: list[Layout] = field(default_factory=list)
    questions: dict[str, Question] = field(default_factory=dict)

    wrong: int = 0  # how many of the messages are errors

    def say(self, message: Message) -> None:
        """Add a remark."""
        self.messages.append(message)
        self.wrong += message.error

    @property
    def errors(self) -> list[Message]:
        return [message for message in self.messages if message.error]

    @property
    def warnings(self) -> list[Message]:
        return [message for message in self.messages if not message.error]

    @property
    def registers(self) -> list[Register]:
        """The registers that take rows, each once, in the order of the table."""
        return list({row.register.pk: row.register for row in self.rows}.values())

    def counts(self) -> dict[str, int]:
        """How much would be made."""
        return {
            "read": self.read,
            "registers": len(self.registers),
            "rows": len(self.rows),
            "posts": sum(post.known is None for post in self.posts.values()),
            "powers": sum(power.known is None for power in self.powers.values()),
            "points": sum(len(row.points) for row in self.rows),
            "controls": sum(len(row.controls) for row in self.rows),
        }

    def digests(self) -> dict[int, str]:
        """For each register the digest of the rows that it would take."""
        values: dict[int, list] = {}
        for row in self.rows:
            values.setdefault(row.register.pk, []).append(row.values())
        return {
            pk: hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest() for pk, rows in values.items()
        }

    def digest(self) -> str:
        """The digest of the whole plan: what the user confirms is what he saw."""
        text = json.dumps([self.digests(), self.counts(), len(self.errors)], ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()
