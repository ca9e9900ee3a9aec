"""Which lists there are for a unit: those of every scheme that its bureau works by."""

from dataclasses import dataclass

from registers.models import Cycle, Scheme, Unit
from registers.schemes.layouts import spec_for
from registers.schemes.model import Form, SchemeSpec


@dataclass(frozen=True)
class Offer:
    """One scheme of a bureau: its lists, and the cycles that they may be made of in place of what is in force."""

    spec: SchemeSpec
    forms: tuple[Form, ...]
    cycles: tuple[Cycle, ...]


def offers(unit: Unit) -> list[Offer]:
    """The newest edition of each scheme, the scheme of the newest cycle first, with the bureau's own layouts."""
    bureau = unit.bureau_id or unit.pk
    cycles: dict[str, list[Cycle]] = {}
    for cycle in Cycle.objects.filter(bureau=bureau).select_related("scheme").defer("scheme__body"):
        cycles.setdefault(cycle.scheme.key, []).append(cycle)
    newest = {scheme.key: scheme for scheme in Scheme.objects.filter(key__in=cycles).order_by("version")}
    kind = "bureau" if unit.parent_id is None else "section"
    found = []
    for key, held in cycles.items():
        spec = spec_for(newest[key], bureau)
        forms = tuple(form for form in spec.lists() if kind in form.units)
        found.append(Offer(spec, forms, tuple(held)))
    return found


def newest_of(bureau: Unit) -> list[Scheme]:
    """The newest edition of each scheme that the bureau has had a cycle of."""
    keys = Cycle.objects.filter(bureau=bureau).order_by().values("scheme__key")
    return list({one.key: one for one in Scheme.objects.filter(key__in=keys).order_by("key", "version")}.values())


def offered(unit: Unit, scheme: str, key: str) -> tuple[Offer, Form] | None:
    """The list of that scheme and key; None where the unit has no such list."""
    for offer in offers(unit):
        for form in offer.forms:
            if (offer.spec.key, form.key) == (scheme, key):
                return offer, form
    return None
