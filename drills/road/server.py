"""Striking at PostgreSQL itself: backends ended or killed, the server restarted at once.

Only a server that the drill owns (bin/drill started it and says where: DRILL_SERVER) is killed or restarted; of
somebody else's the drill ends the sessions of its own database.
"""

import os
import random
import signal
import subprocess
import time
from pathlib import Path

import psycopg
from django.db import connection, connections

PATIENCE = 30.0


def place() -> str:
    """The data folder of the server that is ours; empty when it is somebody else's."""
    return os.environ.get("DRILL_SERVER", "")


def strike(chance: random.Random) -> str:
    """Do one of the things that can happen to a server; returns which, when it answers again."""
    connections.close_all()
    if not place():
        end_sessions()
        return "sessions"
    what = chance.choice(("sessions", "backend", "server"))
    if what == "sessions":
        end_sessions()
    elif what == "backend":
        kill_backend(chance)
    else:
        restart()
    wait()
    return what


def _admin() -> psycopg.Connection:
    """A connection that is not the program's, to the database beside it."""
    given = connection.settings_dict
    return psycopg.connect(
        host=given["HOST"] or None, port=given["PORT"] or None, user=given["USER"], dbname="postgres", autocommit=True
    )


def pids() -> list[int]:
    """The backends that serve the drill's database."""
    with _admin() as admin:
        rows = admin.execute("SELECT pid FROM pg_stat_activity WHERE datname = %s", [connection.settings_dict["NAME"]])
        return [row[0] for row in rows]


def end_sessions() -> None:
    with _admin() as admin:
        name = connection.settings_dict["NAME"]
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])


def kill_backend(chance: random.Random) -> None:
    """kill -9: the postmaster then ends all others and recovers."""
    if found := pids():
        try:
            os.kill(chance.choice(found), signal.SIGKILL)
        except ProcessLookupError:
            return
        time.sleep(0.2)  # until the postmaster has noticed


def restart() -> None:
    """`pg_ctl restart -m immediate`: no goodbye, recovery at the start."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[-3]))
    command = [str(programs[-1]), "-D", place(), "-m", "immediate", "-w", "-s", "restart"]
    owner = Path(place()).owner()
    if os.getuid() == 0 and owner != "root":
        command = ["runuser", "-u", owner, "--", *command]
    # A file, not a pipe: the server that stays would hold it open.
    with (Path(place()).parent / "restart.log").open("ab") as log:
        subprocess.run(command, check=True, timeout=60, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd="/")


def wait() -> None:
    """Until it takes connections again."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            with _admin():
                return
        except psycopg.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
