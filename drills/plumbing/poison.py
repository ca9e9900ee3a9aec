"""Writes texts of a drill into every text of every row, past the program, which would have refused some of them."""

import json
import re
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db import models

from audit.models import Change, Event, Link
from registers.models import Scheme
from tests.plumbing.database import behind_its_back

HAN = re.compile("[\u4e00-\u9fff]")
# What is not written by anybody: of the evidence, and a scheme, which the command line reads and checks.
LEFT = (Change, Link, Scheme)


def poison(make: Callable[[int | None], str]) -> dict[str, int]:
    """Every text with a Chinese word in it, and every empty field that people fill, gets one of its own.

    Identifiers, states and digests hold no Chinese and stay. Tells how many each field got.
    """
    written: dict[str, int] = {}
    with behind_its_back():
        for model in apps.get_models():
            if model in LEFT or model._meta.app_label in ("contenttypes", "sessions", "auth"):
                continue
            for row in model._base_manager.all():
                changed = _changed(row, make)
                if changed:
                    model._base_manager.filter(pk=row.pk).update(**changed)
                for name in changed:
                    written[f"{model.__name__}.{name}"] = written.get(f"{model.__name__}.{name}", 0) + 1
    return written


def _changed(row: models.Model, make: Callable[[int | None], str]) -> dict[str, Any]:
    changed = {}
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if isinstance(field, models.JSONField):
            new = _in_json(value, make)
        elif isinstance(field, models.CharField | models.TextField) and not field.choices:
            new = _in_text(value, field, make) if _is_text(row, field, value) else value
        else:
            continue
        if new != value:
            changed[field.attname] = new
    return changed


def _is_text(row: models.Model, field: models.Field, value: str | None) -> bool:
    if value:
        return bool(HAN.search(value))
    return value == "" and isinstance(field, models.TextField) and not isinstance(row, Event)


def _in_text(value: str, field: models.Field, make: Callable[[int | None], str]) -> str:
    """A seal is JSON written as text: its words are changed within."""
    try:
        told = json.loads(value) if value.startswith(("{", "[")) else None
    except ValueError:
        told = None
    return make(field.max_length) if told is None else json.dumps(_in_json(told, make), ensure_ascii=False)


def _in_json(value: Any, make: Callable[[int | None], str]) -> Any:
    if isinstance(value, dict):
        return {key: _in_json(one, make) for key, one in value.items()}
    if isinstance(value, list):
        return [_in_json(one, make) for one in value]
    return make(None) if isinstance(value, str) and HAN.search(value) else value
