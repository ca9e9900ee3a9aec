"""The limited process in which uploaded workbooks are opened: `python -m registers.importing.child read`.

The file comes on standard input, what was found goes to standard output; nothing else is open to it: little memory,
little processor time, no files to write, no settings, no database. `reading` starts it. To write a workbook openpyxl
needs files of its own: for that task small ones are allowed, in a folder that `reading` makes and clears away.
"""

import io
import json
import os
import resource
import sys
import warnings
from collections.abc import Callable
from contextlib import AbstractContextManager, redirect_stdout

from registers.importing.extract import extract
from registers.importing.guards import Unreadable
from registers.importing.marking import mark

MEMORY = 768 * 1024 * 1024
SECONDS = 30
LARGEST_WRITTEN = {"read": 0, "mark": 64 * 1024 * 1024}
TOO_BIG = "工作簿太大或太复杂，没有读完；请只保留要导入的表，删去多余的格式后再上传。"


def limit(largest: int) -> None:
    """From here on: bounded memory and time, no large file may be written, few may be open, others go first."""
    limits = (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, largest),
        (resource.RLIMIT_NOFILE, 32),
        (resource.RLIMIT_NPROC, 0),  # it starts no other process, so ending it ends all of it
        (resource.RLIMIT_CORE, 0),
    )
    for what, most in limits:
        resource.setrlimit(what, (most, most))
    os.nice(5)


def silent() -> AbstractContextManager:
    """What a library prints (openpyxl does, about a style that is not there) stays out of the answer."""
    return redirect_stdout(io.StringIO())


def read(given: bytes) -> bytes:
    """The sheets as JSON."""
    return json.dumps({"sheets": extract(given)}, ensure_ascii=False).encode()


def marked(given: bytes) -> bytes:
    """The workbook with remarks; the remarks are the first line of what is given."""
    notes, _, data = given.partition(b"\n")
    return b"{}\n" + mark(data, json.loads(notes))


TASKS: dict[str, Callable[[bytes], bytes]] = {"read": read, "mark": marked}


def main() -> None:
    task = sys.argv[1]
    limit(LARGEST_WRITTEN[task])
    warnings.simplefilter("ignore")
    try:
        with silent():
            told = TASKS[task](sys.stdin.buffer.read())
    except Unreadable as fault:
        told = json.dumps({"refused": str(fault)}, ensure_ascii=False).encode()
    except (MemoryError, RecursionError):
        told = json.dumps({"refused": TOO_BIG}, ensure_ascii=False).encode()
    sys.stdout.buffer.write(told)


if __name__ == "__main__":
    main()
