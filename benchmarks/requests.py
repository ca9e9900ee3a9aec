"""The cost of one request: CPU of this process from the request to the last byte, queries, bytes."""

import gc
import statistics
import time
from collections.abc import Callable
from functools import cache
from typing import Any

from django.db import connection
from django.test import Client

from accounts.models import User
from benchmarks.bare import URL as BARE
from benchmarks.bare import bare_client
from benchmarks.measure import Measure

WARM = 4
SECONDS = 1.0  # of CPU for one measure
FEWEST, MOST = 15, 100


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


@cache
def _bare() -> Client:
    return bare_client(User.objects.filter(is_active=True).order_by("pk").first())


def measure_request(name: str, client: Client, url: str, note: str = "") -> Measure:
    """The median CPU of many requests after a few to warm up. Raises AssertionError for any answer but 200.

    After each one the bare page is asked for: a machine that others use slows both, and their ratio stays.
    """
    size = 0
    for _ in range(WARM):
        response = client.get(url)
        assert response.status_code == 200, f"{name}: {url} 答复 {response.status_code}"
        size = len(b"".join(response) if response.streaming else response.content)
    counted = QueryCount()
    with connection.execute_wrapper(counted):
        client.get(url)
    times: list[float] = []
    beside: list[float] = []
    gc.collect()
    while len(times) < FEWEST or (sum(times) < SECONDS and len(times) < MOST):
        times.append(_spent(client, url))
        beside.append(_spent(_bare(), BARE))
    cpu, bare = statistics.median(times), statistics.median(beside)
    return Measure(name, cpu_ms=cpu * 1000, queries=counted.count, bytes=size, bare=cpu / bare, note=note)


def measure_bare() -> Measure:
    """The bare page by itself."""
    return measure_request("bare", _bare(), BARE, "Django 原样列表页，30 行")


def _spent(client: Client, url: str) -> float:
    begun = time.process_time()
    client.get(url)
    return time.process_time() - begun
