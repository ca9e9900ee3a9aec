"""The power list as the public reads it: only what a bureau marked as published."""

from django.db.models import QuerySet

from registers.models import Cycle, Power, Unit
from registers.schemes.store import spec_of


def published() -> QuerySet[Power]:
    """Powers that are exercised and published."""
    return Power.objects.open().filter(published=True, unit__closed_on=None)


def kind_names(bureau: Unit) -> dict[str, str]:
    """Names of the kinds of powers by the bureau's newest scheme; a bureau's own words need no name."""
    cycle = Cycle.objects.filter(bureau=bureau).select_related("scheme").order_by("-starts_on", "-pk").first()
    return {kind.key: kind.name for kind in spec_of(cycle.scheme).power_kinds} if cycle else {}
