"""Everything that a bureau decides is data: no program text knows a scheme by its key or name."""

import ast
import json
import re

import pytest

from tests.architecture.sources import ROOT, Source, product_files, report, sample, templates

# The sample writes the bodies of all schemes; it names the one that it starts with.
MAY_NAME_A_SCHEME = ("lianzheng/sample/", "lianzheng/management/commands/sample.py")
KEY = re.compile(r"(?<![A-Za-z0-9])s?00[0-4](?![0-9])")


def names_of_schemes() -> set[str]:
    found = [json.loads(path.read_text(encoding="utf-8")) for path in (ROOT / "fixtures" / "schemes").glob("*.json")]
    assert len(found) >= 5
    return {scheme["name"] for scheme in found}


def words_of_schemes(source: Source, names: set[str]) -> list[str]:
    """Strings outside docstrings that are the key or the name of a scheme."""
    prose = {id(node.value) for node in ast.walk(source.tree) if isinstance(node, ast.Expr)}
    faults = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            if KEY.search(node.value) or any(name in node.value for name in names):
                faults.append(f"{source.at(node)} names a scheme: {node.value[:40]!r}")
    return faults


def test_no_program_text_names_a_scheme():
    names = names_of_schemes()
    checked = [source for source in product_files() if not source.path.startswith(MAY_NAME_A_SCHEME)]
    faults = [fault for source in checked for fault in words_of_schemes(source, names)]
    assert not faults, report(faults)


def test_no_template_names_a_scheme():
    names = names_of_schemes()
    faults = [path for path, text in templates() if KEY.search(text) or any(name in text for name in names)]
    assert not faults, report(faults)


@pytest.mark.parametrize(
    "text",
    ["if scheme.key == 's003':\n    pass", "x = {'000': 1}", "def f(s):\n    return s.key in ('s001', 's002')"],
)
def test_the_rule_bites(text):
    assert words_of_schemes(sample(text), {"某方案"})
    assert words_of_schemes(sample("if scheme.name == '某方案': pass"), {"某方案"})


def test_the_rule_lets_plan_references_in_docstrings_be():
    assert not words_of_schemes(sample('"""Plan 003, clause 4."""\nx = "00:00"\ny = "1000"'), set())
