"""The table that a notice shows: only the columns that its mask names ever get in.

Pure: a register's content (see `registers.content`), the scheme and the mask give plain values that are frozen with the
notice. Whoever reads the result needs neither the register nor the scheme.
"""

from collections.abc import Callable
from typing import Any

from registers.schemes.columns import COLUMNS
from registers.schemes.model import SchemeSpec

# Said once of the whole subject, above its rows; every other column is said of each row.
HEAD_COLUMNS = ("bureau", "tier", "subject_level", "point_count", "duties", "powers", "points")
# What a content knows nothing of; a column of blanks tells nobody anything. No rule may ask for them (`checks_paper`).
UNKNOWN = tuple(key for key, column in COLUMNS.items() if column.bare)


def shown(content: dict[str, Any], spec: SchemeSpec, columns: tuple[str, ...]) -> dict[str, Any]:
    """``{"subject", "head": [{key, title, cell}], "columns": [{key, title}], "rows": [{"origin", key: cell}]}``.

    A cell is a list of lines, each ``{"text"}`` or, for a level, ``{"text", "tone"}``. Rows of compiled registers carry
    the name of the subject that they come from as ``origin``. Inner columns never get in, even when a mask names them.
    """
    allowed = tuple(key for key in columns if key in COLUMNS and not COLUMNS[key].inner and key not in UNKNOWN)
    scope = content["register"]["scope"]
    of_post = spec.scope(scope).subject == "post"
    own = _rows(content, spec, allowed, of_post, "")
    below = [
        row
        for child in content.get("compiled", ())
        for row in _rows(child, spec, allowed, False, _origin(child, allowed))
    ]
    rows = own + below
    if "order" in allowed:
        for number, row in enumerate(rows, start=1):
            row["order"] = [{"text": str(number)}]
    keys = [key for key in allowed if key not in HEAD_COLUMNS and any(row.get(key) for row in rows)]
    return {
        "subject": _subject(content["subject"], allowed, of_post),
        "head": _head(content, spec, allowed, len(rows)),
        "columns": [{"key": key, "title": _title(spec, scope, key)} for key in keys],
        "rows": [{"origin": row["origin"]} | {key: row.get(key, []) for key in keys} for row in rows],
    }


def _title(spec: SchemeSpec, scope: str, key: str) -> str:
    """The plan's own word for the column, from the papers of that scope."""
    for form in spec.forms_of(scope):
        for column in form.columns:
            if column.key == key and column.title:
                return column.title
    if key == "subject_level":
        return f"{spec.scope(scope).name}风险等级"
    return COLUMNS[key].title


def _subject(subject: dict[str, Any], allowed: tuple[str, ...], of_post: bool) -> str:
    """What the table is about, told with no more than the mask allows."""
    unit = subject["unit"] if "unit" in allowed or not of_post else ""
    if not of_post:
        return subject["name"] or unit
    name = subject["name"] if "post" in allowed else ""
    return name if name.startswith(unit) else f"{unit} {name}".strip() or subject["bureau"]


def _origin(child: dict[str, Any], allowed: tuple[str, ...]) -> str:
    return _subject(child["subject"], allowed, of_post=bool(child["subject"]["tier"]))


def _head(content: dict[str, Any], spec: SchemeSpec, allowed: tuple[str, ...], rows: int) -> list[dict[str, Any]]:
    subject, scope = content["subject"], content["register"]["scope"]
    powers = [(row["power"] or {}).get("name", "") or row["matter"] for row in content["rows"]]
    lines: dict[str, list[dict[str, str]]] = {
        "bureau": _text(subject["bureau"]),
        "tier": _text(subject["tier_name"]),
        "duties": _text(subject["duties"]),
        "subject_level": _level(spec, _subject_rank(content, spec)),
        "point_count": _text(str(sum(len(row["points"]) for row in content["rows"])) if rows else ""),
        "powers": _once(*powers),
        "points": _text(*[point["name"] for row in content["rows"] for point in row["points"]]),
    }
    return [
        {"key": key, "title": _title(spec, scope, key), "cell": lines[key]}
        for key in HEAD_COLUMNS
        if key in allowed and lines[key]
    ]


def _rows(content, spec: SchemeSpec, allowed: tuple[str, ...], of_post: bool, origin: str) -> list[dict[str, Any]]:
    """One row per risk point where every control is paired with its point, else one row per block."""
    found = []
    for row in content["rows"]:
        for points, controls in _split(row):
            cells = {key: CELLS[key](row, points, controls, content, spec) for key in allowed if key in CELLS}
            if of_post:  # said once as the subject
                cells.pop("unit", None)
                cells.pop("post", None)
            found.append(cells | {"origin": origin})
    return found


