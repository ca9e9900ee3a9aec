"""Which tables are protected: every row version of theirs goes into the journal, and is checked against it.

An app takes part by saying on its AppConfig what is left out, each with its reason:
``unjournaled = {"Model": why, "Model.column": why}``, and what is kept as a hash only: ``hashed = {"Model.column"}``
beside all texts of unlimited length.
"""

from dataclasses import dataclass
from functools import cached_property

from django.apps import apps
from django.db import models

from audit.models import AppendOnlyModel


@dataclass(frozen=True)
class Protected:
    """One table: its columns in the journal, and which of them are there as hashes."""

    model: type[models.Model]
    columns: tuple[str, ...]
    hashed: frozenset[str]

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @property
    def key(self) -> str:
        """The column of the primary key."""
        return self.model._meta.pk.column

    @property
    def append_only(self) -> bool:
        return issubclass(self.model, AppendOnlyModel)

    @property
    def left_out(self) -> tuple[str, ...]:
        """Columns that the journal does not know."""
        return tuple(f.column for f in self.model._meta.local_concrete_fields if f.column not in self.columns)

    @cached_property
    def fields(self) -> dict[str, models.Field]:
        """Column → field."""
        return {field.column: field for field in self.model._meta.local_concrete_fields}

    def named(self, column: str) -> str:
        """What people call the column."""
        name = str(self.fields[column].verbose_name)
        return name if not name.isascii() else column


def protected() -> list[Protected]:
    """All protected tables, in order of their names."""
    found = []
    for config in apps.get_app_configs():
        left_out = getattr(config, "unjournaled", None)
        if left_out is not None:
            hashed = getattr(config, "hashed", set())
            models_ = config.get_models(include_auto_created=True)
            found += [_protected(model, left_out, hashed) for model in models_ if _name(model) not in left_out]
    return sorted(found, key=lambda one: one.table)


def _name(model: type[models.Model]) -> str:
    return model.__name__


def _protected(model: type[models.Model], left_out: dict[str, str], hashed: set[str]) -> Protected:
    fields = [f for f in model._meta.local_concrete_fields if f"{_name(model)}.{f.column}" not in left_out]
    secret = {f.column for f in fields if isinstance(f, models.TextField) or f"{_name(model)}.{f.column}" in hashed}
    return Protected(model, tuple(f.column for f in fields), frozenset(secret))
