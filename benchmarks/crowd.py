"""Fifty people saving and deciding at once on SQLite, through the views, on a copy of the prepared database.

As bin/run serves: two processes of eight threads, each thread with a connection of its own; what fifty people send
waits there for a thread, as it would in the server.
"""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from accounts.models import User
from benchmarks.ground import Ground
from benchmarks.measure import Measure
from benchmarks.requests import client_of
from registers.enums import RegisterState
from registers.models import Block, Register
from registers.schemes.store import spec_of
from workflow import desks
from workflow.models import Task

PROCESSES, THREADS, PEOPLE, ROUNDS = 2, 8, 50, 8
HIDDEN = re.compile(r'name="(key|seen)" value="([^"]*)"')
VIEWS = {"opinions": "register_opine", "review": "register_agree"}
PART = "LIANZHENG_BENCH_PART"  # which of the processes this one is


@dataclass
class Told:
    """What became of the acts of one process."""

    times: list[float] = field(default_factory=list)
    done: int = 0
    refused: int = 0
    locked: int = 0


def measure(ground: Ground) -> Measure:
    """All processes at once; ``errors`` is how often "database is locked" reached a user."""
    if connection.vendor != "sqlite":
        return Measure("crowd", note="只在 SQLite 上测")
    with _copied() as folder:
        command = [sys.executable, "-m", "benchmarks.run", "--child", "crowd"]
        base = {**os.environ, "LIANZHENG_DATA": str(folder)}
        running = [
            subprocess.Popen(command, cwd=settings.BASE_DIR, env=base | {PART: str(part)}, stdout=subprocess.PIPE)
            for part in range(PROCESSES)
        ]
        halves = [json.loads(process.communicate()[0]) for process in running]
    acts, seconds = sum(half["queries"] for half in halves), max(half["cpu_ms"] for half in halves) / 1000
    return Measure(
        "crowd",
        errors=sum(half["errors"] for half in halves),
        p95_ms=max(half["p95_ms"] for half in halves),
        rows_per_s=acts / seconds,
        note=f"{PEOPLE} 人同时保存和办理，{acts} 次写入；" + "；".join(half["note"] for half in halves),
    )


def half(ground: Ground) -> Measure:
    """What one process does. Here ``queries`` counts the acts done and ``cpu_ms`` is the wall time of all."""
    part, told, lock = int(os.environ.get(PART, "0")), Told(), threading.Lock()
    signed_in: dict[int, Client] = {}
    jobs = [
        (act, signed_in.setdefault(user.pk, client_of(user)), register)
        for act, user, register in _sent(_savers(ground)[part::PROCESSES], _deciders(ground)[part::PROCESSES])
    ]
    begun = time.monotonic()
    with ThreadPoolExecutor(THREADS) as pool:
        for running in [pool.submit(_once, *job, told, lock) for job in jobs]:
            running.result()
    seconds = time.monotonic() - begun
    times = sorted(told.times) or [0.0]
    return Measure(
        "crowd",
        cpu_ms=seconds * 1000,
        queries=told.done,
        errors=told.locked,
        p95_ms=times[int(len(times) * 0.95)] * 1000,
        note=f"办成 {told.done}，按规则拒绝 {told.refused}",
    )


def _sent(savers: list, deciders: list) -> Iterator[tuple]:
    """Round by round, every second person of this process saves and every second decides."""
    for number in range(PEOPLE // PROCESSES * ROUNDS):
        act, work = (_decide, deciders) if number % 2 else (_save, savers)
        yield act, *work[(number // 2) % len(work)]


@contextmanager
def _copied() -> Iterator[Path]:
    """A folder with a copy of the database, and the static files that pages name."""
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=Path(settings.DATA_DIR).parent))
    try:
        name = Path(settings.DATABASES["default"]["NAME"])
        with sqlite3.connect(name) as old, sqlite3.connect(folder / name.name) as new:
            old.backup(new)
        (folder / "static").symlink_to(settings.STATIC_ROOT)
        yield folder
    finally:
        shutil.rmtree(folder)


def _savers(ground: Ground) -> list[tuple[User, Register]]:
    rows = Register.objects.filter(state=RegisterState.FILLING, scope="post", filler__isnull=False)
    rows = rows.filter(blocks__removed_at=None, blocks__isnull=False).distinct().order_by("pk")
    return [(register.filler, register) for register in rows.select_related("filler", "scheme")]


def _deciders(ground: Ground) -> list[tuple[User, Register]]:
    """People with what waits for them where one person's word counts."""
    found = []
    rows = Task.objects.filter(open=True, register__state=RegisterState.MOVING, register__waiting="")
    rows = list(rows.select_related("register__scheme").order_by("pk"))
    people = desks.holders_of({task.desk for task in rows}, ground.day)
    for task in rows:
        step = spec_of(task.register.scheme).route(task.register.scope).step(task.step)
        if step.kind in VIEWS and not step.determines and people[task.desk]:
            task.register.view = VIEWS[step.kind]
            found.append((people[task.desk][0].user, task.register))
    return found


def _once(act, client: Client, register: Register, told: Told, lock: threading.Lock) -> None:
    try:
        seconds, status = act(client, register)
    except OperationalError:
        with lock:
            told.locked += 1
        return
    with lock:
        told.times.append(seconds)
        told.done += status in (200, 302)
        told.refused += status not in (200, 302)


def _save(client: Client, register: Register) -> tuple[float, int]:
    """Autosave of one row: its first point gets another name."""
    block = Block.objects.filter(register=register, removed_at=None).order_by("order").first()
    point = block.points.order_by("order").first()
    sent = {"row_version": block.row_version, "matter": block.matter, "power": block.power_id or ""}
    if point:
        prefix = f"p-{point.lineage}-"
        sent |= {"point": point.lineage, f"{prefix}name": f"{point.name[:40]}（{time.monotonic_ns() % 1000}）"}
        sent |= {f"{prefix}kind": point.kind, f"{prefix}manifestation": point.manifestation}
    url = reverse("register_row_save", args=(register.pk, block.pk))
    return _timed(client, url, sent, {"X-Autosave": "1"})


def _decide(client: Client, register: Register) -> tuple[float, int]:
    """Look at the register, then sign."""
    url = reverse(register.view, args=(register.pk,))
    hidden = dict(HIDDEN.findall(client.get(url).content.decode()))
    return _timed(client, url, hidden | {"opinion": "同意。"}, {})


def _timed(client: Client, url: str, sent: dict, headers: dict) -> tuple[float, int]:
    begun = time.monotonic()
    response = client.post(url, sent, headers=headers)
    return time.monotonic() - begun, response.status_code
