"""What a catalogue import would do: shown in the preview, carried out as a whole."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from registers.importing.catalogue.columns import NO, YES, Table
from registers.importing.planned import Message

Labels = Mapping[str, Mapping[Any, str]]  # of choices, by key of the field

ADD, CHANGE, SAME = "add", "change", "same"
ACTIONS = {ADD: "新增", CHANGE: "修改", SAME: "不变"}


@dataclass
class Line:
    """A row of a sheet: ``values`` holds what its cells say, by the key of the column; empty cells are left out."""

    table: Table
    sheet: str
    number: int
    places: dict[str, str]  # column letters by key
    texts: dict[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    faulty: bool = False

    def __getitem__(self, key: str) -> Any:
        return self.values.get(key, "")

    def given(self, *keys: str) -> dict[str, Any]:
        """The values of these columns, as far as they are filled."""
        return {key: self.values[key] for key in keys if key in self.values}


@dataclass
class Talk:
    """The remarks on a workbook."""

    messages: list[Message] = field(default_factory=list)

    def error(self, line: Line, key: str, said: str, todo: str = "") -> None:
        """A cell (or, with an empty key, a row) that forbids the import."""
        line.faulty = True
        self._say(line, key, said, todo, True)

    def warn(self, line: Line, key: str, said: str, todo: str = "") -> None:
        self._say(line, key, said, todo, False)

    def _say(self, line: Line, key: str, said: str, todo: str, error: bool) -> None:
        title = line.table.column(key).title if key else ""
        place = line.places.get(key, "") if key else ""
        text = line.texts.get(key, "")[:80]
        self.messages.append(Message(said, todo, line.sheet, line.number, place, title, text, error))

    def about(self, said: str, todo: str = "", sheet: str = "", row: int = 0, error: bool = True) -> None:
        """Something about a sheet or the file."""
        self.messages.append(Message(said, todo, sheet, row, error=error))


@dataclass
class Change:
    """What a line comes to. ``details``: (title, before, after) for readers; ``fields``: what is to be written."""

    action: str
    line: Line
    name: str
    row: Any = None  # the object that is there, or the one that was made
    fields: dict[str, Any] = field(default_factory=dict)
    details: list[tuple[str, str, str]] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)  # what only its own table knows

    @property
    def action_name(self) -> str:
        return ACTIONS[self.action]

    @property
    def sheet(self) -> str:
        return self.line.sheet

    @property
    def number(self) -> int:
        return self.line.number

    def values(self) -> list:
        """For the digest."""
        return [self.action, self.line.table.key, self.name, self.row.pk if self.row else 0, self.details]


@dataclass
class CataloguePlan:
    """Every change and every remark. ``read``: lines of the workbook that said something."""

    changes: list[Change] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    read: int = 0

    @property
    def errors(self) -> list[Message]:
        return [message for message in self.messages if message.error]

    @property
    def warnings(self) -> list[Message]:
        return [message for message in self.messages if not message.error]

    def counts(self) -> list[tuple[str, int]]:
        """How much of what would be made: 新增机构 3 …"""
        found: dict[str, int] = {"表中行": self.read}
        for change in self.changes:
            key = f"{change.action_name}{change.line.table.thing}"
            found[key] = found.get(key, 0) + 1
        return list(found.items())

    def digest(self) -> str:
        """What the user confirms is what he saw."""
        values = [[change.values() for change in self.changes], len(self.errors)]
        return hashlib.sha256(json.dumps(values, ensure_ascii=False, default=str).encode()).hexdigest()


def compared(line: Line, row: Any, fields: dict[str, Any], what: str, labels: Labels | None = None, **data) -> Change:
    """The change that these fields make to a row that is there."""
    labels = labels or {}
    differing = {key: value for key, value in fields.items() if (getattr(row, key) or "") != (value or "")}
    details = [
        (line.table.column(key).title, told(key, getattr(row, key), labels), told(key, value, labels))
        for key, value in differing.items()
    ]
    return Change(CHANGE if differing else SAME, line, what, row, differing, details, data)


def added(line: Line, fields: dict[str, Any], what: str, labels: Labels | None = None, **data: Any) -> Change:
    """A new row with these fields."""
    details = [(line.table.column(key).title, "", told(key, value, labels or {})) for key, value in fields.items()]
    return Change(ADD, line, what, None, fields, details, data)


def told(key: str, value: Any, labels: Labels) -> str:
    """A value for readers."""
    if isinstance(value, bool):
        return YES if value else NO
    return "" if value is None else str(labels.get(key, {}).get(value, value))


def twice(line: Line, key: str, other: Line, talk: Talk) -> None:
    """Say that a line repeats another one."""
    where = f"工作表“{other.sheet}”第{other.number}行" if other.sheet != line.sheet else f"第{other.number}行"
    talk.error(line, key, f"与{where}重复。", "请只留一行。")
