"""The content of a register as the rows that a page shows: powers, points with levels, paired controls. Pure."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from paper.text import chinese_date
from registers.compare import Comparison, row_name
from registers.enums import Height
from registers.parts import rates_subject
from registers.schemes.model import Level, SchemeSpec


@dataclass(frozen=True)
class Badge:
    """The level that counts now, and apart from it what the filler declared where a body decided otherwise."""

    name: str = ""
    tone: str = ""
    determined: bool = False
    declared: str = ""
    short: str = ""  # without what the level's label says beyond its name


@dataclass(frozen=True)
class ControlLine:
    text: str
    about: str  # kind, owner, regulation, due in a few words


@dataclass(frozen=True)
class Line:
    """One point with its own controls. A row that names no point still has one line."""

    lineage: str = ""
    name: str = ""
    manifestation: str = ""
    about: str = ""
    badge: Badge = Badge()
    controls: tuple[ControlLine, ...] = ()
    state: str = ""  # 修改 / 新增 against the last round or version


@dataclass(frozen=True)
class Row:
    lineage: str
    name: str
    content: str
    about: str
    lines: tuple[Line, ...]
    shared: tuple[ControlLine, ...]  # controls of the whole row
    responsible: tuple[tuple[str, str], ...]
    state: str = ""
    remarks: tuple[str, ...] = ()

    @property
    def height(self) -> int:
        """Table rows that it takes: its points, and one more for controls of the whole row beside paired ones."""
        return len(self.lines) + self.extra

    @property
    def paired(self) -> bool:
        return any(line.controls for line in self.lines)

    @property
    def extra(self) -> bool:
        return bool(self.shared and self.paired)


@dataclass(frozen=True)
class Group:
    """Rows of one register that was compiled in; own rows have no origin."""

    origin: str
    register: int | None
    digest: str
    badge: Badge
    rows: tuple[Row, ...]


class Names:
    """Keys and ranks of a content in the words of its scheme."""

    def __init__(self, spec: SchemeSpec, scope: str):
        self.spec, self.subject_rated = spec, rates_subject(spec, scope)
        self.levels: dict[int, Level] = {level.rank: level for level in spec.levels}
        self.kinds = {kind.key: kind.name for kind in spec.kinds}
        self.classes = {kind.key: kind.name for kind in spec.classes}
        self.channels = {option.key: option.name for option in spec.channels}
        self.control_kinds = {option.key: option.name for option in spec.control_kinds}
        self.power_kinds = {option.key: option.name for option in spec.power_kinds}

    def badge(self, declared: int | None, determined: int | None) -> Badge:
        """Both levels at once; the declared one is named whenever a body determined one."""
        level = self.levels.get(determined if determined is not None else declared)
        if level is None:
            return Badge()
        said = self.levels.get(declared) if determined is not None else None
        return Badge(level.label, level.tone, determined is not None, said.name if said else "", level.name)


def subject_badge(content: dict[str, Any], spec: SchemeSpec, levels: dict[str, int]) -> Badge:
    """The level of the post or section itself."""
    names = Names(spec, content["register"]["scope"])
    return names.badge(content["declared_rank"], levels.get(""))


def own_rows(
    content: dict[str, Any],
    spec: SchemeSpec,
    levels: dict[str, int],
    *,
    changed: Comparison | None = None,
    remarks: dict[str, tuple[str, ...]] | None = None,
) -> tuple[Row, ...]:
    """The register's own rows; ``changed`` marks what is new or changed, ``remarks`` go to the rows they speak of."""
    names = Names(spec, content["register"]["scope"])
    subject = (content["declared_rank"], levels.get(""))
    said = content["subject"]["name"]
    rows = (_row(row, names, levels, subject, changed, remarks or {}, said) for row in content["rows"])
    return tuple(rows)


def compiled_groups(content: dict[str, Any], spec: SchemeSpec) -> list[Group]:
    """The registers that were compiled in, each with its rows, in the order of the compilation."""
    found = []
    for part in content.get("compiled", []):
        scope = part.get("scope", content["register"]["scope"])
        names = Names(spec, scope)
        levels = part.get("levels", {})
        subject = (part.get("declared_rank"), levels.get(""))
        names.subject_rated = names.subject_rated or (subject != (None, None) and spec.rating.rated == "subject")
        said = part["subject"]["name"]
        rows = tuple(_row(row, names, levels, subject, None, {}, said) for row in part["rows"])
        found.append(Group(part["subject"]["name"], part["register"], part["digest"], names.badge(*subject), rows))
    return found


def _row(row, names: Names, levels, subject, changed: Comparison | None, remarks, said: str) -> Row:
    power = row["power"] or {}
    where = row["unit"] if row["post"] is None else row["post"]["name"]
    about = [
        where if where != said else "",
        row["step"] and f"环节：{row['step']}",
        names.power_kinds.get(power.get("kind", ""), ""),
        "裁量" if power.get("discretion") else "",
        "三重一大" if power.get("major") else "",
    ]
    controls = [(control["point"], _control(control, names)) for control in row["controls"]]
    known = {point["lineage"] for point in row["points"]}
    lines = tuple(_line(point, names, levels, subject, controls, changed) for point in row["points"])
    return Row(
        lineage=row["lineage"],
        name=row_name(row),
        content=power.get("content", ""),
        about=" · ".join(part for part in about if part),
        lines=lines or (Line(),),
        shared=tuple(line for point, line in controls if point not in known),
        responsible=tuple(
            (height.label, row["responsible"][height.value])
            for height in (Height.DIRECT, Height.DEPARTMENT, Height.LEADER)
            if row["responsible"].get(height.value)
        ),
        state=_word(changed, row["lineage"]),
        remarks=tuple(remarks.get(row["lineage"], ())),
    )


def _word(changed: Comparison | None, lineage: str) -> str:
    state = changed.state(lineage) if changed else ""
    return {"new": "新增", "changed": "修改"}.get(state, "")


def _line(point, names: Names, levels, subject, controls, changed) -> Line:
    if names.subject_rated:
        badge = names.badge(*subject)
    else:
        badge = names.badge(point["declared_rank"], levels.get(point["lineage"]))
    about = [
        names.kinds.get(point["kind"], point["kind"]),
        names.classes.get(point["class"], point["class"]),
        names.channels.get(point["channel"], point["channel"]),
    ]
    return Line(
        lineage=point["lineage"],
        name=point["name"],
        manifestation=point["manifestation"],
        about=" · ".join(part for part in about if part),
        badge=badge,
        controls=tuple(line for lineage, line in controls if lineage == point["lineage"]),
        state=_word(changed, point["lineage"]),
    )


def _control(control, names: Names) -> ControlLine:
    about = [
        names.control_kinds.get(control["kind"], control["kind"]),
        control["owner"],
        control["regulation"] and f"《{control['regulation'].strip('《》')}》",
        f"{chinese_date(date.fromisoformat(control['due']))}前" if control["due"] else "长期",
    ]
    return ControlLine(control["text"], " · ".join(part for part in about if part))
