"""How the tests are spread over processes: a module at a time, what takes longest first, so that all end together."""

import pytest
from xdist.scheduler import LoadScopeScheduling

FOLDER = "tests/"
# Places whose tests have nothing in common but take long: spread test by test. Others keep what they made for a module.
APART = ("drills/", "browser/test_roads.py")
# Folders that load something once for all their modules.
TOGETHER = ("sample/",)
# What takes longest, the longest first.
FIRST = (
    "browser/test_roads.py",
    "drills/",
    "sample/",
    "matrix/test_matrix.py",
    "documents/test_office_suite.py",
    "offline/test_round_trip.py",
    "races/",
    "documents/test_handbook.py",
    "benchmarks/",
    "registers/test_importing_bad.py",
    "workflow/test_road_machine.py",
    "lianzheng/test_sample.py",
    "keeping/test_backup.py",
    "keeping/test_upgrade.py",
    "matrix/test_acts.py",
)


def unit_of(nodeid: str) -> str:
    """What goes to one process as a whole: a module, one test of it, or a folder."""
    place = nodeid.removeprefix(FOLDER)
    if place.startswith(APART):
        return nodeid
    return next((folder for folder in TOGETHER if place.startswith(folder)), nodeid.split("::")[0])


def rank(nodeid: str) -> int:
    place = nodeid.removeprefix(FOLDER)
    return next((number for number, first in enumerate(FIRST) if place.startswith(first)), len(FIRST))


class Spreading(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log) -> LoadScopeScheduling:
    config.option.loadscopereorder = False  # the library would begin with the modules of the most tests
    return Spreading(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: rank(item.nodeid))
