"""What ends the work of a job before it is done. None of them is a fault of the work."""


class Interrupted(Exception):
    """Base: let it pass, the worker knows what to do."""


class Cancelled(Interrupted):
    """Who asked for it has cancelled it."""


class Stopping(Interrupted):
    """The worker is being stopped; somebody else will do the job from its beginning."""


class Lost(Interrupted):
    """The job is not this worker's any more: its lease ran out and another one took it."""
