"""Templates: no script or style inside, nothing unescaped, and only Chinese for the reader."""

import re

import pytest

from tests.architecture.sources import product_files, report, templates

INLINE = {
    "inline script": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.I),
    "inline style sheet": re.compile(r"<style\b", re.I),
    "style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "event handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.I),
    "javascript: address": re.compile(r"javascript:", re.I),
    "address outside": re.compile(r"(?:src|href|action)=[\"']?(?:https?:)?//", re.I),
    "htmx expression": re.compile(r"\bhx-(?:on|vals=[\"']js:|headers=[\"']js:)", re.I),
}
# htmx's own config is read from a meta element; JSON blocks are data, not script.
DATA_BLOCK = re.compile(r"<script[^>]*type=[\"']application/json[\"']", re.I)
UNESCAPED = re.compile(r"\|\s*safe\b|\|\s*safeseq\b|\{%\s*autoescape\s+off|\{%-?\s*filter\s+safe")
# Template → why something in it may be written unescaped.
SAFE_TEMPLATES: dict[str, str] = {}
# Modules that may mark text as safe, and why. `format_html` and friends escape what they are given.
SAFE_MODULES = {
    "accounts/templatetags/ui.py": "renders templates and field_html, whose parts are escaped",
    "accounts/templatetags/field_html.py": "built with format_html",
    "accounts/templatetags/text_diff.py": "built with format_html",
    "paper/flow/draw.py": "every text goes through escape(); tests/paper/test_flow.py",
    "paper/html.py": "every text goes through escape(); tests/paper/test_html.py",
    "paper/official/html.py": "every text goes through escape(); tests/paper/test_official.py",
    "workflow/notice_html.py": "every text goes through escape(); a notice may show a thousand cells",
    "registers/forms/html.py": "every name, label and value goes through escape()",
}
MARKS = re.compile(r"\bmark_safe\b|\b(?:SafeString|SafeText)\(")
# Words of Latin script that a reader meets anyway.
LATIN = frozenset("cookie csrf csv excel html javascript pdf sha svg url utf web xlsx ctrl enter esc tab".split())
TEXT_ATTRIBUTES = re.compile(r"\b(?:placeholder|title|alt|aria-label|aria-description)=\"([^\"]*)\"")


def without_code(text: str) -> str:
    """What is left for the reader: no comments, tags of Django, script, or markup."""
    text = re.sub(r"\{#.*?#\}|\{%\s*comment.*?endcomment\s*%\}|<!--.*?-->", " ", text, flags=re.S)
    text = re.sub(r"\{%\s*block body_\w+\s*%\}.*?\{%\s*endblock[^%]*%\}", " ", text, flags=re.S)  # names for CSS
    shown = TEXT_ATTRIBUTES.findall(text)
    shown += re.findall(
        r"(?:title|label|text|lead|empty|hint|placeholder)=\"([^\"]*)\"", " ".join(re.findall(r"\{%.*?%\}", text, re.S))
    )
    text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", " ", text, flags=re.S)
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", text, flags=re.S | re.I)
    text = re.sub(r"<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>", " ", text, flags=re.S)
    shown = [re.sub(r"\{%.*?%\}|\{\{.*?\}\}", " ", part, flags=re.S) for part in shown]
    return " ".join([text, *shown])


def english_in(text: str) -> list[str]:
    """Latin words that a Chinese reader should not meet."""
    shown = re.sub(r"&[a-z#0-9]+;", " ", without_code(text))
    words = re.findall(r"(?<![\w.#/@-])[A-Za-z][A-Za-z']{2,}(?![\w./@-])", shown)
    return [word for word in words if word.lower() not in LATIN]


def inline_in(text: str) -> list[str]:
    text = re.sub(r"\{#.*?#\}|\{%\s*comment.*?endcomment\s*%\}", " ", text, flags=re.S)
    text = DATA_BLOCK.sub("<data", text)
    return [name for name, pattern in INLINE.items() if pattern.search(text)]


def test_no_script_or_style_stands_in_a_template():
    faults = [f"{path}: {', '.join(found)}" for path, text in templates() if (found := inline_in(text))]
    assert not faults, report(faults)


def test_nothing_is_written_unescaped():
    faults = [path for path, text in templates() if UNESCAPED.search(text) and path not in SAFE_TEMPLATES]
    faults += [s.path for s in product_files() if MARKS.search(s.text) and s.path not in SAFE_MODULES]
    assert not faults, report(faults)


def test_the_reader_meets_chinese_only():
    faults = [f"{path}: {' '.join(words[:8])}" for path, text in templates() if (words := english_in(text))]
    assert not faults, report(faults)


POST_FORM = re.compile(r"<form\b(?=[^>]*\bmethod=[\"']?post)[^>]*>.*?</form>", re.I | re.S)


def forms_without_token(text: str) -> bool:
    return any("csrf" not in form for form in POST_FORM.findall(text))


def test_every_form_that_posts_carries_the_token():
    faults = [path for path, text in templates() if forms_without_token(text)]
    assert not faults, report(faults)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<style>a {}</style>",
        "<p style='color: red'>",
        '<a href="x" onclick="f()">',
        "<a href='javascript:f()'>",
        '<img src="https://example.org/x.png">',
        '<script src="//example.org/x.js"></script>',
    ],
)
def test_the_rule_on_script_and_style_bites(text):
    assert inline_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "<script src=\"{% static 'app.js' %}\" defer></script>",
        '<script type="application/json" id="x">{}</script>',
        "{# style= is forbidden #}<p>有</p>",
    ],
)
def test_the_rule_on_script_and_style_lets_good_things_be(text):
    assert not inline_in(text)


@pytest.mark.parametrize("text", ["{{ text|safe }}", "{{ text | safe }}", "{% autoescape off %}"])
def test_the_rule_on_escaping_bites(text):
    assert UNESCAPED.search(text)


@pytest.mark.parametrize(
    "text", ["<p>Please sign in</p>", '<input placeholder="Search">', '{% page_head title="Home" %}']
)
def test_the_rule_on_language_bites(text):
    assert english_in(text)


@pytest.mark.parametrize("text", ["<p>请登录 {{ user }}</p>", "<p>导出 PDF</p>", "{# English for us #}<p>&nbsp;</p>"])
def test_the_rule_on_language_lets_chinese_be(text):
    assert not english_in(text)


def test_the_rule_on_tokens_bites():
    assert forms_without_token("<form method='post'><button></button></form>")
    assert not forms_without_token("<form method='post'>{% csrf_token %}</form><form method='get'></form>")
