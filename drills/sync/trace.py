"""What strace saw of the server, read call by call: was the log synced when an answer left?"""

import re
import shutil
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

CALLS = "trace=recvfrom,sendto,write,pwrite64,writev,pwritev,fsync,fdatasync,sync_file_range"
LINE = re.compile(r"(\d+)\s+(?:<\.\.\. (?P<resumed>\w+) resumed>|(?P<call>\w+)\()(?P<rest>.*)")
PLACE = re.compile(r"\d+<(?P<path>[^>]*)>")
ANSWER = re.compile(r'"HTTP/1\.1 (?P<status>\d{3})')
REQUEST = re.compile(r'"(?P<method>GET|POST) ')
WRITES = {"write", "pwrite64", "writev", "pwritev"}
SYNCS = {"fsync", "fdatasync"}
PATIENCE = 20.0


class Trace:
    """strace on running processes and all that they start from now on."""

    def __init__(self, pids: list[int], file: Path) -> None:
        self.file = file
        command = [shutil.which("strace") or "strace", "-f", "-y", "-s", "48", "-e", CALLS, "-o", str(file)]
        for pid in pids:
            command += ["-p", str(pid)]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        self.said: list[str] = []
        threading.Thread(target=self._listen, daemon=True).start()
        until = time.monotonic() + PATIENCE
        while sum(" attached" in line for line in self.said) < len(pids):
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"strace 不能跟踪服务进程（容器或系统可能不允许）：{' '.join(self.said)[:300]}")
            time.sleep(0.02)

    def _listen(self) -> None:
        for line in self.process.stderr:
            self.said.append(line.strip())

    def end(self) -> list[str]:
        """Let the processes go; what was seen."""
        self.process.terminate()
        self.process.wait(PATIENCE)
        return self.file.read_text(errors="replace").splitlines()


@dataclass
class Found:
    """Answers to what wrote into the log: how many, and those that left before it was synced."""

    answers: int = 0
    early: list[str] = field(default_factory=list)


@dataclass
class _Thread:
    wrote: bool = False  # into the log, since its request came
    unsynced: bool = False
    asked: str = ""
    pending: str = ""  # the file of a call that has not returned


def read_sqlite(lines: list[str]) -> Found:
    """Each thread of the server does a request from its beginning to its answer, commit and sync included."""
    found, threads = Found(), {}
    for pid, call, rest, ended in calls(lines):
        thread = threads.setdefault(pid, _Thread())
        path = PLACE.match(rest)["path"] if PLACE.match(rest) else thread.pending
        if call == "recvfrom" and (asked := REQUEST.search(rest)):
            threads[pid] = _Thread(asked=asked["method"])
        elif call in WRITES and path.endswith("-wal"):
            thread.wrote = thread.unsynced = True
        elif call in SYNCS and path.endswith("-wal") and ended:
            thread.unsynced = False
        elif call == "sendto" and (answer := ANSWER.search(rest)) and thread.wrote:
            _answered(found, thread, answer["status"], synced=not thread.unsynced)
        thread.pending = "" if ended else path
    return found


def read_postgresql(lines: list[str]) -> Found:
    """The server's answer comes after a sync of its log by whichever process: one act at a time is sent."""
    found, asked, synced, pending = Found(), _Thread(), False, {}
    for pid, call, rest, ended in calls(lines):
        path = PLACE.match(rest)["path"] if PLACE.match(rest) else pending.get(pid, "")
        if call == "recvfrom" and (request := REQUEST.search(rest)):
            asked, synced = _Thread(asked=request["method"]), False
        elif call in SYNCS and "/pg_wal/" in path and ended:
            synced = True
        elif call == "sendto" and (answer := ANSWER.search(rest)) and asked.asked == "POST":
            _answered(found, asked, answer["status"], synced=synced)
        pending[pid] = "" if ended else path
    return found


def _answered(found: Found, thread: _Thread, status: str, *, synced: bool) -> None:
    if thread.asked != "POST" or status not in ("200", "302"):
        return
    found.answers += 1
    if not synced:
        found.early.append(f"应答 {status} 发出时，写下的还没有落盘")
    thread.wrote = False  # one answer may be sent in several pieces


def calls(lines: list[str]):
    """(process, call, what stands after it, whether it has returned) in the order seen."""
    for line in lines:
        if match := LINE.match(line):
            name = match["resumed"] or match["call"]
            yield int(match[1]), name, match["rest"], "<unfinished" not in match["rest"]
