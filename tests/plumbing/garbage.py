"""Python looks for garbage less often: what was loaded before the first test stays, and a test leaves little behind."""

import gc

import pytest

OFTEN = (300_000, 20, 100)  # usual: 700, 10, 10; a tenth of the whole suite went into looking


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()
    gc.set_threshold(*OFTEN)
