"""Every row of the database as it was, and which values of which rows are others now."""

from dataclasses import dataclass, field
from typing import Any

from django.db import connection, models

from drills.fields.tables import columns, known_models


@dataclass(frozen=True)
class Change:
    """A field of a row that is another; ``old`` None and ``new`` given for a row that is new."""

    model: str
    field: str
    added: bool
    value: Any


@dataclass
class Rows:
    """All rows of the tables that people write."""

    tables: dict[str, dict[Any, tuple]] = field(default_factory=dict)

    @classmethod
    def now(cls) -> "Rows":
        return cls({name: _read(model) for name, model in known_models().items()})

    def changes(self, written: set[str]) -> list[Change]:
        """What is different in the tables that were written; a removed row is a change of its key."""
        found = []
        for name, model in known_models().items():
            if model._meta.db_table not in written:
                continue
            before, after, names = self.tables[name], _read(model), [one.name for one in columns(model)]
            key = model._meta.pk.name
            found += [Change(name, key, False, pk) for pk in before.keys() - after.keys()]
            for pk, row in after.items():
                if row != before.get(pk):
                    old = before.get(pk)
                    pairs = zip(names, old or row, row, strict=True)
                    found += [
                        Change(name, one, old is None, new) for one, was, new in pairs if old is None or was != new
                    ]
        return found


def _read(model: type[models.Model]) -> dict[Any, tuple]:
    fields = columns(model)
    key = fields.index(model._meta.pk)
    names = ", ".join(f'"{one.column}"' for one in fields)
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {names} FROM "{model._meta.db_table}"')
        return {row[key]: tuple(row) for row in cursor.fetchall()}
