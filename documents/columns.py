"""What the cells of a paper hold: one function for each column key of `registers.schemes.columns`. Pure.

A line is what one printed row is about: a point where the form has a column about points, else a row of the register,
else the whole subject. The functions give what `paper.Cell.of` takes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from paper import Cell
from registers.compare import WORDS
from registers.powers import Words
from registers.schemes.model import Factor, Level, SchemeSpec
from registers.schemes.rating import suggest_point

SUBJECT = frozenset(
    {"order", "bureau", "unit", "post", "tier", "duties", "subject_level", "point_count", "powers", "points"}
)
OF_LEVEL = frozenset({"strategy", "monitor"})
SUBJECT_TOO = frozenset({"source", "remark"})
BLOCK = frozenset(
    {"power", "power_kind", "basis", "area", "step", "direct", "department", "leader", "responsible", "change"}
)
CONTROLS = frozenset({"controls", "control_kind", "control_owner", "regulation", "due"})


@dataclass(frozen=True)
class Origin:
    """Whose rows: the register's own, or those of a register below as they were compiled in."""

    subject: Mapping[str, str]
    rows: tuple[Mapping[str, Any], ...]
    levels: Mapping[str, int]
    declared_rank: int | None
    source: str = ""  # 汇总来源; empty for own rows
    sheet: "Sheet | None" = None  # its own scheme and scope, where a paper joins registers of several

    @property
    def point_count(self) -> int:
        return sum(len(row["points"]) for row in self.rows)


@dataclass(frozen=True)
class Sheet:
    """What all cells of a paper may need besides their line."""

    spec: SchemeSpec
    scope: str
    powers: Mapping[int, Any] = field(default_factory=dict)  # Power by id, for what is not part of the content
    states: Mapping[str, str] = field(default_factory=dict)  # lineage → what became of it since the last version
    words: Words | None = None  # what the bureau calls kinds and areas that come from another scheme

    def name(self, group: str, key: str) -> str:
        """The scheme's name of a key, else another scheme's of the bureau, else the word that is stored."""
        for option in getattr(self.spec, group):
            if option.key == key:
                return option.name
        known = {"power_kinds": self.words.kinds, "areas": self.words.areas}.get(group, {}) if self.words else {}
        return known.get(key, key or "")


@dataclass(frozen=True)
class Line:
    """One printed row: a subject, or one of its rows, or one point of a row with the controls printed beside it."""

    number: int
    origin: Origin
    row: Mapping[str, Any] | None = None
    point: Mapping[str, Any] | None = None
    controls: tuple[Mapping[str, Any], ...] = ()
    shared_controls: bool = False  # the controls stand beside all points of the row

    @property
    def power(self) -> Mapping[str, Any]:
        return (self.row or {}).get("power") or {}


def declared_rank(line: Line, spec: SchemeSpec) -> int | None:
    """What the filler declared for the point, or for the subject where the subject carries the level."""
    if spec.rating.rated == "subject" or line.point is None:
        return line.origin.declared_rank
    return line.point["declared_rank"]


def rank_of(line: Line, spec: SchemeSpec) -> int | None:
    """The level that holds: determined if any body did, else declared; a point may take its subject's level."""
    origin, point = line.origin, line.point
    if point is None:
        return subject_rank(origin, spec)
    own = origin.levels.get(point["lineage"])
    if own is None and spec.rating.rated == "subject":
        own = origin.levels.get("") or origin.declared_rank
    return own if own is not None else point["declared_rank"]


def subject_rank(origin: Origin, spec: SchemeSpec) -> int | None:
    """The level of the post, section or bureau: determined, declared, or the gravest of its points."""
    rank = origin.levels.get("") or origin.declared_rank
    if rank is not None or spec.rating.subject_follows != "max":
        return rank
    points = [point for row in origin.rows for point in row["points"]]
    ranks = [origin.levels.get(point["lineage"]) or point["declared_rank"] for point in points]
    return min((rank for rank in ranks if rank), default=None)


def level_of(rank: int | None, spec: SchemeSpec) -> Level | None:
    """The scheme's level of that rank, None where nothing is rated yet or the scheme has no such rank."""
    return next((level for level in spec.levels if level.rank == rank), None)


def level_cell(rank: int | None, spec: SchemeSpec) -> Cell:
    """The local name of a level in its tone."""
    level = level_of(rank, spec)
    return Cell(level.name, tone=level.tone) if level else Cell("")


def answers(factors: tuple[Factor, ...], given: Mapping[str, str]) -> list[str]:
    """The answered factors as lines: 危害程度：严重."""
    lines = []
    for factor in factors:
        name = next((option.name for option in factor.options if option.key == given.get(factor.key)), "")
        if name:
            lines.append(f"{factor.name}：{name}")
    return lines


def _point(line: Line, key: str) -> str:
    return line.point[key] if line.point is not None else ""


def _power(line: Line, sheet: Sheet) -> str:
    """The power with its content; where no power is known, the words of the row."""
    name, content = line.power.get("name", ""), line.power.get("content", "")
    if not name:
        return (line.row or {}).get("matter", "")
    return name if not content or content == name else f"{name}：{content}"