def _split(row: dict[str, Any]):
    points, controls = row["points"], row["controls"]
    if len(points) < 2 or any(not control["point"] for control in controls):
        return [(points, controls)]
    return [([point], [c for c in controls if c["point"] == point["lineage"]]) for point in points]


def _text(*lines: str) -> list[dict[str, str]]:
    """The lines that say something."""
    return [{"text": line.strip()} for line in lines if line and line.strip()]


def _each(values: list) -> list:
    """One value for each point; only one where all points share it."""
    return values if len(set(values)) > 1 else values[:1]


def _once(*lines: str) -> list[dict[str, str]]:
    return _text(*dict.fromkeys(lines))


def _level(spec: SchemeSpec, *ranks: int | None) -> list[dict[str, str]]:
    levels = [level for rank in ranks for level in spec.levels if level.rank == rank]
    return [{"text": level.label or level.name, "tone": level.tone} for level in levels]


def _rank(point, content, spec: SchemeSpec) -> int | None:
    """What a body determined, else what was declared; where the subject is rated its points take its level."""
    levels = content.get("levels", {})
    rank = levels.get(point["lineage"], point["declared_rank"])
    if rank is None and spec.rating.rated == "subject":
        return levels.get("", content.get("declared_rank"))
    return rank


def _subject_rank(content: dict[str, Any], spec: SchemeSpec) -> int | None:
    """The subject's own level; without one the gravest of its points, where the scheme says so."""
    own = content.get("levels", {}).get("") or content.get("declared_rank")
    if own is not None or spec.rating.subject_follows != "max":
        return own
    ranks = [_rank(point, content, spec) for row in content["rows"] for point in row["points"]]
    return min((rank for rank in ranks if rank), default=None)


def _of_levels(field: str) -> Callable:
    def cell(row, points, controls, content, spec: SchemeSpec):
        ranks = dict.fromkeys(_rank(point, content, spec) for point in points)
        return _text(*[getattr(level, field) for rank in ranks for level in spec.levels if level.rank == rank])

    return cell


def _named(values, key: str) -> str:
    """The name of a key of the scheme; a word of the bureau's own stays as it is."""
    return next((value.name for value in values if value.key == key), key)


def _of_power(field: str) -> Callable:
    return lambda row, points, controls, content, spec: _text((row["power"] or {}).get(field, ""))


def _of_points(field: str) -> Callable:
    return lambda row, points, controls, content, spec: _text(*[point[field] for point in points])


def _of_controls(field: str) -> Callable:
    return lambda row, points, controls, content, spec: _once(*[control[field] for control in controls])


def _responsible(*heights: str) -> Callable:
    def cell(row, points, controls, content, spec):
        people = row["responsible"]
        return _text(next((people[height] for height in heights if people[height]), ""))

    return cell


CELLS: dict[str, Callable] = {
    "unit": lambda row, points, controls, content, spec: _text(row["unit"]),
    "post": lambda row, points, controls, content, spec: _text((row["post"] or {}).get("name", "")),
    "power": lambda row, points, controls, content, spec: _text((row["power"] or {}).get("name", "") or row["matter"]),
    "power_kind": lambda row, points, controls, content, spec: _text(
        _named(spec.power_kinds, (row["power"] or {}).get("kind", ""))
    ),
    "basis": _of_power("basis"),  # see `workflow.catalogue`
    "area": _of_power("area"),
    "step": lambda row, points, controls, content, spec: _text(row["step"]),
    "kind": lambda row, points, controls, content, spec: _text(
        *_each([_named(spec.kinds, point["kind"]) for point in points])
    ),
    "class": lambda row, points, controls, content, spec: _text(
        *_each([_named(spec.classes, point["class"]) for point in points])
    ),
    "point": _of_points("name"),
    "manifestation": _of_points("manifestation"),
    "level": lambda row, points, controls, content, spec: _level(
        spec, *_each([_rank(point, content, spec) for point in points])
    ),
    "strategy": _of_levels("strategy"),
    "monitor": _of_levels("monitor"),
    "controls": lambda row, points, controls, content, spec: _text(*[control["text"] for control in controls]),
    "control_kind": lambda row, points, controls, content, spec: _once(
        *[_named(spec.control_kinds, control["kind"]) for control in controls]
    ),
    "control_owner": _of_controls("owner"),
    "regulation": _of_controls("regulation"),
    "due": _of_controls("due"),
    "direct": _responsible("direct"),
    "department": _responsible("department"),
    "leader": _responsible("leader"),
    "responsible": _responsible("direct", "department", "leader"),
}
