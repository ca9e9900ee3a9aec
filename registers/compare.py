"""What changed between two contents of a register, by lineage: for decisions, versions and years. Pure.

Works on the values of `registers.content`; the scheme only turns keys and ranks into the local names.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from registers.enums import Height
from registers.schemes.model import SchemeSpec

UNCHANGED, CHANGED, NEW, DROPPED = "unchanged", "changed", "new", "dropped"
WORDS = {UNCHANGED: "未变", CHANGED: "修改", NEW: "新增", DROPPED: "取消"}


@dataclass(frozen=True)
class Change:
    """One field, as people read it. The diff component of the house reads these three names."""

    field: str
    old: str
    new: str


@dataclass(frozen=True)
class ItemChange:
    """A row, point or control: what became of it, and its changed fields."""

    kind: str  # row | point | control
    lineage: str
    state: str
    name: str
    changes: tuple[Change, ...] = ()

    @property
    def word(self) -> str:
        return WORDS[self.state]


@dataclass(frozen=True)
class RowChange(ItemChange):
    """A row with what became of the points and controls in it; its own state tells the whole of them."""

    items: tuple[ItemChange, ...] = ()


@dataclass(frozen=True)
class Comparison:
    head: tuple[Change, ...] = ()
    rows: tuple[RowChange, ...] = ()
    states: dict[str, str] = field(default_factory=dict)  # lineage of any row, point or control → state

    @property
    def changed(self) -> bool:
        return bool(self.head) or any(row.state != UNCHANGED for row in self.rows)

    def state(self, lineage: str) -> str:
        """What became of that row, point or control; new when unknown."""
        return self.states.get(lineage, NEW)

    def count(self, state: str) -> int:
        """How many rows are in that state."""
        return sum(row.state == state for row in self.rows)

    def said(self) -> str:
        """One line that names the changed fields, e.g. 自评等级、“越权审批”的表现形式、新增一行“…”."""
        parts = [change.field for change in self.head]
        for row in self.rows:
            if row.state in (NEW, DROPPED):
                parts.append(f"{row.word}“{row.name}”")
                continue
            parts += [f"“{row.name}”的{change.field}" for change in row.changes]
            for item in row.items:
                if item.state in (NEW, DROPPED):
                    parts.append(f"{item.word}“{item.name}”")
                parts += [f"“{item.name}”的{change.field}" for change in item.changes]
        return "、".join(parts)


def compare(old: dict[str, Any] | None, new: dict[str, Any], spec: SchemeSpec | None = None) -> Comparison:
    """What became of every row and field. Without an old content everything is new."""
    words = _Words(spec)
    old_rows = {row["lineage"]: row for row in old["rows"]} if old else {}
    new_rows = {row["lineage"]: row for row in new["rows"]}
    rows = [_row(old_rows.get(lineage), row, words) for lineage, row in new_rows.items()]
    rows += [_row(row, None, words) for lineage, row in old_rows.items() if lineage not in new_rows]
    states = {}
    for row in rows:
        for item in (row, *row.items):
            states[item.lineage] = item.state
    return Comparison(_head(old, new, words) if old else (), tuple(rows), states)


class _Words:
    """Keys and ranks as the scheme names them; the bare value without a scheme or for an unknown key."""

    def __init__(self, spec: SchemeSpec | None):
        self.spec = spec
        self.class_name = (spec and spec.classes_name) or "业务类别"

    def of(self, group: str) -> Callable[[Any], str]:
        options = {option.key: option.name for option in getattr(self.spec, group)} if self.spec else {}
        return lambda key: options.get(key, str(key or ""))

    def level(self, rank: int | None) -> str:
        names = {level.rank: level.name for level in self.spec.levels} if self.spec else {}
        return names.get(rank, str(rank or ""))

    def factors(self, answers: dict[str, str] | None) -> str:
        known = {factor.key: factor for factor in self.spec.factors} if self.spec else {}
        return "；".join(_answer(known.get(key), key, value) for key, value in sorted((answers or {}).items()))


def _answer(factor, key: str, value: str) -> str:
    if factor is None:
        return f"{key}：{value}"
    return f"{factor.name}：{next((option.name for option in factor.options if option.key == value), value)}"


def _head(old, new, words: _Words) -> tuple[Change, ...]:
    fields = (
        ("职责", lambda c: c["subject"]["duties"]),
        ("评级因素", lambda c: words.factors(c["factors"])),
        ("自评等级", lambda c: words.level(c["declared_rank"])),
        ("无风险点的理由", lambda c: c["zero_reason"]),
    )
    return _changes(old, new, fields)


def _changes(old, new, fields) -> tuple[Change, ...]:
    pairs = ((label, read(old), read(new)) for label, read in fields)
    return tuple(Change(label, str(before), str(after)) for label, before, after in pairs if before != after)


def _row(old, new, words: _Words) -> RowChange:
    shown = new or old
    items = _items("point", old, new, "points", _point_fields(words))
    items += _items("control", old, new, "controls", _control_fields(words, old, new))
    changes = _changes(old, new, ROW_FIELDS) if old and new else ()
    state = _state(old, new, changes or any(item.state != UNCHANGED for item in items))
    return RowChange("row", shown["lineage"], state, row_name(shown), changes, tuple(items))


def _state(old, new, different) -> str:
    if old is None or new is None:
        return NEW if old is None else DROPPED
    return CHANGED if different else UNCHANGED


def row_name(row: dict[str, Any]) -> str:
    """What a row is called in a sentence."""
    return (row["power"] or {}).get("name") or row["matter"] or "（未写职权）"


def _items(kind, old, new, group, fields) -> list[ItemChange]:
    before = {item["lineage"]: item for item in old[group]} if old else {}
    after = {item["lineage"]: item for item in new[group]} if new else {}
    found = []
    for lineage in [*after, *(key for key in before if key not in after)]:
        was, now = before.get(lineage), after.get(lineage)
        changes = _changes(was, now, fields) if was and now else ()
        name = (now or was).get("name") or (now or was).get("text") or "（未填写）"
        found.append(ItemChange(kind, lineage, _state(was, now, changes), name, changes))
    return found


ROW_FIELDS = (
    ("职权", lambda row: (row["power"] or {}).get("name", "")),
    ("职权内容", lambda row: (row["power"] or {}).get("content", "")),
    ("事项", lambda row: row["matter"]),
    ("环节", lambda row: row["step"]),
    ("涉及岗位", lambda row: (row["post"] or {}).get("name", "")),
    *(
        (height.label, lambda row, key=height.value: row["responsible"].get(key, ""))
        for height in (Height.DIRECT, Height.DEPARTMENT, Height.LEADER)
    ),
)


def _point_fields(words: _Words):
    kind, klass, channel = words.of("kinds"), words.of("classes"), words.of("channels")
    return (
        ("风险点", lambda point: point["name"]),
        ("风险类别", lambda point: kind(point["kind"])),
        (words.class_name, lambda point: klass(point["class"])),
        ("表现形式", lambda point: point["manifestation"]),
        ("评级因素", lambda point: words.factors(point["factors"])),
        ("自评等级", lambda point: words.level(point["declared_rank"])),
        ("来源", lambda point: channel(point["channel"])),
    )


def _control_fields(words: _Words, old, new):
    kind = words.of("control_kinds")
    names = {point["lineage"]: point["name"] for row in (old, new) if row for point in row["points"]}
    return (
        ("防控措施", lambda control: control["text"]),
        ("针对的风险点", lambda control: names.get(control["point"], "")),
        ("措施类型", lambda control: kind(control["kind"])),
        ("责任岗位", lambda control: control["owner"]),
        ("依据制度", lambda control: control["regulation"]),
        ("完成期限", lambda control: control["due"] or "长期"),
    )
