"""Takes a guard away in this process: the code of the function is exchanged, whoever holds the function."""

import gc
import importlib
from types import CodeType, FunctionType

from django.urls import URLPattern

from drills.mutants.guards import Mutant, without
from drills.plumbing.template import ROOT
from tests.matrix.addresses import patterns


def plant(mutant: Mutant) -> bool:
    """False where nothing in this process could run it."""
    if mutant.kind == "method":
        return _any_method(mutant)
    file = str(ROOT / mutant.path)
    code = _code_of(compile(without(mutant), file, "exec"), mutant.function)
    gc.unfreeze()  # else a function that was loaded before a fork is not among the objects
    held = [
        one
        for one in gc.get_objects()
        if type(one) is FunctionType
        and one.__code__.co_filename == file
        and one.__code__.co_qualname == code.co_qualname
        and one.__code__.co_freevars == code.co_freevars
    ]
    for function in held:
        function.__code__ = code
    return bool(held)


def _code_of(whole: CodeType, function: str) -> CodeType:
    found = whole
    for name in function.split("."):
        found = next(one for one in found.co_consts if isinstance(one, CodeType) and one.co_name == name)
    return found


def _any_method(mutant: Mutant) -> bool:
    """The view without the decorators that ask for the method: what they wrap."""
    module = importlib.import_module(mutant.path.removesuffix(".py").replace("/", "."))
    view = getattr(module, mutant.function)
    hit = [pattern for pattern in patterns() if pattern.callback is view]
    for pattern in hit:
        pattern.callback = _bare(pattern)
    return bool(hit)


def _bare(pattern: URLPattern):
    inner = pattern.callback
    while hasattr(inner, "__wrapped__"):
        inner = inner.__wrapped__
    inner.login_required = getattr(pattern.callback, "login_required", True)
    return inner
