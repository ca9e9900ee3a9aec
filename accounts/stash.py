"""A form that came when it could not be taken, before sign-in or before a duty: kept, and offered again afterwards."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

PATH = re.compile(r"/(?!/)[^\x00-\x20\x7f-\xa0\\]*")
STASH_KEY = "typed_before_sign_in"
STASH_LIMIT = 64 * 1024  # a full row of the filling page is a tenth of it; anybody can make us keep one
OPENS = ("password", "code")  # in the name of a field: what opens an account is not written down anywhere
TOKEN = "csrfmiddlewaretoken"


@dataclass(frozen=True)
class Stash:
    path: str
    fields: tuple[tuple[str, str], ...]


def keep(request: HttpRequest) -> bool:
    """Keep the form of this request in the session; False when it is too large, or holds files or a password."""
    fields = [(name, value) for name in request.POST if name != TOKEN for value in request.POST.getlist(name)]
    if is_secret(fields):
        return False
    if request.FILES or len(json.dumps(fields)) > STASH_LIMIT:
        return False
    request.session[STASH_KEY] = {"path": request.get_full_path(), "fields": fields}
    return True


def is_secret(fields: Iterable[tuple[str, object]]) -> bool:
    """Whether something among it opens an account, which is written down nowhere."""
    return any(word in name for name, _ in fields for word in OPENS)


def is_path_of_ours(text: str) -> bool:
    """Whether a browser that is sent there stays on this site.

    Browsers leave out tabs and line ends and take a backslash for a slash: what has any of them is no path.
    """
    return bool(PATH.fullmatch(text)) and url_has_allowed_host_and_scheme(text, allowed_hosts=None)


def stash_of(request: HttpRequest) -> Stash | None:
    """The kept form, if there is one and it goes to a page of ours."""
    kept = request.session.get(STASH_KEY)
    if not kept:
        return None
    path = kept.get("path", "")
    if not is_path_of_ours(path):
        return None
    return Stash(path, tuple((name, value) for name, value in kept.get("fields", [])))


def drop(request: HttpRequest) -> None:
    """Forget the kept form."""
    request.session.pop(STASH_KEY, None)
