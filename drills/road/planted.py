"""Faults that several drills plant."""

import contextlib
import functools

from django.db import transaction

from audit import once, spent
from registers.models import Register
from workflow import decisions, engine, seals, tasks
from workflow.services import deciding, filling


@contextlib.contextmanager
def doors_without_transaction():
    """The doors' transaction taken away: each step that writes is one of its own."""
    doors = [(deciding, "agree"), (deciding, "send_back"), (filling, "submit"), (filling, "claim")]
    steps = [(decisions, "write"), (engine, "_move"), (tasks, "close_these"), (tasks, "close_step"), (tasks, "lay")]
    steps += [(seals, "seal"), (filling, "_declare")]
    kept = [(module, name, getattr(module, name)) for module, name in doors + steps]
    for module, name, function in kept:
        bare = getattr(function, "__wrapped__", function)
        setattr(module, name, bare if (module, name) in doors else _alone(bare))
    try:
        yield
    finally:
        for module, name, function in kept:
            setattr(module, name, function)


def _alone(function):
    @functools.wraps(function)
    def run_alone(*args, **kwargs):
        with transaction.atomic():
            return function(*args, **kwargs)

    return run_alone


@contextlib.contextmanager
def forms_forgotten():
    """No form is noted as acted on, and so none is met again."""
    kept = once.spend, spent.find
    once.spend, spent.find = (lambda wrapper: None), (lambda digest, **_: None)
    try:
        yield
    finally:
        once.spend, spent.find = kept


@contextlib.contextmanager
def doors_without_lock():
    """No transaction, no lock, and a move whatever the register's version is by now."""
    kept = engine._lockable
    engine._lockable = lambda: Register.objects.select_related("scheme", "bureau", "unit", "post", "cycle", "section")
    with doors_without_transaction():
        engine._move = _alone(_moved_anyway)
        try:
            yield
        finally:
            engine._lockable = kept


def _moved_anyway(register: Register, **changes) -> None:
    Register.objects.filter(pk=register.pk).update(**changes)
    for name, value in changes.items():
        setattr(register, name, value)
