"""The shell commands of bin/, as far as they can be tried without installing anything."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.plumbing.database import ONCE
from tests.plumbing.slow import SLOW, TESTS

ROOT = Path(__file__).resolve().parent.parent.parent
SCRIPTS = sorted(
    path for path in [*(ROOT / "bin").iterdir(), ROOT / ".ci" / "run"] if path.suffix in {"", ".sh"} and path.is_file()
)


def shell(script: str, **environment: str) -> subprocess.CompletedProcess:
    """Run a piece of bash after lib.sh, with the strictness of the commands."""
    return subprocess.run(
        ["bash", "-c", f"set -euo pipefail; . bin/lib.sh; {script}"],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_is_valid_bash_and_can_be_run(script):
    assert subprocess.run(["bash", "-n", script]).returncode == 0
    assert os.access(script, os.X_OK) == (script.suffix == "")


def test_without_the_right_to_install_it_says_exactly_what_to_install():
    done = shell("may_install() { false; }; missing_packages() { echo 'libone libtwo '; }; need_packages libone libtwo")
    assert done.returncode == 1
    assert "apt-get install -y --no-install-recommends libone libtwo" in done.stderr


def test_an_old_python_is_refused_with_the_version_that_is_needed():
    done = shell("recent_enough() { false; }; find_python")
    assert done.returncode == 1
    assert "需要 Python 3.11 或更高版本" in done.stderr


@pytest.fixture
def two_pythons(tmp_path):
    """A place with a python3 of somebody's own on the path before the distribution's."""
    own = tmp_path / "python3"
    own.symlink_to("/usr/bin/env")
    return {"PATH": f"{tmp_path}:{os.environ['PATH']}", "LIANZHENG_PYTHON": ""}


RECENT = "recent_enough() { true; }; has_venv_module() { true; }; "


@pytest.mark.skipif(not Path("/usr/bin/python3").exists(), reason="this distribution has no Python of its own")
def test_the_distributions_own_python_goes_before_one_built_by_hand(two_pythons):
    assert shell(RECENT + "find_python", **two_pythons).stdout.strip() == "/usr/bin/python3"


def test_an_old_python_of_the_distribution_gives_way_to_a_newer_one(two_pythons, tmp_path):
    newer = "recent_enough() { [ $1 != /usr/bin/python3 ]; }; has_venv_module() { true; }; find_python"
    assert shell(newer, **two_pythons).stdout.strip() == str(tmp_path / "python3")


def test_a_python_that_cannot_build_an_environment_gives_way_where_nothing_may_be_installed(two_pythons, tmp_path):
    bare = "recent_enough() { true; }; may_install() { false; }; has_venv_module() { [ $1 != /usr/bin/python3 ]; }; "
    assert shell(bare + "find_python", **two_pythons).stdout.strip() == str(tmp_path / "python3")


def test_the_python_that_was_asked_for_goes_before_all(two_pythons):
    asked = shell(RECENT + "find_python", **two_pythons | {"LIANZHENG_PYTHON": "/usr/bin/env"})
    assert asked.stdout.strip() == "/usr/bin/env"


def test_a_changed_lock_makes_the_environment_stale(tmp_path):
    stamp = (
        "mkdir -p $VENV/bin; ln -s $(command -v python3) $PYTHON; stamp_line requirements.lock >$VENV/lianzheng.stamp"
    )
    place = f"VENV={tmp_path}/venv; PYTHON=$VENV/bin/python; {stamp}; "
    assert shell(place + "lock_installed requirements.lock").returncode == 0
    assert shell(place + "digest_of_file() { echo other; }; lock_installed requirements.lock").returncode == 1


def test_the_secret_key_is_made_once_and_for_the_owner_only(tmp_path):
    make = "need_data; cat $LIANZHENG_SECRET_KEY_FILE"
    first, second = (shell(make, LIANZHENG_DATA=str(tmp_path / "data")) for _ in range(2))
    assert len(first.stdout.strip()) >= 50
    assert first.stdout == second.stdout
    assert (tmp_path / "data" / "secret_key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


def test_the_sample_is_not_served_to_other_machines(tmp_path):
    done = subprocess.run(
        ["bin/run"],
        cwd=ROOT,
        env=os.environ | {"LIANZHENG_DATA": str(tmp_path), "LIANZHENG_BIND": "0.0.0.0:0", "LIANZHENG_DATABASE_URL": ""},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert "只允许在本机打开" in done.stderr
    assert not (tmp_path / "lianzheng.sqlite3").exists()


def test_what_the_inner_loop_and_the_second_database_leave_out_is_there():
    assert [place for place in (*SLOW, *ONCE) if not (TESTS / place).exists()] == []


def test_without_the_package_of_fonts_everything_goes_on_and_is_not_asked_for_again_that_day(tmp_path):
    place = f"FONTS={tmp_path}/fonts; fetch_fonts() {{ echo asked >>{tmp_path}/asked; return 1; }}; "
    first, second = (shell(place + "need_fonts") for _ in range(2))
    assert first.returncode == second.returncode == 0
    assert "暂用 Noto 字体代替" in first.stdout
    assert second.stdout == ""
    assert (tmp_path / "asked").read_text() == "asked\n"


def test_a_font_with_another_content_is_not_taken(tmp_path):
    named = "cut -d' ' -f3 <<<\"$FONTS_FILES\" | while read -r name; do echo other >fonts/$name; done"
    place = (
        f"apt-get() {{ :; }}; apt-cache() {{ :; }}; FONTS={tmp_path}/fonts; cd {tmp_path}; mkdir -p fonts; {named}; "
    )
    assert shell(place + "fonts_installed").returncode == 1
    digests = "FONTS_FILES=$(cd fonts && sha256sum Fandol*)"
    assert shell(place + f"{digests}; fonts_installed").returncode == 0
