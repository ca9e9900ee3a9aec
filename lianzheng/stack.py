"""Room for the calls of Python, taken once instead of piece by piece.

Python 3.11 to 3.14 keep the frames of running calls in pieces of 16 KiB, and give a piece back to the system as soon
as the call that needed it returns. A loop that stands at the very end of a piece asks for the next one at each of its
calls: two system calls and a fresh page each time (https://github.com/python/cpython/issues/142183, repaired in
later releases of 3.13 and 3.14). Pages and tests took up to a quarter longer for it.
"""

import functools
from collections.abc import Callable

WORDS = 140_000  # more than half of 2 MiB, so that the piece has 2 MiB: what is left of it is for the calls below


def roomy(call: Callable) -> Callable:
    """The same, with room for some thousand calls below it in one piece. Only pages that are touched take memory.

    Good as a middleware too, where `call` is what comes next.
    """

    @functools.wraps(call)
    def called(*args, **named):
        return call(*args, **named)

    # By its own account the caller may put so many values on the stack: Python makes the piece as large as that needs.
    called.__code__ = called.__code__.replace(co_stacksize=WORDS)
    return called
