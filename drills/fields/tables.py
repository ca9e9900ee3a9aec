"""The two written tables: which address may change which field (`writes.txt`), who reads which (`reads.txt`)."""

from functools import lru_cache
from pathlib import Path

from django.apps import apps
from django.db import models

HERE = Path(__file__).parent
NOBODY = "-"
# Not rows that people keep: who wrote when, in what form, is said of the rows themselves.
LEFT_OUT = {
    "audit": "written by the evidence itself, of every act; drills tamper and verifier",
    "contenttypes": "no content",
    "auth": "no content: Django's groups are not used",
    "Session": "every request touches it; drill sessions",
}


@lru_cache(maxsize=1)
def known_models() -> dict[str, type[models.Model]]:
    """Name → model of everything that people write, those of many-to-many fields too; histories are copies."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        copied = model.__name__.startswith("Historical")
        if not copied and not {model._meta.app_label, model.__name__} & LEFT_OUT.keys():
            found[model.__name__] = model
    return found


def columns(model: type[models.Model]) -> list[models.Field]:
    return list(model._meta.concrete_fields)


@lru_cache(maxsize=1)
def writers() -> dict[tuple[str, str], frozenset[str]]:
    """(model, field) → the addresses that may change it; the key (``id``) stands for adding and removing rows.

    Raises ValueError for a field that is no field, is written twice or is missing: a new field needs its row.
    """
    found: dict[tuple[str, str], frozenset[str]] = {}
    for model, names, who in _lines("writes.txt"):
        for name in names:
            if (model, name) in found:
                raise ValueError(f"writes.txt: {model}.{name} 写了两次")
            found[model, name] = frozenset(who) - {NOBODY}
    _complete("writes.txt", found)
    return found


def text_fields(model: type[models.Model]) -> list[models.Field]:
    """The fields of a model that `readers` speaks of: text that a person may have typed."""
    return [field for field in columns(model) if (model.__name__, field.name) in readers()]


@lru_cache(maxsize=1)
def readers() -> dict[tuple[str, str], str]:
    """(model, field) → ``readers`` (whoever may read the register) or ``-`` (nobody): of what hangs on a register.

    Fields of ``technical`` rows hold keys of the program, no words. Raises ValueError like `writers`.
    """
    found = {(model, name): who[0] for model, names, who in _lines("reads.txt") for name in names}
    wanted = {
        (name, field.name)
        for name, model in known_models().items()
        if name == "Register" or {"register", "block"} & {field.name for field in columns(model)}
        for field in columns(model)
        if isinstance(field, models.CharField | models.TextField) and not field.choices
    }
    if missing := wanted ^ found.keys():
        raise ValueError(f"reads.txt：对不上 {'、'.join(f'{model}.{name}' for model, name in sorted(missing))}")
    return {field: who for field, who in found.items() if who != "technical"}


def _lines(file: str) -> list[tuple[str, list[str], list[str]]]:
    """``Model field field : word word``, continued on indented lines; ``@name = word word`` names many words."""
    text, groups, rows = (HERE / file).read_text(encoding="utf-8"), {}, []
    for line in text.replace("\n    ", " ").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("@"):
            name, _, words = line.partition(" = ")
            groups[name] = words.split()
            continue
        left, _, right = line.partition(" : ")
        model, *names = left.split()
        rows.append((model, names, [one for word in right.split() for one in groups.get(word, [word])]))
    return rows


def _complete(file: str, found: dict[tuple[str, str], frozenset[str]]) -> None:
    wanted = {(name, field.name) for name, model in known_models().items() for field in columns(model)}
    if missing := wanted - found.keys():
        raise ValueError(f"{file}：没有写明 {'、'.join(f'{model}.{name}' for model, name in sorted(missing))}")
    if gone := found.keys() - wanted:
        raise ValueError(f"{file}：没有这一栏 {'、'.join(f'{model}.{name}' for model, name in sorted(gone))}")
