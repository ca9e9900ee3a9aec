"""台账: the risk points in force, the gravest first, then in the order of the tree.

Rows are counted by rank and bureau in one query over one index; only the groups that the page shows are sorted.
Compiled registers refer to rows of others: a row is counted once, where it belongs.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import Count, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from accounts.models import User
from registers.access import bureaus_under
from registers.bands import Bands, bands_of
from registers.models import RiskPoint, Unit
from registers.querysets import tree_order
from registers.reach import Reach, reach_of, subtree
from registers.services.in_force import UNRATED

BIG = 600  # a group of more rows is cut by section before it is sorted
ORDER = (*tree_order("register__"), "register_id", "block__order", "block_id", "order", "pk")


@dataclass(frozen=True)
class Chosen:
    """The filters, as typed. ``level`` is a rank ("2") or a band ("grave"); ``day`` looks back."""

    unit: Unit | None = None
    level: str = ""
    kind: str = ""
    klass: str = ""
    power_kind: str = ""
    area: str = ""
    text: str = ""
    day: datetime.date | None = None

    def told(self) -> dict[str, str]:
        """What was filtered by, for the event log."""
        values = {"unit": str(self.unit or ""), "day": str(self.day or "")}
        values |= {name: getattr(self, name) for name in ("level", "kind", "klass", "power_kind", "area", "text")}
        return {name: value for name, value in values.items() if value}


@dataclass(frozen=True)
class Piece:
    """A run of rows of one rank that one query sorts: bureaus, or sections of one bureau."""

    rank: int
    bureaus: tuple[int, ...]
    sections: tuple[int | None, ...] | None
    count: int

    def where(self) -> Q:
        where = Q(rank=self.rank, bureau_id__in=self.bureaus)
        if self.sections is None:
            return where
        inner = Q(section_id__in=[section for section in self.sections if section])
        return where & (inner | Q(section_id=None)) if None in self.sections else where & inner


@dataclass
class Ledger:
    """The ledger of one user with one choice of filters."""

    user: User
    chosen: Chosen
    reach: Reach
    bands: Bands
    groups: list[tuple[int, int, int]] = field(default_factory=list)  # rank, bureau, count; in order
    counts: list[tuple[str, str, str, int]] = field(default_factory=list)  # level key, name, tone, count

    def __len__(self) -> int:
        return sum(count for _, _, count in self.groups)

    count = __len__  # what Django's Paginator asks for

    def __getitem__(self, window: slice) -> list[int]:
        """The ids of the points of one page."""
        return self.ids(window.start or 0, window.stop)

    def rows(self) -> QuerySet[RiskPoint]:
        """All points of the ledger, unsorted; ``rank`` is the level that counts."""
        return _level(_points(self.reach, self.chosen, self.bands), self.bands, self.chosen.level)

    def ids(self, start: int, stop: int) -> list[int]:
        """The ids from ``start`` to ``stop`` in the order of the ledger: sorts only the groups they lie in."""
        found: list[int] = []
        for at, piece in self.pieces(start, stop):
            rows = self.rows().filter(piece.where()).order_by(*ORDER)
            found += rows.values_list("pk", flat=True)[max(start - at, 0) : stop - at]
        return found

    def pieces(self, start: int, stop: int) -> Iterator[tuple[int, Piece]]:
        """The pieces that lie between two positions, each with the position that it begins at."""
        at, open_piece, open_at = 0, None, 0
        for rank, bureau, count in self.groups:
            begins, at = at, at + count
            if at <= start or begins >= stop:
                continue
            if count > BIG:
                if open_piece:
                    yield open_at, open_piece
                    open_piece = None
                yield from self._by_section(rank, bureau, begins, start, stop)
            elif open_piece and open_piece.rank == rank and open_piece.count + count <= 2 * BIG:
                open_piece = Piece(rank, (*open_piece.bureaus, bureau), None, open_piece.count + count)
            else:
                if open_piece:
                    yield open_at, open_piece
                open_piece, open_at = Piece(rank, (bureau,), None, count), begins
        if open_piece:
            yield open_at, open_piece

    def _by_section(self, rank: int, bureau: int, at: int, start: int, stop: int) -> Iterator[tuple[int, Piece]]:
        """A big group of one bureau, cut into runs of sections."""
        rows = self.rows().filter(rank=rank, bureau_id=bureau).order_by().values_list("section_id")
        counts = dict(rows.annotate(count=Count("pk")))
        order = Unit.objects.filter(parent=bureau).order_by("lft").values_list("pk", flat=True)
        run: list[int | None] = []
        held, begins = 0, at
        for section in (None, *order):
            count = counts.get(section, 0)
            if not count:
                continue
            if run and held + count > BIG:
                if begins < stop and begins + held > start:
                    yield begins, Piece(rank, (bureau,), tuple(run), held)
                run, begins, held = [], begins + held, 0
            run.append(section)
            held += count
        if run and begins < stop and begins + held > start:
            yield begins, Piece(rank, (bureau,), tuple(run), held)


def ledger_of(user: User, chosen: Chosen) -> Ledger:
    """Count the ledger: about six queries, none of which reads a row of text."""
    reach = reach_of(user)
    bands = bands_of(reach.all_bureaus())
    ledger = Ledger(user, chosen, reach, bands)
    keys = ("rank", "bureau_id") if bands.one_meaning else ("rank", "bureau_id", "register__scheme_id")
    rows = _points(reach, chosen, bands).order_by().values_list(*keys).annotate(count=Count("pk"))
    counts: dict[str, int] = {}
    groups: dict[tuple[int, int], int] = {}
    for rank, bureau, *scheme, count in rows:
        key = bands.key(rank, scheme[0] if scheme else None)
        counts[key] = counts.get(key, 0) + count
        if bands.fits(chosen.level, rank, scheme[0] if scheme else None):
            groups[rank, bureau] = groups.get((rank, bureau), 0) + count
    trees = dict(Unit.objects.filter(pk__in={bureau for _, bureau in groups}).values_list("pk", "tree_id"))
    ordered = sorted(groups, key=lambda group: (group[0], trees[group[1]]))
    ledger.groups = [(rank, bureau, groups[rank, bureau]) for rank, bureau in ordered]
    ledger.counts = bands.named(counts)
    return ledger


def _points(reach: Reach, chosen: Chosen, bands: Bands) -> QuerySet[RiskPoint]:
    """The points in reach with every filter but the level."""
    rows = RiskPoint.objects.filter(reach.points())
    if chosen.day:
        day = chosen.day
        until = Q(register__in_force_until__isnull=True) | Q(register__in_force_until__gt=day)
        rows = rows.filter(until, register__in_force_from__lte=day, block__removed_at=None)
        rows = rows.annotate(rank=Coalesce("level_rank", Value(UNRATED)))
    else:
        rows = rows.filter(live_rank__in=bands.ranks()).annotate(rank=F("live_rank"))
    if chosen.unit:
        rows = rows.filter(_under(chosen.unit))
    if chosen.text:
        rows = rows.filter(Q(name__icontains=chosen.text) | Q(manifestation__icontains=chosen.text))
    wanted = {
        "kind": chosen.kind,
        "klass": chosen.klass,
        "block__power__kind": chosen.power_kind,
        "block__power__area": chosen.area,
    }
    return rows.filter(**{name: value for name, value in wanted.items() if value})


def _under(unit: Unit) -> Q:
    """Points of a unit and everything under it, by the keys where they tell, else by unit ids."""
    if unit.parent_id is None:
        return Q(bureau_id__in=bureaus_under(unit))
    if unit.section_id == unit.pk:
        return Q(bureau_id=unit.bureau_id, section_id=unit.pk)
    return Q(bureau_id=unit.bureau_id, register__unit_id__in=subtree(unit))


def _level(rows: QuerySet[RiskPoint], bands: Bands, level: str) -> QuerySet[RiskPoint]:
    where = bands.where(level)
    return rows if where is None else rows.filter(where)
