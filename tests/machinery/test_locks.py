"""Another machine must be able to install exactly what was tested here, from any index, and be sure of it."""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent.parent
LOCKS = ["requirements.lock", "requirements-dev.lock"]


def pins(lock: str) -> dict[str, str]:
    """Package → its whole entry (version, marker and digests)."""
    entries = re.split(r"\n(?=\S)", re.sub(r"^#.*\n", "", (ROOT / lock).read_text(encoding="utf8"), flags=re.M))
    return {entry.split("==")[0]: entry.strip() for entry in entries if entry.strip()}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_with_digests(lock):
    for package, entry in pins(lock).items():
        assert re.match(r"[\w.-]+==[\w.]+ ", entry), package
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), package


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_host_and_no_path(lock):
    text = (ROOT / lock).read_text(encoding="utf8")
    assert "://" not in text
    assert "--index-url" not in text
    assert "--find-links" not in text


def test_development_has_the_very_pins_of_production():
    development = pins("requirements-dev.lock")
    for package, entry in pins("requirements.lock").items():
        assert development[package] == entry


def requirement(entry: str) -> Requirement:
    """As pip reads it: without the digests."""
    return Requirement(entry.partition("\\")[0].strip())


@pytest.mark.parametrize("lock", LOCKS)
def test_pip_takes_it_with_require_hashes(lock):
    """That asks of every package and of all that it needs: one exact version, and a digest of each file."""
    entries = {canonicalize_name(name): entry for name, entry in pins(lock).items()}
    assert len(entries) == len(pins(lock)), "no package twice"
    lacking = set()
    for name, entry in entries.items():
        wanted = requirement(entry)
        assert [one.operator for one in wanted.specifier] == ["=="], entry
        lines = [line.strip(" \\") for line in entry.splitlines()[1:]]
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", line) for line in lines), name
        assert len(set(lines)) == len(lines) > 0, name
        if wanted.marker is not None and not wanted.marker.evaluate():
            continue
        try:
            needs = [Requirement(one) for one in distribution(name).requires or ()]
        except PackageNotFoundError:
            continue
        asked = {extra for one in everything_asked(name) for extra in one.extras}
        for need in needs:
            contexts = [{"extra": extra} for extra in asked | {""}]
            if need.marker is None or any(need.marker.evaluate(context) for context in contexts):
                if canonicalize_name(need.name) not in entries:
                    lacking.add(f"{name} needs {need.name}")
    assert not lacking


def everything_asked(name: str) -> list[Requirement]:
    """How pyproject.toml asks for a package."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf8"))["project"]
    asked = [*told["dependencies"], *(one for more in told["optional-dependencies"].values() for one in more)]
    return [one for one in map(Requirement, asked) if canonicalize_name(one.name) == name]


@pytest.mark.parametrize("lock", LOCKS)
def test_what_is_installed_here_is_what_is_locked(lock):
    for name, entry in pins(lock).items():
        wanted = requirement(entry)
        if wanted.marker is None or wanted.marker.evaluate():
            assert distribution(name).version in wanted.specifier, name


def test_every_installation_asks_for_the_digests():
    """bin/run and bin/test both install by bin/lib.sh, and nothing installs in another way."""
    told = (ROOT / "bin" / "lib.sh").read_text(encoding="utf8")
    assert re.search(r"pip install [^\n]*--require-hashes -r", told)
    for script in ("run", "test", "drill", "bench", "manage"):
        assert "pip install" not in (ROOT / "bin" / script).read_text(encoding="utf8"), script
