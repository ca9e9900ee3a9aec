"""Where the program's guards are, found in its source: each mutant is one of them taken away.

raise   ``if …: raise NotAllowed/NotNow/Http404`` never raises
require a call that only raises is left out
scope   ``visible_…(user)`` becomes all rows
nothing ``if …: return`` nothing (``none()``, False, ``""``) goes on instead
and     one operand of an ``and`` in a deciding module counts as true
filter  one condition of a ``filter()`` in a deciding module is left out
true    a deciding function says yes
method  a view takes any method
"""

import ast
import copy
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from drills.plumbing.template import ROOT

APPS = ("accounts", "jobs", "registers", "workflow", "supervision", "documents")
# Modules that decide who may see or do what: there every condition is a guard.
DECIDING = (
    "registers/access.py", "registers/reach.py", "registers/people.py", "registers/two_persons.py",
    "workflow/access.py", "workflow/guards.py", "workflow/recipients.py", "workflow/desks.py", "workflow/letters.py",
    "workflow/notices.py", "workflow/public_powers.py", "supervision/access.py",
)  # fmt: skip
REFUSALS = {"NotAllowed", "NotNow", "Http404", "Outdated", "PermissionDenied"}
ASKING = ("require", "check", "not_", "state", "desk", "compiled", "refuse")  # how such functions are called
METHODS = {"require_POST", "require_GET", "require_safe", "require_http_methods"}


@dataclass(frozen=True)
class Mutant:
    """One guard: where it stands, of which kind, the how-manieth of its kind in its function."""

    path: str
    function: str
    kind: str
    number: int
    line: int
    text: str

    @property
    def name(self) -> str:
        """As `equivalent.txt` calls it: no line numbers, which move."""
        return f"{self.path} {self.function} {self.kind} {self.number}"

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.function} {self.kind} {self.text}"


