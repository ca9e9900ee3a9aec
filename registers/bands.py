"""Levels over several schemes: the rank sorts, a fixed band groups, and the local name is what is printed.

一级 is the gravest level of one plan and the lightest of another; so names never group or sort anything.
"""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from registers.enums import RegisterState
from registers.models import Cycle, Register, Scheme
from registers.schemes.model import Level, SchemeSpec
from registers.schemes.store import spec_of
from registers.services.in_force import UNRATED

BANDS = {"grave": "重", "middle": "中", "light": "轻"}
NO_LEVEL = ("none", "未评级", "")


@dataclass
class Bands:
    """The levels of the schemes that are in use in some bureaus.

    ``one_meaning``: every rank has the same tone in all of them; ``one_scheme``: all have the very same levels, which
    are then shown by their local names instead of bands.
    """

    specs: dict[int, SchemeSpec]  # by the id of the scheme

    def __post_init__(self):
        found = {tuple((lv.rank, lv.label, lv.tone) for lv in spec.levels) for spec in self.specs.values()}
        self.one_scheme = len(found) == 1
        self._levels = {(pk, level.rank): level for pk, spec in self.specs.items() for level in spec.levels}
        self._kinds = {(pk, kind.key): kind.name for pk, spec in self.specs.items() for kind in spec.kinds}
        tones: dict[int, set[str]] = {}
        for spec in self.specs.values():
            for level in spec.levels:
                tones.setdefault(level.rank, set()).add(level.tone)
        self.one_meaning = all(len(tone) == 1 for tone in tones.values())
        self._tones = {rank: next(iter(tone)) for rank, tone in tones.items()} if self.one_meaning else {}

    def level(self, scheme_id: int, rank: int | None) -> Level | None:
        """The level of a rank in a scheme; None for an unrated point."""
        return self._levels.get((scheme_id, rank))

    def kind(self, scheme_id: int, key: str) -> str:
        """The name of a risk kind in its scheme; the key itself where the scheme has no such kind."""
        return self._kinds.get((scheme_id, key), key)

    def key(self, rank: int, scheme_id: int | None) -> str:
        """What a rank is counted under: the rank itself with one scheme, else its band."""
        if rank == UNRATED:
            return NO_LEVEL[0]
        return str(rank) if self.one_scheme else self._tone(rank, scheme_id)

    def _tone(self, rank: int, scheme_id: int | None) -> str:
        if self.one_meaning:
            return self._tones.get(rank, "light")
        level = self.level(scheme_id, rank)
        return level.tone if level else "light"

    def ranks(self) -> list[int]:
        """Every rank that a point in force can have here."""
        return sorted({level.rank for spec in self.specs.values() for level in spec.levels}) + [UNRATED]

    def fits(self, chosen: str, rank: int, scheme_id: int | None) -> bool:
        """Whether a rank is among what was chosen; an unknown choice is no choice."""
        if chosen not in self.keys():
            return True
        if chosen in BANDS:
            return rank != UNRATED and self._tone(rank, scheme_id) == chosen
        return self.key(rank, scheme_id) == chosen

    def keys(self) -> list[str]:
        """All that may be chosen."""
        return [key for key, *_ in self.named({})] + [*BANDS, NO_LEVEL[0]]

    def where(self, chosen: str) -> Q | None:
        """The choice as a filter on points that carry ``rank``; None for no choice."""
        if chosen not in self.keys():
            return None
        if chosen == NO_LEVEL[0]:
            return Q(rank=UNRATED)
        if chosen not in BANDS:
            return Q(rank=int(chosen))
        if self.one_meaning:
            return Q(rank__in=[rank for rank, tone in self._tones.items() if tone == chosen])
        where = Q(pk__in=[])
        for scheme_id, spec in self.specs.items():
            ranks = [level.rank for level in spec.levels if level.tone == chosen]
            where |= Q(register__scheme_id=scheme_id, rank__in=ranks)
        return where

    def named(self, counts: dict[str, int]) -> list[tuple[str, str, str, int]]:
        """Each level or band with its words, tone and count, the gravest first."""
        if self.one_scheme:
            levels = sorted(next(iter(self.specs.values())).levels, key=lambda level: level.rank)
            told = [(str(lv.rank), lv.label or lv.name, lv.tone) for lv in levels]
        else:
            told = [(key, name, key) for key, name in BANDS.items()]
        found = [(key, name, tone, counts.get(key, 0)) for key, name, tone in told]
        rest = counts.get(NO_LEVEL[0], 0)
        return found + ([(*NO_LEVEL, rest)] if rest else [])


def bands_of(bureau_ids: set[int]) -> Bands:
    """The levels of the schemes by which something is or was in force in these bureaus; before that, of all they run.

    A trial of another scheme does not take the local names away before its first register counts.
    """
    cycles = Cycle.objects.filter(bureau_id__in=bureau_ids).order_by()
    counting = Register.objects.filter(cycle=OuterRef("pk"), state__in=(RegisterState.IN_FORCE, RegisterState.REPLACED))
    for used in (cycles.filter(Exists(counting)), cycles):
        if found := list(Scheme.objects.filter(pk__in=used.values("scheme"))):
            return Bands({scheme.pk: spec_of(scheme) for scheme in found})
    return Bands({})
