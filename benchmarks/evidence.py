"""How long it takes to verify a million events, and what was added after the last checkpoint."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator

from django.core.management import call_command
from django.db import connection, transaction

from audit import services
from audit.models import Event, Link
from audit.verify import Checkpoint, verify
from benchmarks import papers
from benchmarks.ground import Ground
from benchmarks.measure import Measure

EVENTS, PIECE, BUREAUS, RECENT = 1_000_000, 10_000, 5, 1_000


def measures(ground: Ground) -> Iterator[tuple[str, Callable[[], Measure]]]:
    """A database of its own, made anew; a bureau's run is enough, the size of the ground does not matter."""
    if ground_size() == "bureau" and connection.vendor == "sqlite":
        yield "verify", lambda: _child("verify")
        yield "verify_since", lambda: _child("verify_since")


def ground_size() -> str:
    """The size that this process measures: the name of its data folder ends with it."""
    return os.environ["LIANZHENG_DATA"].rpartition("-")[2]


def _child(name: str) -> Measure:
    with tempfile.TemporaryDirectory(prefix="lianzheng-evidence-", ignore_cleanup_errors=True) as folder:
        command = [sys.executable, "-m", "benchmarks.run", "--child", name]
        done = subprocess.run(
            command, env={**os.environ, "LIANZHENG_DATA": folder}, check=True, stdout=subprocess.PIPE, text=True
        )
    return Measure.read(done.stdout.splitlines()[-1])


def verified(ground: Ground) -> Measure:
    """Everything: chains, journal, rows, triggers."""
    return _measured("verify", EVENTS, lambda: verify(connection))


def verified_since(ground: Ground) -> Measure:
    """What was added after a checkpoint of each chain, a thousand events ago."""
    return _measured("verify_since", EVENTS, lambda: verify(connection, since=_points()))


def _measured(name: str, count: int, work: Callable) -> Measure:
    call_command("migrate", verbosity=0)
    _fill(count)
    started, cpu = time.perf_counter(), time.process_time()
    result = work()
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    peak = papers.peak()
    note = f"{count} 个事件，核验 {result.links} 条，按钟表 {seconds:.1f} 秒"
    errors = len(result.findings)
    return Measure(
        name,
        cpu_ms=round(cpu * 1000),
        rows_per_s=round(result.links / cpu),
        peak_mb=round(peak),
        errors=errors,
        note=note,
    )


def _fill(count: int) -> None:
    for start in range(0, count, PIECE):
        with transaction.atomic():
            services.record_many([_event(number) for number in range(start, start + PIECE)])


def _event(number: int) -> Event:
    return Event(
        verb="register.agree",
        bureau=1 + number % BUREAUS,
        actor=number % 300,
        actor_name="规划股股长",
        actor_post="县建设局规划股股长",
        object_type="register",
        object_id=number % 5000,
        object_label="规划管理岗",
        detail={"decision": number, "step": "office", "round": 1, "seal": "ab" * 32},
        address="10.1.2.3",
    )


def _points() -> list[Checkpoint]:
    last = EVENTS // BUREAUS - RECENT
    return [Checkpoint(link.bureau, link.seq, link.digest) for link in Link.objects.filter(seq=last)]


CHILDREN = {"verify": verified, "verify_since": verified_since}