@cache
def source(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def modules() -> list[str]:
    found = []
    for app in APPS:
        for file in sorted((ROOT / app).rglob("*.py")):
            path = file.relative_to(ROOT).as_posix()
            if not {"migrations", "management"} & set(Path(path).parts):
                found.append(path)
    return found


@cache
def guard_functions() -> frozenset[str]:
    """Functions that do nothing but raise: they give nothing back and write nothing."""
    found = set()
    for path in modules():
        for node in ast.walk(ast.parse(source(path))):
            if isinstance(node, ast.FunctionDef) and _only_raises(node):
                found.add(node.name)
    return frozenset(found)


def _only_raises(node: ast.FunctionDef) -> bool:
    inside = list(ast.walk(node))
    acts = [_called(one.value) for one in inside if isinstance(one, ast.Expr) and isinstance(one.value, ast.Call)]
    asks = [name for name in acts if name.lstrip("_").startswith(ASKING)]
    gives = any(isinstance(one, ast.Return) and one.value is not None for one in inside)
    return (bool(asks) or any(map(_refuses, inside))) and len(asks) == len(acts) and not gives


@cache
def scope_functions() -> frozenset[tuple[str, str]]:
    """(module, function) of a user that give a queryset: what he may see. Public ones stand for every module, as ""."""
    found = set()
    for path in modules():
        for node in ast.walk(ast.parse(source(path))):
            if isinstance(node, ast.FunctionDef) and node.returns and "QuerySet" in ast.unparse(node.returns):
                if node.args.args and node.args.args[0].arg == "user":
                    found.add((path if node.name.startswith("_") else "", node.name))
    return frozenset(found | {("", "visible_meetings"), ("", "visible_issuances")})


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _refuses(node: ast.AST) -> bool:
    if not isinstance(node, ast.Raise) or node.exc is None:
        return False
    said = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return getattr(said, "id", getattr(said, "attr", "")) in REFUSALS


def _gives_nothing(node: ast.AST) -> bool:
    if not isinstance(node, ast.Return) or node.value is None:
        return False
    value = node.value
    if isinstance(value, ast.Call):
        return _called(value) == "none"
    empty = isinstance(value, ast.List | ast.Set | ast.Tuple) and not value.elts
    return empty or (isinstance(value, ast.Constant) and not value.value)


class _Walker(ast.NodeTransformer):
    """Counts every guard; with ``wanted`` (function, kind, number) it takes that one away."""

    def __init__(self, path: str, wanted: tuple[str, str, int] | None = None) -> None:
        self.path, self.wanted, self.deciding = path, wanted, path in DECIDING
        self.found: list[Mutant] = []
        self.names: list[str] = []
        self.numbers: Counter = Counter()
        self.answers_bool = [False]

    def _guard(self, node: ast.AST, kind: str) -> bool:
        """Note it; whether it is the one to take away."""
        function = ".".join(self.names)
        number = self.numbers[function, kind]
        self.numbers[function, kind] += 1
        text = ast.unparse(node).split("\n")[0][:90]
        self.found.append(Mutant(self.path, function, kind, number, node.lineno, text))
        return self.wanted == (function, kind, number)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        self.names.append(node.name)
        self.generic_visit(node)
        self.names.pop()
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.names.append(node.name)
        for decorator in node.decorator_list:
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            if getattr(called, "id", "") in METHODS:
                self._guard(decorator, "method")
        self.answers_bool.append(node.returns is not None and ast.unparse(node.returns) == "bool")
        decorators, node.decorator_list = node.decorator_list, []
        self.generic_visit(node)
        node.decorator_list = decorators
        self.answers_bool.pop()
        self.names.pop()
        return node

    def visit_If(self, node: ast.If) -> ast.AST:
        refuses, nothing = _refuses(node.body[-1]), self.deciding and _gives_nothing(node.body[-1])
        if self.names and (refuses or nothing) and self._guard(node.test, "raise" if refuses else "nothing"):
            return [ast.copy_location(ast.Pass(), node), *node.orelse]
        return self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        call = node.value
        if self.names and isinstance(call, ast.Call) and _called(call) in guard_functions():
            if self._guard(call, "require"):
                return ast.copy_location(ast.Pass(), node)
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if self.names and self._scopes(node) and self._guard(node, "scope"):
            every = ast.parse("x.model._default_manager.all()", mode="eval").body
            every.func.value.value.value = node
            return ast.fix_missing_locations(ast.copy_location(every, node))
        if self.names and self.deciding and _called(node) in ("filter", "exclude"):
            for place, keyword in enumerate(node.keywords):
                if self._guard(keyword.value, "filter"):
                    node = copy.copy(node)
                    node.keywords = node.keywords[:place] + node.keywords[place + 1 :]
                    return self.generic_visit(node)
        return self.generic_visit(node)

    def _scopes(self, node: ast.Call) -> bool:
        name = _called(node)
        return (self.path if name.startswith("_") else "", name) in scope_functions()

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        if self.names and self.deciding and isinstance(node.op, ast.And):
            for place, operand in enumerate(node.values):
                if self._guard(operand, "and"):
                    node = copy.copy(node)
                    node.values = list(node.values)
                    node.values[place] = ast.copy_location(ast.Constant(True), operand)
                    return node
        return self.generic_visit(node)

    def visit_Return(self, node: ast.Return) -> ast.AST:
        if self.names and self.deciding and self.answers_bool[-1] and node.value is not None:
            if not isinstance(node.value, ast.Constant) and self._guard(node, "true"):
                return ast.copy_location(ast.Return(ast.copy_location(ast.Constant(True), node)), node)
        return self.generic_visit(node)


def mutants(paths: tuple[str, ...] | None = None) -> Iterator[Mutant]:
    """All guards of these modules, of the whole program without any."""
    for path in paths or modules():
        walker = _Walker(path)
        walker.visit(ast.parse(source(path)))
        yield from walker.found


def without(mutant: Mutant) -> ast.Module:
    """The module's tree without that guard."""
    walker = _Walker(mutant.path, (mutant.function, mutant.kind, mutant.number))
    tree = walker.visit(ast.parse(source(mutant.path)))
    return ast.fix_missing_locations(tree)
