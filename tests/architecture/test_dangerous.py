"""Constructs through which input turns into a command, a query or a page: none, but for those named here with why."""

import ast

import pytest

from tests.architecture.sources import Source, product_files, report, sample
from tests.architecture.test_templates import SAFE_MODULES

# What may not be called by name, be it a function or a method.
FORBIDDEN = {
    "raw": "SQL by hand", "extra": "SQL by hand", "RawSQL": "SQL by hand",
    "eval": "runs text", "exec": "runs text", "compile_command": "runs text", "__import__": "loads by name",
    "system": "a shell", "popen": "a shell", "getoutput": "a shell", "getstatusoutput": "a shell",
    "mktemp": "a name that another may take", "mark_safe": "a page that is not escaped",
    "csrf_exempt": "forged forms", "cache_page": "one answer for all who ask",
}  # fmt: skip
MODULES = {
    "pickle": "runs what it reads", "marshal": "runs what it reads", "shelve": "runs what it reads",
    "dill": "runs what it reads", "yaml": "runs what it reads", "xml.dom.minidom": "believes entities",
    "telnetlib": "talks in clear", "ftplib": "talks in clear", "smtplib": "sends letters", "requests": "fetches",
    "httpx": "fetches", "urllib.request": "fetches", "http.client": "fetches", "xmlrpc": "fetches",
}  # fmt: skip
# (file, name) → why it is harmless there.
ALLOWED = {(path, "mark_safe"): why for path, why in SAFE_MODULES.items()}
# Files in which SQL is put together from parts → of which parts. Values always go as parameters.
COMPOSED = {
    "audit/": "names of tables and columns that the models have, and counted marks for parameters",
    "lianzheng/keeping/": "names of tables that the database itself tells",
    "lianzheng/checks.py": "names of tables that the database itself tells",
    "registers/apart.py": "names of its own triggers and tables",
}


def called(node: ast.Call) -> str:
    return getattr(node.func, "id", getattr(node.func, "attr", ""))


def calls_in(source: Source) -> list[str]:
    """Calls that are forbidden, and a shell in disguise."""
    faults = []
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Call):
            continue
        name = called(node)
        if name in FORBIDDEN and (source.path, name) not in ALLOWED and not _of_another_kind(node, name):
            faults.append(f"{source.at(node)} {name}(): {FORBIDDEN[name]}")
        for keyword in node.keywords:
            if keyword.arg == "shell" and getattr(keyword.value, "value", None) is not False:
                faults.append(f"{source.at(node)} shell=: a shell")
            if keyword.arg is None and "request" in names_in(keyword.value):
                faults.append(f"{source.at(node)} ** of a request: names that anybody may choose")
    return faults


def names_in(node: ast.AST) -> set[str]:
    """Names of variables and attributes."""
    return {getattr(leaf, "id", getattr(leaf, "attr", "")) for leaf in ast.walk(node)}


def _of_another_kind(node: ast.Call, name: str) -> bool:
    """`platform.system()` only tells."""
    return name == "system" and ast.unparse(node.func).startswith("platform.")


def imports_in(source: Source) -> list[str]:
    faults = []
    for node in ast.walk(source.tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        faults += [f"{source.at(node)} {name}: {MODULES[name]}" for name in names if name in MODULES]
    return faults


def composed_in(source: Source) -> list[str]:
    """SQL that is put together from parts, handed to a cursor."""
    faults = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and called(node) in ("execute", "executemany") and node.args:
            sql = node.args[0]
            built = isinstance(sql, ast.JoinedStr) or isinstance(sql, ast.BinOp) or called_on_text(sql)
            if built and not any(source.path.startswith(place) for place in COMPOSED):
                faults.append(f"{source.at(node)} SQL put together: {ast.unparse(sql)[:60]}")
    return faults


def called_on_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and called(node) in ("format", "join", "replace")


@pytest.mark.parametrize("rule", [calls_in, imports_in, composed_in])
def test_nothing_of_this_kind_is_in_the_product(rule):
    faults = [fault for source in product_files() for fault in rule(source)]
    assert not faults, report(faults)


@pytest.mark.parametrize(
    "text",
    [
        "Unit.objects.raw('SELECT 1')",
        "Unit.objects.extra(where=['1'])",
        "Unit.objects.annotate(a=RawSQL('1', []))",
        "eval(text)",
        "exec(text)",
        "os.system(text)",
        "os.popen(text)",
        "subprocess.run(text, shell=True)",
        "subprocess.run(text, shell=wanted)",
        "mark_safe(text)",
        "csrf_exempt(view)",
        "Unit.objects.filter(**request.GET.dict())",
        "Unit.objects.filter(**{key: value for key, value in request.POST.items()})",
        "save(**dict(self.request.POST))",
    ],
)
def test_the_rule_on_calls_bites(text):
    assert calls_in(sample(text))


@pytest.mark.parametrize(
    "text", ["import pickle", "from yaml import load", "from urllib import request", "import requests"]
)
def test_the_rule_on_modules_bites(text):
    assert imports_in(sample(text))


@pytest.mark.parametrize(
    "text",
    ["cursor.execute(f'SELECT {x}')", "cursor.execute('SELECT %s' % x)", "cursor.execute('{}'.format(x))"],
)
def test_the_rule_on_sql_bites(text):
    assert composed_in(sample(text))


def test_they_let_good_things_be():
    text = "cursor.execute('SELECT %s', [x])\nlogger.info('x', extra={})\nf(**form.cleaned_data)\nplatform.system()"
    assert not calls_in(sample(text)) + composed_in(sample(text))


def test_all_exceptions_are_used():
    paths = {source.path for source in product_files()}
    assert all(any(path.startswith(place) for path in paths) for place in COMPOSED)