def _of_power(line: Line, sheet: Sheet, name: str) -> str:
    power = sheet.powers.get(line.power.get("id"))
    return getattr(power, name, "") if power else ""


def _post(line: Line, sheet: Sheet) -> str:
    post = (line.row or {}).get("post")
    return post["name"] if post else line.origin.subject["name"] if line.origin.subject["tier"] else ""


def _unit(line: Line, sheet: Sheet) -> str:
    return (line.row or {}).get("unit") or line.origin.subject["unit"]


def _factors(line: Line, sheet: Sheet) -> list[str]:
    asked = sheet.spec.factors_of(sheet.scope, "point")
    return answers(asked, line.point["factors"]) if line.point is not None else []


def _suggested(line: Line, sheet: Sheet) -> Cell:
    if line.point is None or sheet.spec.rating.rated == "subject":
        return Cell("")
    found = suggest_point(sheet.spec, sheet.scope, line.point["factors"], count=line.origin.point_count)
    return level_cell(found.rank, sheet.spec)


def _from_level(line: Line, sheet: Sheet, name: str) -> str:
    level = level_of(rank_of(line, sheet.spec), sheet.spec)
    return getattr(level, name) if level else ""


def _controls(line: Line, sheet: Sheet) -> list[str]:
    """Controls in their order. Beside several points a control says which it is for, where that is known."""
    if not line.shared_controls:
        return [control["text"] for control in line.controls]
    places = {point["lineage"]: index for index, point in enumerate(line.row["points"], 1)}
    return [
        f"{control['text']}（针对第{places[control['point']]}项）" if control["point"] in places else control["text"]
        for control in line.controls
    ]


def _each_control(line: Line, read: Callable[[Mapping], str]) -> list[str]:
    """One line for each control; a single word where all say the same."""
    said = [read(control) for control in line.controls]
    if not any(said):
        return []
    return said[:1] if len(set(said)) == 1 else [text or "—" for text in said]


def _responsible(line: Line, sheet: Sheet) -> str:
    named = (line.row or {}).get("responsible") or {}
    return next((named[height] for height in ("direct", "department", "leader") if named.get(height)), "")


def _at_height(height: str) -> Callable[[Line, Sheet], str]:
    return lambda line, sheet: ((line.row or {}).get("responsible") or {}).get(height, "")


def _powers(origin: Origin) -> list[str]:
    """The powers that the rows are about, each once."""
    return list(dict.fromkeys(row["power"]["name"] if row["power"] else row["matter"] for row in origin.rows))


def _change(line: Line, sheet: Sheet) -> str:
    lineage = (line.point or line.row or {}).get("lineage")
    return WORDS.get(sheet.states.get(lineage, ""), "")


CELLS: dict[str, Callable[[Line, Sheet], Any]] = {
    "order": lambda line, sheet: line.number,
    "bureau": lambda line, sheet: line.origin.subject["bureau"],
    "unit": _unit,
    "post": _post,
    "tier": lambda line, sheet: line.origin.subject["tier_name"],
    "duties": lambda line, sheet: line.origin.subject["duties"],
    "power": _power,
    "power_kind": lambda line, sheet: sheet.name("power_kinds", line.power.get("kind", "")),
    "basis": lambda line, sheet: _of_power(line, sheet, "legal_basis"),
    "area": lambda line, sheet: sheet.name("areas", _of_power(line, sheet, "area")),
    "step": lambda line, sheet: (line.row or {}).get("step", ""),
    "kind": lambda line, sheet: sheet.name("kinds", _point(line, "kind")),
    "class": lambda line, sheet: sheet.name("classes", _point(line, "class")),
    "point": lambda line, sheet: _point(line, "name"),
    "manifestation": lambda line, sheet: _point(line, "manifestation"),
    "factors": _factors,
    "suggested_level": _suggested,
    "declared_level": lambda line, sheet: level_cell(declared_rank(line, sheet.spec), sheet.spec),
    "level": lambda line, sheet: level_cell(rank_of(line, sheet.spec), sheet.spec),
    "subject_level": lambda line, sheet: level_cell(subject_rank(line.origin, sheet.spec), sheet.spec),
    "strategy": lambda line, sheet: _from_level(line, sheet, "strategy"),
    "monitor": lambda line, sheet: _from_level(line, sheet, "monitor"),
    "controls": _controls,
    "control_kind": lambda line, sheet: _each_control(line, lambda c: sheet.name("control_kinds", c["kind"])),
    "control_owner": lambda line, sheet: _each_control(line, lambda c: c["owner"]),
    "regulation": lambda line, sheet: _each_control(line, lambda c: c["regulation"]),
    "due": lambda line, sheet: _each_control(line, lambda c: c["due"] or "长期"),
    "channel": lambda line, sheet: sheet.name("channels", _point(line, "channel")),
    "direct": _at_height("direct"),
    "department": _at_height("department"),
    "leader": _at_height("leader"),
    "responsible": _responsible,
    "point_count": lambda line, sheet: line.origin.point_count,
    "powers": lambda line, sheet: _powers(line.origin),
    "points": lambda line, sheet: [point["name"] for row in line.origin.rows for point in row["points"]],
    "source": lambda line, sheet: line.origin.source or "本表新增",
    "change": _change,
    "remark": lambda line, sheet: "",
}
