"""What is smuggled into a form: for every field of every model a value that it would take, twice different."""

import datetime
import json
from dataclasses import dataclass

from django.db import models

from drills.fields.tables import columns, known_models

WORDS = ("植入甲", "植入乙")
DAYS = (datetime.date(2031, 1, 2), datetime.date(2032, 3, 4))
NUMBERS = (3, 2)


@dataclass(frozen=True)
class Smuggled:
    """One name with its value; ``sure`` when nothing else in the database has that value."""

    name: str
    value: str
    sure: bool


def values(model: type[models.Model], turn: int) -> dict[str, Smuggled]:
    """Field → what is smuggled for it, under its own name and its column's."""
    return {field.name: _value(field, turn) for field in columns(model)}


def _value(field: models.Field, turn: int) -> Smuggled:
    sort = field.get_internal_type()
    if isinstance(field, models.ForeignKey):
        keys = field.related_model._default_manager.order_by("-pk" if turn == 0 else "pk").values_list("pk", flat=True)
        return Smuggled(field.attname, str(keys.first() or 1), False)
    if field.choices:
        return Smuggled(field.name, str(field.choices[-1 if turn == 0 else 0][0]), False)
    if sort == "BooleanField":
        return Smuggled(field.name, ("True", "False")[turn], False)
    if sort == "DateField":
        return Smuggled(field.name, DAYS[turn].isoformat(), True)
    if sort == "DateTimeField":
        return Smuggled(field.name, f"{DAYS[turn].isoformat()} 03:04", True)
    if sort == "JSONField":
        return Smuggled(field.name, json.dumps({WORDS[turn]: 1}, ensure_ascii=False), True)
    if "Integer" in sort or "AutoField" in sort:
        return Smuggled(field.name, str(NUMBERS[turn]), False)
    return Smuggled(field.name, WORDS[turn][: field.max_length or None], True)


def pairs(first: list[type[models.Model]], taken: set[str], turn: int) -> list[tuple[str, str]]:
    """Every name of every model that the form has not itself, with the values of the models behind the form first."""
    found: dict[str, str] = {}
    prefixes = {""} | {name[: name.rindex("-") + 1] for name in taken if "-" in name}
    for model in [*first, *known_models().values()]:
        for field, one in values(model, turn).items():
            for prefix in prefixes if model in first else ("",):
                for name in {field, one.name}:
                    found.setdefault(prefix + name, one.value)
    return [(name, value) for name, value in found.items() if name not in taken]
