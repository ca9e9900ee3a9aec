"""`python -m drills.plumbing.nursery`: the program loaded once, every drill that is asked for forked from it.

For the tests, which run each drill twice at a small count: most of its time would go into loading. In: a line of JSON,
the arguments of a drill; out: a line of JSON, how it ended and where what it said is.
"""

import gc
import json
import os
import sys
import tempfile
import traceback
from importlib import import_module
from pathlib import Path

import django
from django.urls import get_resolver

from drills.__main__ import main as drill
from drills.plumbing import ground
from drills.plumbing.catalogue import all_drills


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="lianzheng-nursery-") as place:
        ground.set_environment(Path(place), {})
        django.setup()
        for name in all_drills():
            import_module(f"drills.{name}.run")
        get_resolver().reverse("home")  # the addresses with all their views
        gc.freeze()  # what all drills share is never looked through, and so never copied
        for number, line in enumerate(sys.stdin):
            said = [str(Path(place) / f"{number}.{kind}") for kind in ("out", "err")]
            pid = os.fork()
            if pid == 0:
                _drill(json.loads(line), *said)
            code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            print(json.dumps({"code": code, "out": said[0], "err": said[1]}), flush=True)


def _drill(arguments: list[str], out: str, err: str) -> None:
    code = 2
    try:
        os.close(0)
        for number, file in ((1, out), (2, err)):
            os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT), number)
        code = drill(arguments)
    except SystemExit as ended:
        code = ended.code
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
