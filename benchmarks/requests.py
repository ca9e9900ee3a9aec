"""The cost of one request: CPU of this process from the request to the last byte, queries, bytes."""

import gc
import statistics
import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test import Client

from benchmarks.measure import Measure

WARM = 4
SECONDS = 1.5  # of CPU for one measure
FEWEST, MOST = 15, 200


class QueryCount:
    """Counts statements, without the cost and the memory of Django's own query log."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Callable, sql: str, params: Any, many: bool, context: dict) -> Any:
        self.count += not sql.startswith(("SAVEPOINT", "RELEASE"))
        return execute(sql, params, many, context)


def client_of(user: Any) -> Client:
    """A browser in which the user is signed in; None: the public."""
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def measure_request(name: str, client: Client, url: str, note: str = "") -> Measure:
    """The median CPU of many requests after a few to warm up. Raises AssertionError for any answer but 200."""
    size = 0
    for _ in range(WARM):
        response = client.get(url)
        assert response.status_code == 200, f"{name}: {url} 答复 {response.status_code}"
        size = len(b"".join(response) if response.streaming else response.content)
    counted = QueryCount()
    with connection.execute_wrapper(counted):
        client.get(url)
    times: list[float] = []
    gc.collect()
    while len(times) < FEWEST or (sum(times) < SECONDS and len(times) < MOST):
        begun = time.process_time()
        client.get(url)
        times.append(time.process_time() - begun)
    return Measure(name, cpu_ms=statistics.median(times) * 1000, queries=counted.count, bytes=size, note=note)
