"""Names in the database, and places that only exist on somebody's machine."""

import re

import pytest
from django.apps import apps

from tests.architecture.sources import LAYERS, ROOT, report, tracked_paths

LONGEST = 30  # Oracle-like databases (达梦, 人大金仓 in that mode) allow no more
# Spelled in pieces, so that this file does not find itself.
PLACES = re.compile(
    "|".join(
        (
            r"\.\./" + "shared",
            r"(?<!\w)/" + "work/",
            r"\." + "library/",
            r"(?<!\w)/" + "home/[a-z]",
            r"(?<!\w)/" + "Users/",
            "/tmp/" + "team",
        )
    )
)
BINARY = (".woff2", ".woff", ".ttf", ".otf", ".png", ".jpg", ".ico", ".xlsx", ".pdf", ".gz")


def own_names():
    """Tables, indexes and constraints that we named, with their model."""
    for config in apps.get_app_configs():
        if config.label not in LAYERS:
            continue
        for model in config.get_models():
            if hasattr(model, "instance_type"):
                continue  # a table of simple-history, named by it
            yield model, model._meta.db_table
            for part in (*model._meta.indexes, *model._meta.constraints):
                yield model, part.name


def test_own_names_fit_every_database():
    faults = [f"{model.__name__}: {name} ({len(name)})" for model, name in own_names() if len(name) > LONGEST]
    assert not faults, report(faults)


def test_no_two_indexes_or_constraints_share_a_name():
    names = [name for _, name in own_names()]
    assert len(names) == len(set(names)), sorted(name for name in names if names.count(name) > 1)


def test_columns_fit_every_database():
    found = [field for model, _ in own_names() for field in model._meta.local_fields if len(field.column) > LONGEST]
    assert not found


def places_in(text: str) -> list[str]:
    return [match.group() for match in PLACES.finditer(text)]


def test_nothing_committed_names_a_place_outside_the_project():
    faults = []
    for path in tracked_paths():
        if path.endswith(BINARY) or path.startswith(("static/vendor/", "var/")):
            continue
        text = (ROOT / path).read_text(encoding="utf-8", errors="replace")
        faults += [f"{path}: {place}" for place in places_in(text)]
    assert not faults, report(faults)


@pytest.mark.parametrize("text", ["see ../" + "shared/design", "/" + "work/main/x", "open('/" + "home/me/x')"])
def test_the_rule_on_places_bites(text):
    assert places_in(text)
    assert not places_in("see docs/schemes.md and /var/lib")
