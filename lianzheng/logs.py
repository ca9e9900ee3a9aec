"""The log: every record is one line of JSON, whatever stands in a path, a name or a traceback.

Only what is wrong is logged (WARNING and above). The number of the request is the one on the page that the user saw.
"""

import json
import logging
import re

from audit import context

# What JSON leaves as it is, yet a terminal or an editor takes for a new line, a command or another direction.
UNSEEN = re.compile("[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


class OneLine(logging.Formatter):
    """A record as JSON: at, level, logger, request, message, and trace where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "request": _number(record),
            "message": record.getMessage(),
            "trace": self.formatException(record.exc_info) if record.exc_info else "",
        }
        line = json.dumps({name: value for name, value in told.items() if value}, ensure_ascii=False)
        return UNSEEN.sub(lambda sign: f"\\u{ord(sign[0]):04x}", line)


def _number(record: logging.LogRecord) -> str:
    """Django logs an answer after all middleware, but says of which request it was."""
    return getattr(getattr(record, "request", None), "request_number", "") or context.request_number.get()
