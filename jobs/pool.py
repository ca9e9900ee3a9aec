"""Several workers as child processes of one that only watches them: ends them cleanly, replaces those that are gone."""

import gc
import logging
import os
import signal
import sys
import threading
import time
from dataclasses import dataclass, field

from django.db import DatabaseError, connections

from jobs import queue, worker
from jobs.stop import Stop

logger = logging.getLogger(__name__)

GRACE = 20.0  # seconds that a worker has for the piece in hand
LOOK = 0.5
# A worker makes hundreds of thousands of rows that all live until the end of the job: looking for cycles among them
# costs a fifth of an import. `work_until` looks once after each job instead.
RARELY = (200_000, 50, 50)


@dataclass
class Pool:
    """So many workers, each replaced when it ends."""

    size: int
    most_memory: int
    children: dict[int, str] = field(default_factory=dict)  # pid → worker's name
    stop: Stop = field(default_factory=Stop)

    def run(self) -> None:
        """Until SIGTERM or SIGINT, or until the parent of this process is gone."""
        parent = os.getppid()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop.ask)
        gc.collect()
        gc.freeze()  # what is loaded by now is shared by the workers
        gc.set_threshold(*RARELY)
        sweep = worker.Sweep()
        while not self.stop.asked and os.getppid() == parent:
            sweep()
            connections.close_all()  # a child must not inherit a connection
            self._reap()
            while len(self.children) < self.size and not self.stop.asked:
                self._fork()
            self.stop.sleep(LOOK)
        self._end()

    def _fork(self) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid:
            self.children[pid] = _name_of(pid)
            return
        code = 1
        try:
            _child(self.most_memory)
            code = 0
        except BaseException:
            logger.exception("a worker ended by an error")
        finally:
            os._exit(code)

    def _reap(self) -> None:
        """Take note of workers that ended; what a killed one had in hand is free at once."""
        for pid in list(self.children):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if not ended:
                continue
            name = self.children.pop(pid)
            if status:
                logger.error("worker %s ended with status %s", name, status)
                self._release(name)
                self.stop.sleep(LOOK)  # no storm of processes when each one dies at once

    def _release(self, name: str) -> None:
        try:
            queue.release(name)
        except DatabaseError:  # the lease runs out by itself
            logger.exception("the job of %s could not be freed", name)
        finally:
            connections.close_all()

    def _end(self) -> None:
        """Let the workers finish their piece; kill those that take too long."""
        self._signal(signal.SIGTERM)
        until = time.monotonic() + GRACE
        while self.children and time.monotonic() < until:
            self._reap_quietly()
            time.sleep(0.05)
        self._signal(signal.SIGKILL)
        for pid, name in self.children.items():
            os.waitpid(pid, 0)
            self._release(name)

    def _reap_quietly(self) -> None:
        for pid in list(self.children):
            if os.waitpid(pid, os.WNOHANG)[0]:
                self._release(self.children.pop(pid))

    def _signal(self, number: int) -> None:
        for pid in self.children:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue


def _name_of(pid: int) -> str:
    return f"{os.uname().nodename[:40]}:{pid}"


def _child(most_memory: int) -> None:
    """The life of one worker."""
    stop = Stop()
    signal.signal(signal.SIGTERM, stop.ask)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group: the parent tells us
    threading.Thread(target=_watch_parent, args=(os.getppid(), stop), daemon=True).start()
    worker.work_until(stop, most_memory=most_memory, worker=_name_of(os.getpid()))
    connections.close_all()


def _watch_parent(parent: int, stop: Stop) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    stop.ask()
