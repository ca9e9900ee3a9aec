"""Those who race: threads in processes of their own, each with its connection, released together for every race."""

import multiprocessing
import threading
from collections.abc import Iterable
from multiprocessing.connection import Connection
from typing import Any

from django.db import connection, connections

from accounts.exceptions import Refused
from drills.races.verbs import VERBS, Outcome

PROCESSES, THREADS = 2, 2
SEATS = PROCESSES * THREADS
PATIENCE = 120  # seconds; a race takes a fraction of one
Act = tuple[str, dict[str, Any]]  # a verb and what it is given


class Seats:
    """Made before the drill's own threads, as each process is forked from one that holds no connection."""

    def __init__(self) -> None:
        connections.close_all()
        start = multiprocessing.get_context("fork")
        barrier = start.Barrier(SEATS)
        self.pipes: list[Connection] = []
        self.processes = []
        for _ in range(PROCESSES):
            near, far = start.Pipe()
            process = start.Process(target=_sit, args=(far, barrier), daemon=True)
            process.start()
            far.close()
            self.pipes.append(near)
            self.processes.append(process)

    def race(self, races: list[list[Act]]) -> list[list[Outcome]]:
        """Run them one after the other; of each, what became of its acts in their order."""
        for number, pipe in enumerate(self.pipes):
            pipe.send([[_at(acts, number * THREADS + place) for acts in races] for place in range(THREADS)])
        told = [line for pipe in self.pipes for line in _received(pipe)]
        places = sorted(range(SEATS), key=_order)
        return [[told[seat][number] for seat in places[: len(acts)]] for number, acts in enumerate(races)]

    def leave(self) -> None:
        for pipe in self.pipes:  # told in words: a process forked later holds the other's pipe open
            pipe.send(None)
        for process in self.processes:
            process.join(30)


def _order(seat: int) -> int:
    """Which act of a race is done there: the first two in different processes, so the third and the fourth."""
    return seat // THREADS + (seat % THREADS) * PROCESSES


def _at(acts: list[Act], seat: int) -> Act | None:
    return acts[_order(seat)] if _order(seat) < len(acts) else None


def _received(pipe: Connection) -> list[list[Outcome | None]]:
    if not pipe.poll(PATIENCE):
        raise RuntimeError("the races do not come to an end")
    return pipe.recv()


def _sit(pipe: Connection, barrier: Any) -> None:
    while parts := pipe.recv():
        told: list[list[Outcome | None]] = [[] for _ in parts]
        pairs = zip(parts, told, strict=True)
        threads = [threading.Thread(target=_run, args=(part, barrier, lines)) for part, lines in pairs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        pipe.send(told)


def _run(part: Iterable[Act | None], barrier: Any, told: list[Outcome | None]) -> None:
    """What was looked at before the signal may be stale after it: that is the point."""
    try:
        for act in part:
            ready = VERBS[act[0]](**act[1]) if act else None
            barrier.wait(PATIENCE)
            told.append(_done(ready) if ready else None)
    finally:
        connection.close()


def _done(ready) -> Outcome:
    try:
        return Outcome("won", ready())
    except Refused as refused:
        return Outcome("refused", str(refused))
    except Exception as fault:
        return Outcome("fault", f"{type(fault).__name__}: {fault}")
