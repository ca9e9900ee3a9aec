"""Where the current request comes from, for events written deep inside services, and by which number it is found."""

from contextvars import ContextVar

address: ContextVar[str] = ContextVar("address", default="")
request_number: ContextVar[str] = ContextVar("request_number", default="")  # on every error page and in the log
