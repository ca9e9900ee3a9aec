"""The project's own files, as text and as syntax trees."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# Imports run to the left only. `audit` and `paper` know nothing of ours.
LAYERS = ("audit", "paper", "accounts", "jobs", "registers", "workflow", "supervision", "documents", "lianzheng")


@dataclass(frozen=True)
class Source:
    """One Python file: where it is (with slashes, from the root) and what it says."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    @property
    def app(self) -> str:
        return self.path.split("/")[0]

    def at(self, node: ast.AST) -> str:
        return f"{self.path}:{node.lineno}"


def sample(text: str, path: str = "workflow/services/planted.py") -> Source:
    """A planted file, to show that a rule bites."""
    return Source(path, text)


@lru_cache(maxsize=1)
def tracked_paths() -> tuple[str, ...]:
    """Every file that git knows or would take up: what is committed, and what lies ready to be."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if listed.returncode == 0:
        paths = listed.stdout.decode().split("\0")
    else:  # an archive without git
        paths = [str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if ".venv" not in path.parts]
    return tuple(sorted(path for path in paths if path and (ROOT / path).is_file()))


@lru_cache(maxsize=1)
def python_files() -> tuple[Source, ...]:
    """All Python files of the project, tests and migrations among them."""
    paths = [path for path in tracked_paths() if path.endswith(".py")]
    return tuple(Source(path, (ROOT / path).read_text(encoding="utf-8")) for path in paths)


def product_files() -> Iterator[Source]:
    """The Python files of the apps, without what Django writes."""
    return (source for source in python_files() if source.app in LAYERS and "/migrations/" not in source.path)


def templates() -> Iterator[tuple[str, str]]:
    """Path and text of every template."""
    for path in tracked_paths():
        if path.startswith("templates/") and path.endswith((".html", ".txt", ".xml")):
            yield path, (ROOT / path).read_text(encoding="utf-8")


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def report(faults: list[str]) -> str:
    """For the message of a failing assertion: one fault a line."""
    return "\n" + "\n".join(faults)
