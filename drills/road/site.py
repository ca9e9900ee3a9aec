"""The site as bin/run serves it: gunicorn with bin/gunicorn.conf.py, forked from this process so that it is up at once.

Only the loading of the program is spared; the master, its workers and their connections are those of production.
"""

import http.client
import multiprocessing
import os
import random
import signal
import socket
import sys
import time
import traceback
from multiprocessing.connection import Connection
from pathlib import Path

from django.db import connections, transaction
from django.test import Client
from gunicorn.app.wsgiapp import WSGIApplication

from drills.plumbing.ground import ROOT
from lianzheng import wsgi
from tests.plumbing.database import OF_DJANGO

PATIENCE = 30.0
WORKERS = 2
CONFIG = str(ROOT / "bin" / "gunicorn.conf.py")
assert wsgi.application  # loaded here once


class Site:
    """One server, started, killed and started again on the same port.

    Made before any thread of the drill: the servers are forked from a process that never opened the database, since
    SQLite's locks belong to a process and a child must not inherit what its library remembers of them.
    """

    def __init__(self, folder: Path) -> None:
        self.log = folder / "server.log"
        self.port = _free_port()
        self.pid = 0
        Client().get("/signin/")  # templates too are read here once
        connections.close_all()
        sys.stdout.flush()
        sys.stderr.flush()
        self._pipe, far = multiprocessing.Pipe()
        self._nursery = os.fork()
        if not self._nursery:
            self._pipe.close()
            self._bear(far)
        far.close()

    def _bear(self, orders: Connection) -> None:
        """The process that servers are forked from: one order, one answer; ends with the drill."""
        pid = 0
        try:
            while True:
                order = orders.recv()
                if order == "start":
                    pid = os.fork()
                    if not pid:
                        orders.close()
                        self._serve()
                elif pid:
                    os.waitpid(pid, 0)
                    pid = 0
                orders.send(pid)
        except EOFError:
            if pid:
                _signal(-pid, signal.SIGKILL)
        finally:
            os._exit(0)

    def start(self) -> None:
        """A master in a process group of its own; returns when it answers and all its workers are there."""
        self._pipe.send("start")
        self.pid = self._pipe.recv()
        self.wait()
        while len(self.workers()) < WORKERS:  # the master brings them one after the other; one alone answers already
            time.sleep(0.02)

    def _serve(self) -> None:
        try:
            os.setsid()
            transaction.mark_for_rollback_on_error = OF_DJANGO  # as in production
            handle = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            os.dup2(handle, 1)
            os.dup2(handle, 2)
            os.environ["LIANZHENG_WORKERS"] = str(WORKERS)
            os.environ["LIANZHENG_BIND"] = f"127.0.0.1:{self.port}"
            sys.argv = ["gunicorn", "--config", CONFIG, "lianzheng.wsgi:application"]
            WSGIApplication("%(prog)s").run()
        except SystemExit:
            os._exit(0)
        except BaseException:
            traceback.print_exc()
        os._exit(1)

    def wait(self) -> None:
        """Until it answers a request."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                asked.request("GET", "/signin/")
                asked.getresponse().read()
                asked.close()
                return
            except OSError:
                time.sleep(0.02)
        raise RuntimeError(f"the site does not answer: {self.log.read_text()[-2000:]}")

    def workers(self) -> list[int]:
        """The processes that answer."""
        try:
            return [int(pid) for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()]
        except OSError:
            return []

    def kill_workers(self, chance: random.Random) -> None:
        """kill -9 of one worker or of all; the master brings new ones."""
        pids = self.workers()
        for pid in pids if chance.random() < 0.5 else pids[:1]:
            _signal(pid, signal.SIGKILL)

    def kill_all(self) -> None:
        """kill -9 of the whole group, master and workers, at once."""
        if self.pid:
            _signal(-self.pid, signal.SIGKILL)
            self._pipe.send("reap")
            self._pipe.recv()
            self.pid = 0

    def stop(self) -> None:
        """The end of the drill."""
        self.kill_all()
        self._pipe.close()
        os.waitpid(self._nursery, 0)


def _signal(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
