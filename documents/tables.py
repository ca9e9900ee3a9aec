"""What the tables of all papers share: columns as a form names them, the size of the sheet, the row of totals. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence

from documents.columns import Line, Origin, Sheet, level_of, rank_of, subject_rank
from paper import Cell, Column, Row
from registers.schemes.model import Form, SchemeSpec

_A4_COLUMNS = 11  # more do not leave room for words on a lying A4 page
_ROW_HEADS = ("post", "unit", "power", "step")
_CENTERED = frozenset(
    {
        *("order", "level", "subject_level", "declared_level", "suggested_level", "point_count"),
        *("unit", "post", "tier", "kind", "class", "power_kind", "responsible", "direct", "department", "leader"),
        *("major", "side", "step_kind", "risky", "change"),
    }
)
_SUBJECTS = {"post": "岗位", "section": "科室", "bureau": "单位", "leadership": "领导班子"}


def columns_of(form: Form) -> list[Column]:
    """The columns of a form. Short words stand in the middle, texts at the left."""
    keys = [column.key for column in form.columns]
    head = next((key for key in _ROW_HEADS if key in keys), "")
    return [
        Column(
            column.key,
            column.title,
            weight=column.width,
            group=column.group,
            align="center" if column.key in _CENTERED else "left",
            row_head=column.key == head,
        )
        for column in form.columns
    ]


def size_of(form: Form) -> str:
    return "A3" if len(form.columns) > _A4_COLUMNS else "A4"


def totals_row(said: str, width: int) -> Row | None:
    """合计: the words over all columns but the first two; none where a table is too narrow for them."""
    if width < 3 or not said:
        return None
    return Row((Cell("合计", col_span=2, align="center"), Cell(said, col_span=width - 2, align="left")))


def points_said(lines: Sequence[Line], sheet: Sheet, keys: Sequence[str]) -> str:
    """The number of points, by level where the form shows levels; it agrees with the rows above it."""
    points = [line for line in lines if line.point is not None]
    if not points:
        return ""
    said = f"风险点 {len(points)} 个"
    if not {"level", "subject_level"}.intersection(keys):
        return said
    specs = [(line.origin.sheet or sheet).spec for line in points]
    return said + _shares((rank_of(line, spec), spec) for line, spec in zip(points, specs, strict=True))


def subjects_said(origins: Sequence[Origin], sheet: Sheet) -> str:
    """The number of posts, sections … by their own level, and of their points."""
    if not origins:
        return ""
    sheets = [origin.sheet or sheet for origin in origins]
    kinds = Counter(_SUBJECTS[one.spec.scope(one.scope).subject] for one in sheets)
    said = "、".join(f"{word} {count} 个" for word, count in kinds.items())
    levels = _shares((subject_rank(origin, one.spec), one.spec) for origin, one in zip(origins, sheets, strict=True))
    return f"{said}{levels}；风险点 {sum(origin.point_count for origin in origins)} 个"


def _shares(rated: Iterable[tuple[int | None, SchemeSpec]]) -> str:
    """（一级 2 个，二级 3 个）: the gravest first; the same word of several editions is counted together."""
    counts = Counter()
    for rank, spec in rated:
        level = level_of(rank, spec)
        counts[(level.rank, level.name) if level else (99, "未定等级")] += 1
    return f"（{'，'.join(f'{word} {count} 个' for (_, word), count in sorted(counts.items()))}）"
