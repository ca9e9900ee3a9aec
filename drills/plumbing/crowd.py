"""Many at the same moment: threads, each with a database connection of its own."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection

AT_ONCE = 16


def all_at_once(act: Callable[[Any], Any], given: Iterable[Any], at_once: int = AT_ONCE) -> list[Any]:
    """What ``act`` answers for each; the first of every thread begin at the same moment. An error is an answer too."""
    given = list(given)
    at_once = min(at_once, len(given))
    start = Barrier(at_once)

    def worker(number: int) -> list[tuple[int, Any]]:
        try:
            start.wait(timeout=30)
            return [(place, _answer(act, given[place])) for place in range(number, len(given), at_once)]
        finally:
            connection.close()

    with ThreadPoolExecutor(at_once) as pool:
        answers = [pair for part in pool.map(worker, range(at_once)) for pair in part]
    return [answer for _, answer in sorted(answers, key=lambda pair: pair[0])]


def _answer(act: Callable[[Any], Any], one: Any) -> Any:
    try:
        return act(one)
    except Exception as fault:
        return fault
