"""Imports run one way: audit, paper ← accounts ← jobs ← registers ← workflow ← supervision ← documents ← lianzheng."""

import ast

import pytest

from tests.architecture.sources import LAYERS, Source, product_files, python_files, report, sample

BOTTOM = {"audit", "paper"}  # know nothing of ours, not even each other
OUTSIDE = {"tests", "benchmarks", "drills"}  # the product never imports them


def imported_apps(source: Source) -> list[tuple[ast.AST, str]]:
    found = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            found += [(node, alias.name.split(".")[0]) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found.append((node, source.app if node.level else (node.module or "").split(".")[0]))
    return found


def upward_imports(source: Source) -> list[str]:
    faults = []
    for node, app in imported_apps(source):
        if app == source.app:
            continue
        if app in OUTSIDE:
            faults.append(f"{source.at(node)} imports {app}")
        elif app in LAYERS and (source.app in BOTTOM or LAYERS.index(app) > LAYERS.index(source.app)):
            faults.append(f"{source.at(node)} {source.app} imports {app}, which lies above it")
    return faults


def hidden_imports(source: Source) -> list[str]:
    """Imports inside functions and classes: a layer that cannot be seen at the top of the file.

    At module level `try` is allowed: a library of the system may be missing (Pango, without which nothing is printed).
    """
    bodies = [node for node in ast.walk(source.tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    inner = {node for body in bodies for node in ast.walk(body) if isinstance(node, ast.Import | ast.ImportFrom)}
    return sorted(f"{source.at(node)} imports inside something" for node in inner)


def test_no_app_imports_what_lies_above_it():
    faults = [fault for source in product_files() for fault in upward_imports(source)]
    assert not faults, report(faults)


def test_all_imports_stand_at_the_top_of_their_file():
    faults = [fault for source in python_files() for fault in hidden_imports(source)]
    assert not faults, report(faults)


def test_every_app_has_its_place_among_the_layers():
    apps = {source.app for source in python_files() if source.path.count("/") == 1 and source.path.endswith("/apps.py")}
    assert apps <= set(LAYERS), f"no layer for {apps - set(LAYERS)}"


@pytest.mark.parametrize(
    "path, text",
    [
        ("registers/services/planted.py", "from workflow.engine import decide"),
        ("accounts/planted.py", "import registers.models"),
        ("paper/planted.py", "from audit.models import Event"),
        ("audit/planted.py", "from accounts.models import User"),
        ("workflow/planted.py", "import documents"),
        ("documents/planted.py", "from lianzheng import settings"),
        ("workflow/planted.py", "from tests.factories import make_user"),
    ],
)
def test_the_layer_rule_bites(path, text):
    assert upward_imports(sample(text, path))


@pytest.mark.parametrize(
    "path, text",
    [
        ("workflow/planted.py", "from registers.models import Register"),
        ("registers/planted.py", "from . import access"),
        ("documents/planted.py", "from paper.table import Table"),
    ],
)
def test_the_layer_rule_lets_downward_imports_be(path, text):
    assert not upward_imports(sample(text, path))


@pytest.mark.parametrize("text", ["def f():\n    from workflow import engine\n", "class A:\n    import json\n"])
def test_the_rule_against_hidden_imports_bites(text):
    assert hidden_imports(sample(text))
