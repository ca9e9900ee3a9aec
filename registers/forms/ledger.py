"""The filters of the ledger: read from the address, never wrong, only narrower or wider."""

import datetime

from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone

from accounts.asked import number
from accounts.models import User
from registers.access import visible_units
from registers.bands import Bands
from registers.forms.fields import indented
from registers.ledger import Chosen
from registers.models import Unit
from registers.reach import Reach

LONGEST = 60


def chosen_from(data: QueryDict, user: User) -> Chosen:
    """What the address asks for; nonsense asks for nothing."""
    unit, day = data.get("unit", ""), data.get("day", "")
    found = visible_units(user).filter(pk=number(unit)).first()
    return Chosen(
        unit=found,
        level=data.get("level", "")[:10],
        kind=data.get("kind", "")[:40],
        klass=data.get("class", "")[:40],
        power_kind=data.get("power_kind", "")[:40],
        area=data.get("area", "")[:40],
        text=data.get("q", "").strip()[:LONGEST],
        day=_past(day),
    )


def _past(text: str) -> datetime.date | None:
    """A day before today; today is the ledger as it is."""
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        return None
    return day if day < timezone.localdate() else None


def unit_options(reach: Reach, unit: Unit | None) -> list[tuple[int, str]]:
    """Units to go to: the way up, the unit itself and what is directly below it; without one the bureaus in reach.

    A district has a thousand units: one select of all of them could neither be read nor be sent in time.
    """
    if unit is None:
        bureaus = sorted(reach.all_bureaus())
        rows = Unit.objects.filter(pk__in=bureaus).order_by("tree_id")[:200]
        if len(bureaus) == 1:
            rows = Unit.objects.filter(Q(pk=bureaus[0]) | Q(parent=bureaus[0])).order_by("lft")
        return [(row.pk, ("　" if row.parent_id else "") + row.name) for row in rows]
    family = unit.get_ancestors(include_self=True)
    below = Unit.objects.filter(Q(parent=unit) | Q(above=unit)).order_by("tree_id", "lft")[:300]
    return [(row.pk, indented(row)) for row in (*family, *below)]


def options(bands: Bands) -> dict[str, list[tuple[str, str]]]:
    """Kinds, classes, power kinds and areas of the schemes in use, each word once."""
    found: dict[str, dict[str, str]] = {"kind": {}, "class": {}, "power_kind": {}, "area": {}}
    for spec in bands.specs.values():
        named = {"kind": spec.kinds, "class": spec.classes, "power_kind": spec.power_kinds, "area": spec.areas}
        for name, rows in named.items():
            for row in rows:
                found[name].setdefault(row.key, row.name)
    return {name: list(rows.items()) for name, rows in found.items()}
