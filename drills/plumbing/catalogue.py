"""The drills that there are: every package beside this one that says what it is."""

import pkgutil
from importlib import import_module

import drills
from drills.plumbing.model import Drill


def all_drills() -> dict[str, Drill]:
    """Name → drill, in order of names. Reads no models: Django need not be set up."""
    names = sorted(module.name for module in pkgutil.iter_modules(drills.__path__) if module.ispkg)
    found = {name: getattr(import_module(f"drills.{name}"), "DRILL", None) for name in names}
    return {name: drill for name, drill in found.items() if drill is not None}
