"""The browser that a person signed in with before: a signed cookie with a number of its own and who used it last.

It locks nobody in or out by itself. Strangers' failures do not count against it (`services.lockout`), and what was
typed before sign-in is offered to the same person only.
"""

import secrets
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE = f"{settings.COOKIE_PREFIX}last_who"
AGE = 180 * 86400
PEOPLE = 5  # of a shared computer


@dataclass(frozen=True)
class Device:
    key: str = ""
    people: tuple[int, ...] = ()  # the last first

    @property
    def last(self) -> int | None:
        return self.people[0] if self.people else None


def device_of(request: HttpRequest) -> Device:
    """What the cookie tells; an empty one for a browser that nobody signed in with."""
    key, _, people = request.get_signed_cookie(COOKIE, default="", max_age=AGE).partition(".")
    if not key or not all(part.isdecimal() for part in people.split(",")):
        return Device()
    return Device(key, tuple(int(part) for part in people.split(",")))


def remember(request: HttpRequest, response: HttpResponse, user_id: int) -> None:
    """The person has signed in with this browser."""
    device = device_of(request)
    people = [user_id, *(one for one in device.people if one != user_id)][:PEOPLE]
    response.set_signed_cookie(
        COOKIE,
        f"{device.key or secrets.token_urlsafe(12)}.{','.join(map(str, people))}",
        max_age=AGE,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
