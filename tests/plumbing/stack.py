"""Every test has room for its calls from the start (`lianzheng.stack`)."""

import pytest
from _pytest import runner

from lianzheng.stack import roomy

OF_PYTEST = roomy(runner.pytest_runtest_protocol)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool:
    return OF_PYTEST(item, nextitem)
