"""Reading the power list: filters, gaps, and what the public may see."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from registers.enums import RegisterState
from registers.models import Cycle, Power, RiskPoint, Unit
from registers.schemes.model import SchemeSpec
from registers.schemes.store import spec_of

FLAGS = {
    "no_regulation": Q(regulations__isnull=True),
    "no_basis": Q(legal_basis=""),
    "major": Q(major=True),
    "external": Q(external=True),
    "internal": Q(external=False),
    "published": Q(published=True),
    "no_procedure": Q(procedures__isnull=True),
}


@dataclass(frozen=True)
class Words:
    """The scheme's words for kinds and areas of powers; a stored word that is no key stands for itself."""

    kinds: dict[str, str]
    areas: dict[str, str]

    def kind(self, key: str) -> str:
        return self.kinds.get(key, key)

    def area(self, key: str) -> str:
        return self.areas.get(key, key)


def words_of(bureau: Unit) -> Words:
    """The words that this bureau uses: those of every scheme it has had a cycle of.

    A key of two schemes keeps the name of the scheme that the bureau had first, in that scheme's newest edition: a
    cycle of another scheme does not rename the powers that are listed already.
    """
    specs: dict[str, SchemeSpec] = {}
    for cycle in Cycle.objects.filter(bureau=bureau).select_related("scheme").order_by("starts_on", "pk"):
        spec = spec_of(cycle.scheme)
        specs[spec.key] = spec
    words = Words({}, {})
    for spec in specs.values():
        for known, options in ((words.kinds, spec.power_kinds), (words.areas, spec.areas)):
            for option in options:
                known.setdefault(option.key, option.name)
    return words


def under(powers: QuerySet[Power], unit: Unit) -> QuerySet[Power]:
    """The powers of a unit and of everything below it in its bureau."""
    if unit.parent_id is None:
        return powers.filter(bureau=unit)
    return powers.filter(unit__tree_id=unit.tree_id, unit__lft__gte=unit.lft, unit__rght__lte=unit.rght)


def narrowed(powers: QuerySet[Power], *, kind: str = "", area: str = "", flags=(), words: str = "") -> QuerySet[Power]:
    """The powers that answer the filters of the list."""
    if kind:
        powers = powers.filter(kind=kind)
    if area:
        powers = powers.filter(area=area)
    for flag in flags:
        powers = powers.filter(FLAGS[flag])
    for word in words.split()[:5]:
        found = Q(name__icontains=word) | Q(content__icontains=word) | Q(legal_basis__icontains=word)
        powers = powers.filter(found)
    return powers


def points_in_force(powers: list[Power]) -> dict[int, int]:
    """How many risk points in force hang on each power, in one query."""
    rows = RiskPoint.objects.filter(
        block__power__in=[power.pk for power in powers],
        block__removed_at__isnull=True,
        register__state=RegisterState.IN_FORCE,
    )
    return dict(rows.order_by().values_list("block__power").annotate(n=Count("pk")))


def gap_counts(powers: QuerySet[Power]) -> dict[str, int]:
    """How many powers there are, and how many lack a regulation, a legal basis, a procedure."""
    return {
        "all": powers.count(),
        "no_regulation": powers.filter(FLAGS["no_regulation"]).count(),
        "no_basis": powers.filter(FLAGS["no_basis"]).count(),
        "no_procedure": powers.filter(FLAGS["no_procedure"]).count(),
    }
