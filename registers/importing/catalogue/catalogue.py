"""What every table to import has to say for itself."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from django.db.models import QuerySet

from accounts.models import User
from registers.importing.catalogue.columns import Table
from registers.importing.catalogue.ground import Ground
from registers.importing.catalogue.planned import Change, Line, Talk
from registers.models import Unit

Lines = Mapping[str, Sequence[Line]]


class Catalogue(Protocol):
    """One kind of import. Who may do it is who may do the same by hand; the services ask again."""

    key: str
    name: str
    lead: str
    tables: tuple[Table, ...]

    def places(self, user: User) -> QuerySet[Unit]:
        """The units that he may import for; none: he may not at all."""

    def offers(self, ground: Ground) -> dict[str, dict[str, Any]]:
        """The words that cells may hold, with what they mean, by `Column.offers`."""

    def plan(self, lines: Lines, ground: Ground, talk: Talk, by: User) -> list[Change]:
        """What the lines come to; what is wrong goes to ``talk``."""

    def write(self, changes: Sequence[Change], ground: Ground, by: User, reason: str) -> None:
        """Carry it out, in the caller's transaction."""

    def stored(self, ground: Ground) -> dict[str, list[dict[str, Any]]]:
        """What there is now, as the cells of the template."""
