"""`python -m drills.workbooks.keeper`: the reading child, kept for many files so that twenty thousand can be tried.

It has the limits of `registers.importing.child` and calls the same function; only the start is saved. In and out:
four bytes of length, then the bytes. Processor time is limited for the whole life of the process: who takes long ends
it, and the drill asks the product's own process what it says about that file.
"""

import json
import struct
import sys
import time
import warnings

from drills.plumbing.memory import peak_mb
from registers.importing import child, extract, guards

FILES = 400  # then another process takes over: memory that only grows with the number of files would be seen


def main() -> None:
    if "fault" in sys.argv:
        extract.Exception = ZeroDivisionError  # `except Exception` there catches nothing more of the reader's
        guards.LARGEST_UNPACKED = guards.MOST_ROWS = 1 << 40
    child.limit(0)
    warnings.simplefilter("ignore")
    for _ in range(FILES):
        head = sys.stdin.buffer.read(4)
        if len(head) < 4:
            return
        data = sys.stdin.buffer.read(struct.unpack("<I", head)[0])
        began = time.process_time()
        told = answer(data)
        told |= {"seconds": time.process_time() - began, "memory": peak_mb()}
        out = json.dumps(told, ensure_ascii=False).encode()
        sys.stdout.buffer.write(struct.pack("<I", len(out)) + out)
        sys.stdout.buffer.flush()


def answer(data: bytes) -> dict:
    """What `child.main` would do; an exception that it does not expect is told by name."""
    try:
        with child.silent():
            return {"sheets": child.read(data).decode()}
    except guards.Unreadable as fault:
        return {"refused": str(fault)}
    except (MemoryError, RecursionError):
        return {"refused": child.TOO_BIG}
    except BaseException as fault:
        return {"broke": f"{type(fault).__name__}: {str(fault)[:160]}"}


if __name__ == "__main__":
    main()
