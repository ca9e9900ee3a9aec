"""The rows of the ledger as they are shown and exported: plain values, a fixed number of queries for any number."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from registers.ledger import Ledger
from registers.models import Control, Responsibility, RiskPoint
from registers.schemes.model import Level

CHUNK = 1000  # rows that an export holds at once

FIELDS = {
    "pk": "pk",
    "register_id": "register_id",
    "block_id": "block_id",
    "scheme_id": "register__scheme_id",
    "name": "name",
    "manifestation": "manifestation",
    "kind": "kind",
    "klass": "klass",
    "live_rank": "live_rank",
    "level_rank": "level_rank",
    "own_unit": "register__unit__name",
    "subject": "register__subject_name",
    "number": "register__number",
    "since": "register__in_force_from",
    "post": "block__post__name",
    "post_unit": "block__post__unit__name",
    "power": "block__power__name",
    "power_unit": "block__power__unit__name",
    "matter": "block__matter",
    "step": "block__step_text",
}
HEIGHTS = ("direct", "department", "leader")


@dataclass(frozen=True, slots=True)
class Line:
    """One risk point in force."""

    register_id: int
    unit: str
    post: str
    power: str
    name: str
    manifestation: str
    kind: str
    level: Level | None
    controls: tuple[str, ...]
    responsible: str
    since: datetime.date | None
    number: str


def lines_of(ledger: Ledger, ids: list[int]) -> list[Line]:
    """The lines of these points, in this order: three queries."""
    rows = {row[0]: row for row in RiskPoint.objects.filter(pk__in=ids).order_by().values_list(*FIELDS.values())}
    blocks = {row[2] for row in rows.values()}
    controls = _controls(blocks)
    responsible = _responsible(blocks)
    return [_line(ledger, rows[pk], controls, responsible) for pk in ids if pk in rows]


def all_lines(ledger: Ledger) -> Iterator[Line]:
    """The whole ledger, a chunk at a time: no more than a chunk is ever held."""
    held: list[int] = []
    for at, piece in ledger.pieces(0, len(ledger)):
        held += ledger.ids(at, at + piece.count)
        while len(held) >= CHUNK:
            yield from lines_of(ledger, held[:CHUNK])
            held = held[CHUNK:]
    yield from lines_of(ledger, held)


def _controls(blocks: set[int]) -> dict[tuple[int, int | None], list[str]]:
    """Texts of controls by (block, point); those of the row as a whole have no point."""
    found: dict[tuple[int, int | None], list[str]] = {}
    rows = Control.objects.filter(block_id__in=blocks).order_by("block_id", "order", "pk")
    for block, point, text in rows.values_list("block_id", "point_id", "text"):
        found.setdefault((block, point), []).append(text)
    return found


def _responsible(blocks: set[int]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    rows = Responsibility.objects.filter(block_id__in=blocks).order_by()
    for block, height, post, text in rows.values_list("block_id", "height", "post__name", "text"):
        found.setdefault(block, {})[height] = post or text
    return found


def _line(ledger: Ledger, row: tuple, controls, responsible) -> Line:
    (pk, register, block, scheme, name, manifestation, kind, _, live, level, *rest) = row
    own_unit, subject, number, since, post, post_unit, power, power_unit, matter, step = rest
    said = responsible.get(block, {})
    rank = level if ledger.chosen.day else live
    return Line(
        register_id=register,
        unit=post_unit or power_unit or own_unit,
        post=post or ("" if subject == own_unit else subject),
        power=power or matter or step,
        name=name,
        manifestation=manifestation,
        kind=ledger.bands.kind(scheme, kind),
        level=ledger.bands.level(scheme, rank),
        controls=(*controls.get((block, pk), ()), *controls.get((block, None), ())),
        responsible=next((said[height] for height in HEIGHTS if said.get(height)), ""),
        since=since,
        number=number,
    )
