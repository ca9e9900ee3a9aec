"""Small files, small functions: what grows is split by noun."""

import ast

import pytest

from tests.architecture.sources import Source, functions, product_files, python_files, report, sample, templates

FILE, TEST_FILE, FUNCTION, TEMPLATE = 300, 500, 50, 120


def too_long(source: Source) -> list[str]:
    limit = TEST_FILE if source.app in ("tests", "benchmarks", "drills") else FILE
    lines = len(source.text.splitlines())
    faults = [f"{source.path}: {lines} lines, at most {limit}"] if lines > limit else []
    for function in functions(source.tree):
        length = function.end_lineno - function.lineno + 1
        if length > FUNCTION:
            faults.append(f"{source.at(function)} {function.name}(): {length} lines, at most {FUNCTION}")
    return faults


def undocumented(source: Source) -> list[str]:
    """Modules, and public functions and classes of some length, that do not say what they are."""
    faults = []
    config = source.path.endswith("/apps.py")
    if source.text.strip() and not config and not ast.get_docstring(source.tree):
        faults.append(f"{source.path}: no module docstring")
    for node in source.tree.body:
        if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name.startswith("_"):
            continue
        if ast.get_docstring(node) is None and not obvious(node):
            faults.append(f"{source.at(node)} {node.name} says nothing of its meaning")
    return faults


def obvious(node: ast.FunctionDef | ast.ClassDef) -> bool:
    """Short things whose name says all: a few fields, choices, a form's fields, a function of a few lines."""
    if isinstance(node, ast.FunctionDef):
        return node.end_lineno - node.lineno < 12
    if any(getattr(base, "id", "") in ("BaseCommand", "AppConfig") for base in node.bases):
        return True  # says so in ``help``
    methods = [part for part in node.body if isinstance(part, ast.FunctionDef)]
    plain = {"__str__", "__init__", "__call__", "clean", "ready"}
    return all(method.name in plain or ast.get_docstring(method) or len(method.body) <= 3 for method in methods)


def test_files_and_functions_are_small():
    checked = [source for source in python_files() if "/migrations/" not in source.path]
    faults = [fault for source in checked for fault in too_long(source)]
    assert not faults, report(faults)


def test_templates_are_small():
    faults = [f"{path}: {text.count(chr(10))} lines" for path, text in templates() if text.count("\n") > TEMPLATE]
    assert not faults, report(faults)


def test_what_is_not_obvious_is_documented():
    faults = [fault for source in product_files() for fault in undocumented(source)]
    assert not faults, report(faults)


@pytest.mark.parametrize("path, lines", [("workflow/planted.py", 301), ("tests/planted.py", 501)])
def test_the_rule_on_size_bites(path, lines):
    assert too_long(sample("x = 1\n" * lines, path))
    assert not too_long(sample("x = 1\n" * (lines - 1), path))


def test_the_rule_on_functions_bites():
    assert too_long(sample("def f():\n" + "    x = 1\n" * 50))
    assert not too_long(sample("def f():\n" + "    x = 1\n" * 49))


def test_the_rule_on_docstrings_bites():
    assert undocumented(sample("x = 1"))
    assert undocumented(sample('"""M."""\ndef f():\n' + "    x = 1\n" * 12))
    assert not undocumented(sample('"""M."""\ndef f():\n    return 1'))
