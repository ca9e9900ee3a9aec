"""The documentation names only what there is, and what must be documented is."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

from tests.architecture.sources import LAYERS

ROOT = settings.BASE_DIR
APPS = LAYERS
FOLDERS = (*APPS, "templates", "static", "fixtures", "tests", "docs", "bin")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
FILE = re.compile(r"^[\w./\-]+\.(?:py|md|html|css|js|json|csv|toml|lock|sh|txt)$", re.ASCII)
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
VARIABLE = re.compile(r"LIANZHENG_[A-Z_]+")
ROW = re.compile(r"^\| (S[0-4]-\d\d) \|", re.MULTILINE)
# How many rows each of the five plans has.
ROWS = {"S0": 64, "S1": 50, "S2": 39, "S3": 42, "S4": 33}
PICTURE_LIMIT = 200 * 1024


def text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


@cache
def functions(path: Path) -> frozenset[str]:
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return frozenset(node.name for node in nodes if isinstance(node, ast.FunctionDef))


def files_named(page: Path) -> set[str]:
    words = {word.split("::")[0] for mark in CODE.findall(page.read_text(encoding="utf-8")) for word in mark.split()}
    return {word.removeprefix("./") for word in words if FILE.match(word)}


@cache
def all_files() -> tuple[str, ...]:
    return tuple(f"/{name_of(path)}" for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file())


def exists(name: str, page: Path) -> bool:
    """A path from the root or beside the page, or the end of a path: `urls/home.py` is found in every app."""
    if (ROOT / name).exists() or (page.parent / name).exists():
        return True
    return any(path.endswith(f"/{name}") for path in all_files())


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page):
    targets = [target.split("#")[0] for target in LINK.findall(page.read_text(encoding="utf-8"))]
    missing = [
        target
        for target in targets
        if target and not re.match(r"[a-z]+:", target) and not (page.parent / target).exists()
    ]
    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_file_that_is_named_exists(page):
    assert not [name for name in sorted(files_named(page)) if not exists(name, page)]


def test_a_file_that_is_not_there_is_found_out(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("看 `workflow/engine.py`、`workflow/nothing.py`。", encoding="utf-8")
    assert [name for name in files_named(page) if not exists(name, page)] == ["workflow/nothing.py"]


def test_every_name_that_a_file_is_said_to_hold_is_in_it():
    said = re.compile(r"`([\w./]+\.py)`\s*的\s*`(\w+)`")
    for page in PAGES:
        for path, word in said.findall(page.read_text(encoding="utf-8")):
            files = [found for found in all_files() if found.endswith(f"/{path}")]
            assert any(word in text(found[1:]) for found in files), f"{name_of(page)}: {path} {word}"


def test_every_term_of_the_glossary_is_a_name_in_the_program():
    places = (*APPS, "drills")
    sources = "".join(path.read_text(encoding="utf-8") for place in places for path in (ROOT / place).rglob("*.py"))
    words = set(re.findall(r"\w+", sources))
    rows = [line for line in text("docs/glossary.md").splitlines() if line.startswith("| ") and "`" in line]
    terms = {part for line in rows for mark in CODE.findall(line.split("|")[2]) for part in re.findall(r"\w+", mark)}
    assert not sorted(terms - words)


def test_the_drawing_shows_the_layers_in_their_order():
    drawing = text("docs/architecture.md").split("```")[1]
    drawn = [line.split()[0] for line in drawing.splitlines() if re.match(r"[a-z]", line)]
    beside = {"audit", "paper"}  # neither knows the other
    there = [layer for layer in reversed(LAYERS) if (ROOT / layer).is_dir()]
    assert [layer for layer in drawn if layer not in beside] == [layer for layer in there if layer not in beside]
    assert set(drawn[-2:]) == beside


def test_every_row_of_the_plans_stands_once():
    rows = ROW.findall(text("docs/requirements.md"))
    assert rows == [f"{plan}-{number:02}" for plan, count in ROWS.items() for number in range(1, count + 1)]


def test_every_row_is_guarded_by_a_test_or_open():
    for line in text("docs/requirements.md").splitlines():
        if ROW.match(line):
            _, row, said, _, guard, _ = line.split("|")
            assert TEST.search(guard) or guard.strip() == "开放", row
            assert 0 < len(said.strip()) <= 25, row


def test_every_test_that_is_named_exists():
    named = {pair for page in PAGES for pair in TEST.findall(page.read_text(encoding="utf-8"))}
    missing = [f"{path}::{name}" for path, name in named if name not in functions(ROOT / path)]
    assert named
    assert not sorted(missing)


def test_the_count_of_rows_is_right():
    rows = [line for line in text("docs/requirements.md").splitlines() if ROW.match(line)]
    is_open = [line.split("|")[4].strip() == "开放" for line in rows]
    part = sum("开放" in line.split("|")[3] for line, none in zip(rows, is_open, strict=True) if not none)
    full = len(rows) - sum(is_open) - part
    assert f"做到 {full} 条，做到一部分 {part} 条，开放 {sum(is_open)} 条" in text("docs/requirements.md")


def test_every_environment_variable_is_documented():
    sources = [*(ROOT / "bin").iterdir(), *(path for app in APPS for path in (ROOT / app).rglob("*.py"))]
    used = {found for path in sources if path.is_file() for found in VARIABLE.findall(path.read_text(encoding="utf-8"))}
    said = set(re.findall(r"^\| `(LIANZHENG_[A-Z_]+)`", text("docs/administrator.md"), re.MULTILINE))
    assert said == used


def test_every_command_is_documented():
    ours = {name for name, app in get_commands().items() if app in APPS}
    said = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert not [name for name in sorted(ours) if f"bin/manage {name}" not in said]


def test_every_manage_command_that_is_named_exists():
    for page in PAGES:
        named = set(re.findall(r"bin/manage ([a-z_]+)", page.read_text(encoding="utf-8")))
        assert named <= set(get_commands()), name_of(page)


def test_every_command_of_bin_is_documented():
    said = text("README.md") + text("docs/contributor.md") + text("docs/administrator.md")
    commands = [path.name for path in (ROOT / "bin").iterdir() if path.is_file() and "." not in path.name]
    assert not [name for name in commands if f"bin/{name}" not in said]


def test_the_readme_begins_with_the_two_commands():
    said = text("README.md")
    assert "bin/run" in said
    assert "bin/test" in said
    assert [page.name for page in sorted((ROOT / "docs").glob("*.md")) if f"docs/{page.name}" not in said] == []


def test_every_decision_is_listed():
    pages = sorted(path.name for path in (ROOT / "docs/decisions").glob("0*.md"))
    assert pages == re.findall(r"\]\((0\d{3}-[\w-]+\.md)\)", text("docs/decisions/README.md"))


def test_pictures_are_small_and_shown():
    said = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    for picture in sorted((ROOT / "docs/pictures").rglob("*.png")):
        assert picture.stat().st_size < PICTURE_LIMIT, picture.name
        assert f"pictures/{picture.relative_to(ROOT / 'docs/pictures')}" in said, picture.name


def test_chinese_text_has_full_width_punctuation():
    wrong = re.compile(r"[\u4e00-\u9fff][,;:?!](?=[\u4e00-\u9fff])")
    for page in PAGES:
        body = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert not wrong.findall(body), name_of(page)


def test_the_buttons_that_the_docs_name_are_on_the_pages():
    """Words of buttons that a reader looks for; a renamed button must be renamed here and in the docs."""
    sources = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("templates", "workflow", "registers", "lianzheng", "documents")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".html", ".py"}
    )
    buttons = {
        "docs/clerk.md": (
            "汇总下级登记表",
            "重新汇总",
            "变更（新版本）",
            "批量签批",
            "撤回",
            "采纳，加入登记表",
            "不采纳…",
        ),
        "docs/office.md": (
            "建立周期",
            "开启登记",
            "补开登记",
            "记录会议",
            "拟公示",
            "结束公示",
            "职权查缺补漏",
            "互查对象",
        ),
        "docs/inspector.md": ("同意并确定等级", "公示意见", "收到的备案"),
    }
    for page, words in buttons.items():
        for word in words:
            assert word in sources, word
            assert word in text(page), f"{page}: {word}"
