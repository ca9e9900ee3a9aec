"""The fixtures that all tests share; each module of `tests.plumbing` says what it gives."""

pytest_plugins = [
    "tests.plumbing.database",
    "tests.plumbing.evidence",
    "tests.plumbing.browser",
    "tests.plumbing.garbage",
    "tests.plumbing.remembered",
    "tests.plumbing.slow",
    "tests.plumbing.spread",
    "tests.plumbing.sql",
    "tests.plumbing.stack",
]
