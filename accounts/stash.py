"""A form typed before sign-in: kept in the session by `lianzheng.middleware`, offered again by the resume page."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

STASH_KEY = "typed_before_sign_in"


@dataclass(frozen=True)
class Stash:
    path: str
    fields: tuple[tuple[str, str], ...]


def stash_of(request: HttpRequest) -> Stash | None:
    """The kept form, if there is one and it goes to a page of ours."""
    kept = request.session.get(STASH_KEY)
    if not kept:
        return None
    path = kept.get("path", "")
    if not path.startswith("/") or not url_has_allowed_host_and_scheme(path, allowed_hosts=None):
        return None
    return Stash(path, tuple((name, value) for name, value in kept.get("fields", [])))


def drop(request: HttpRequest) -> None:
    """Forget the kept form."""
    request.session.pop(STASH_KEY, None)
