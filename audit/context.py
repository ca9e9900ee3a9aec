"""Where the current request comes from, for events written deep inside services."""

from contextvars import ContextVar

address: ContextVar[str] = ContextVar("address", default="")
