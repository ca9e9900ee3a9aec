"""The history of a tracked row as people read it: which field, what it was, what it became."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils import timezone

KINDS = {"+": "新建", "~": "修改", "-": "删除"}


@dataclass(frozen=True)
class Change:
    kind: str
    at: Any
    who: str
    why: str
    fields: list[dict]  # {field, old, new} as `{% diff %}` takes them


Words = Mapping[str, Mapping[str, str]]  # the names of stored keys, by field


def changes(rows: list[models.Model], before: models.Model | None, words: Words | None = None) -> list[Change]:
    """The history rows (newest first) with their differences; ``before`` is the row older than the last of them.

    ``words`` names the keys of fields whose choices are a scheme's.
    """
    if not rows:
        return []
    history = type(rows[0])
    fields = [field for field in history.instance_type._meta.concrete_fields if _tracked(history, field)]
    everything = [*rows, *([before] if before else [])]
    names = _names(fields, everything)
    words = words or {}
    many = {row.pk: _many(row) for row in everything} if history._history_m2m_fields else {}
    older: Iterable = [*rows[1:], before]
    return [_change(row, old, fields, names, words, many) for row, old in zip(rows, older, strict=True)]


def _tracked(history: type, field: models.Field) -> bool:
    return not field.primary_key and field.name not in history._history_excluded_fields


def _change(row, old, fields, names, words, many) -> Change:
    found = []
    for field in fields:
        was = _readable(field, getattr(old, field.attname), names, words) if old else ""
        now = _readable(field, getattr(row, field.attname), names, words)
        if was != now:
            found.append({"field": str(field.verbose_name), "old": was, "new": now})
    for label, now in many.get(row.pk, {}).items():
        was = many[old.pk][label] if old else ""
        if was != now:
            found.append({"field": label, "old": was, "new": now})
    who = str(row.history_user) if row.history_user else "系统"
    kind = KINDS[row.history_type]
    return Change(kind, row.history_date, who, row.history_change_reason or "", found)


def _names(fields: list[models.Field], rows: list[models.Model]) -> dict[str, dict[int, str]]:
    """What foreign keys point to, one query for each field."""
    found = {}
    for field in fields:
        if field.remote_field:
            ids = {getattr(row, field.attname) for row in rows} - {None}
            found[field.name] = {target.pk: str(target) for target in field.related_model.objects.filter(pk__in=ids)}
    return found


def _readable(field: models.Field, value, names: dict[str, dict[int, str]], words: Words) -> str:
    if value is None or value == "":
        return ""
    if field.name in names:
        return names[field.name].get(value, f"（已删除，编号{value}）")
    if field.name in words:
        return words[field.name].get(value, str(value))
    if isinstance(field, models.BooleanField):
        return "是" if value else "否"
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.DateTimeField):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    return str(value)


def _many(row: models.Model) -> dict[str, str]:
    """The names behind many-to-many fields at that time."""
    found = {}
    for field in type(row)._history_m2m_fields:
        target = field.m2m_reverse_field_name()
        linked = getattr(row, field.name).select_related(target)
        found[str(field.verbose_name)] = "、".join(sorted(str(getattr(link, target)) for link in linked))
    return found
