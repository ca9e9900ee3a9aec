"""No password, key or token is written in the sources: whoever installs the program has his own."""

import ast
import re

import pytest

from tests.architecture.sources import python_files, report, sample

SECRET = re.compile(r"(^|_)(password|passwd|pwd|passphrase|secret|token|credential|api_?key|secret_?key)s?$", re.I)
# Where a name of that kind holds no secret: (file, name) → why.
HARMLESS = {  # where a name of that kind holds no secret: (file, name) → why
    ("accounts/stash.py", "TOKEN"): "the name of the form's field",
    ("lianzheng/keeping/place.py", "SECRET_KEY"): "the name of the file",
    ("lianzheng/settings.py", "secret_key"): "only with LIANZHENG_TEST=1, else the start is refused",
}
OURS = ("tests/", "drills/", "benchmarks/")  # what is written there opens databases of their own, gone after the run


def written(tree: ast.AST):
    """(line, name, text) of every text that is given to a name of that kind: assigned, passed, in a dict, a default."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            pairs = [(_name(target), node.value) for target in node.targets]
        elif isinstance(node, ast.AnnAssign | ast.NamedExpr):
            pairs = [(_name(node.target), node.value)]
        elif isinstance(node, ast.keyword):
            pairs = [(node.arg or "", node.value)]
        elif isinstance(node, ast.Dict):
            pairs = [(_text(key), value) for key, value in zip(node.keys, node.values, strict=True)]
        elif isinstance(node, ast.arguments):
            plain = [*node.posonlyargs, *node.args]
            pairs = [(one.arg, default) for one, default in zip(plain[::-1], node.defaults[::-1], strict=False)]
            pairs += [(one.arg, default) for one, default in zip(node.kwonlyargs, node.kw_defaults, strict=True)]
        elif isinstance(node, ast.FunctionDef):
            pairs = [(node.name, one.value) for one in ast.walk(node) if isinstance(one, ast.Return)]
        elif isinstance(node, ast.Compare):
            pairs = [(_name(node.left), one) for one in node.comparators]
        else:
            continue
        for name, value in pairs:
            if (text := _text(value)) and SECRET.search(name):
                yield value.lineno, name, text


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _text(node: ast.AST | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def test_no_password_is_written_in_the_program():
    found, used = [], set()
    for source in python_files():
        if source.path.startswith(OURS):
            continue
        for line, name, text in written(source.tree):
            key = (source.path, name)
            if key in HARMLESS:
                used.add(key)
            else:
                found.append(f"{source.path}:{line} {name} = {text!r}")
    assert not found, report(found)
    assert used == set(HARMLESS), "an exception that nothing needs"


@pytest.mark.parametrize(
    "text",
    [
        'PASSWORD = "Admin@123"',
        'self.db_password = "x"',
        'connect(password="x")',
        'given = {"PASSWORD": "x"}',
        'def sign_in(name, password="x"): pass',
        'def sign_in(*, secret="x"): pass',
        'if password == "letmein": pass',
        'API_KEY: str = "x"',
        'def secret_key(): return "x"',
    ],
)
def test_the_rule_bites(text):
    assert list(written(sample(text).tree))


@pytest.mark.parametrize("text", ['password = ""', "password = typed()", 'given["password"] = form["x"]', 'key = "x"'])
def test_and_leaves_others_alone(text):
    assert not list(written(sample(text).tree))
