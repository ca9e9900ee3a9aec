"""The power list as the public reads it: only what a bureau marked as published."""

from django.db.models import QuerySet

from registers.models import Power, Unit
from registers.powers import words_of


def published() -> QuerySet[Power]:
    """Powers that are exercised and published."""
    return Power.objects.open().filter(published=True, unit__closed_on=None)


def kind_names(bureau: Unit) -> dict[str, str]:
    """Names of the kinds of powers in the bureau's schemes; a bureau's own words need no name."""
    return words_of(bureau).kinds
