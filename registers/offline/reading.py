"""One cell as somebody filled it: its value, or a sentence about what cannot be taken."""

from dataclasses import dataclass, field
from typing import Any

from registers.forms.offers import Offers
from registers.forms.rows import clean
from registers.importing.cells import Cell, place
from registers.offline.columns import IDENTITY, Column
from registers.offline.ground import Ground
from registers.offline.sheet import Grid
from registers.offline.words import day, fold, seen


@dataclass(frozen=True)
class Message:
    """What is wrong in which cell. ``column`` counts from 0."""

    sheet: str
    row: int
    column: int
    title: str
    text: str

    @property
    def letter(self) -> str:
        return place(self.column)


@dataclass
class Reader:
    """Reads cells against what was issued, and gathers what is wrong."""

    ground: Ground
    offers: Offers
    grid: Grid
    messages: list[Message] = field(default_factory=list)

    def say(self, row: int, column: Column | None, text: str) -> None:
        """Note a fault at a cell; the identity stands for the whole line."""
        key, title = (column.key, column.title) if column else (IDENTITY, "整行")
        self.messages.append(Message(self.grid.name, row, self.grid.columns.get(key, 0), title, text))

    def touched(self, row: int, column: Column, cell: Cell, word: str) -> bool:
        """Whether somebody changed the cell. A change where the step opens nothing is a fault."""
        if cell.fault:
            self.say(row, column, cell.fault)
            return False
        if fold(cell.text) == seen(word):
            return False
        if not column.open:
            self.say(row, column, f"本步骤没有开放“{column.title}”，请恢复为“{word}”。" if word else _closed(column))
            return False
        return True

    def value(self, row: int, column: Column, text: str) -> Any:
        """The value of a changed cell; of a loose list a pair of (id, words). None after a fault."""
        if column.key.endswith("due_on"):
            return self._day(row, column, text)
        if column.choices:
            return self._chosen(row, column, text)
        return self._text(row, column, text)

    def _text(self, row: int, column: Column, text: str) -> str:
        text = clean(text)
        if column.limit and len(text) > column.limit:
            self.say(row, column, f"最多 {column.limit} 个字，现在有 {len(text)} 个。")
        return text

    def _day(self, row: int, column: Column, text: str):
        try:
            return day(text)
        except ValueError:
            self.say(row, column, f"“{text[:20]}”不是日期；请写如 2012-03-01，长期的空着。")
            return None

    def _chosen(self, row: int, column: Column, text: str) -> Any:
        value = self.ground.words.value(column.choices, text) if text else None
        if text and value is None and column.loose:
            return (None, self._text(row, column, text))
        if text and value is None:
            self.say(row, column, f"列表中没有“{text[:40]}”，请从下拉列表中选。")
        elif value is not None and not self._offered(column, value):
            self.say(row, column, f"“{text[:40]}”已经不能选用（发出表格之后有变动），请改选。")
        return (value, "") if column.loose else value

    def _offered(self, column: Column, value: Any) -> bool:
        """Whether an option of that time is still one."""
        name, offers = column.choices, self.offers
        known = {
            "power": offers.power_choices,
            "post": offers.post_choices,
            "regulation": offers.regulations,
            "kind": offers.kinds,
            "klass": offers.classes,
            "channel": offers.channels,
            "control_kind": offers.control_kinds,
            "level": offers.levels,
        }
        if name == "step":
            return value in {step.pk for step in offers.steps}
        return name not in known or str(value) in known[name].values


def _closed(column: Column) -> str:
    return f"本步骤没有开放“{column.title}”，请清空这一格。"
