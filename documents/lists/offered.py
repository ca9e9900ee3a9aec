"""Which lists there are for a unit: those of every scheme that its bureau works by."""

from dataclasses import dataclass

from registers.models import Cycle, Scheme, Unit
from registers.schemes.model import Form, SchemeSpec
from registers.schemes.store import spec_of


@dataclass(frozen=True)
class Offer:
    """One scheme of a bureau: its lists, and the cycles that they may be made of in place of what is in force."""

    spec: SchemeSpec
    forms: tuple[Form, ...]
    cycles: tuple[Cycle, ...]


def offers(unit: Unit) -> list[Offer]:
    """The newest edition of each scheme, the scheme of the newest cycle first. Three queries."""
    cycles: dict[str, list[Cycle]] = {}
    rows = Cycle.objects.filter(bureau=unit.bureau_id or unit.pk).select_related("scheme").defer("scheme__body")
    for cycle in rows:
        cycles.setdefault(cycle.scheme.key, []).append(cycle)
    newest: dict[str, Scheme] = {}
    for scheme in Scheme.objects.filter(key__in=cycles).order_by("version"):
        newest[scheme.key] = scheme
    kind = "bureau" if unit.parent_id is None else "section"
    found = []
    for key, held in cycles.items():
        spec = spec_of(newest[key])
        forms = tuple(form for form in spec.lists() if kind in form.units)
        found.append(Offer(spec, forms, tuple(held)))
    return found


def offered(unit: Unit, scheme: str, key: str) -> tuple[Offer, Form] | None:
    """The list of that scheme and key; None where the unit has no such list."""
    for offer in offers(unit):
        for form in offer.forms:
            if (offer.spec.key, form.key) == (scheme, key):
                return offer, form
    return None
