"""Kinds of jobs for the tests: each behaves in one way."""

import contextlib

from jobs import registry
from jobs.work import Work


@contextlib.contextmanager
def kind(run, key: str = "trial"):
    """A kind that is known for the length of a test."""
    registry.register(key, "试验", run)
    try:
        yield key
    finally:
        del registry._KINDS[key]


def writes(text: str = "内容", name: str = "结果.txt"):
    """A job whose file holds that text."""

    def run(work: Work) -> None:
        work.output(name).write(text.encode())

    return run


def raises(fault: BaseException):
    def run(work: Work) -> None:
        work.output("半成品.txt").write(b"half")
        raise fault

    return run
