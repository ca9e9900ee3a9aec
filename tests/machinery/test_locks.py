"""Another machine must be able to install exactly what was tested here, from any index, and be sure of it."""

import re
from pathlib import Path

import pytest

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
