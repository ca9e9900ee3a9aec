"""A person's browser as far as a drill needs one: a signed-in session over one connection, forms with a token."""

import http.client
import time
from urllib.parse import urlencode

from django.middleware.csrf import _get_new_csrf_string

from accounts.models import User
from tests.matrix.cast import session_of

TIMEOUT = 60
IDLE = 10  # seconds, before the server hangs up; a real browser would open a new one by itself
NOTHING = 0  # in place of a status: no answer came


class Browser:
    """Posts forms as one user. A connection that broke is opened again with the next request."""

    def __init__(self, port: int, user: User) -> None:
        self.port, self.user = port, user
        self.token = _get_new_csrf_string()
        self.cookies = f"sessionid={session_of(user)}; csrftoken={self.token}"
        self._connection: http.client.HTTPConnection | None = None
        self._used = 0.0

    def post(self, path: str, fields: dict | list, **headers: str) -> tuple[int, str]:
        """Status and body of the answer; (NOTHING, "") when the connection broke before it was whole."""
        pairs = list(fields.items()) if isinstance(fields, dict) else list(fields)
        body = urlencode([*pairs, ("csrfmiddlewaretoken", self.token)], doseq=True)
        return self._ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded", **headers})

    def get(self, path: str) -> tuple[int, str]:
        return self._ask("GET", path, None, {})

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> tuple[int, str]:
        if time.monotonic() - self._used > IDLE:
            self.leave()
        self._used = time.monotonic()
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
            self._connection.request(method, path, body, {"Cookie": self.cookies, **headers})
            answer = self._connection.getresponse()
            text = answer.read().decode(errors="replace")
            if answer.will_close:
                self.leave()
            return answer.status, answer.headers.get("Location") or text
        except (OSError, http.client.HTTPException):
            self.leave()
            return NOTHING, ""

    def leave(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
