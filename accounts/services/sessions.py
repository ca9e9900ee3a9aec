"""Opening and ending sessions. They end on the server, whatever the browser keeps."""

import time

from django.contrib import auth
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts import policy
from accounts.exceptions import NotNow
from accounts.hooks import Facts
from accounts.models import Session, User
from accounts.sessions import SIGN_IN, digest_of
from audit import services as audit
from audit.context import address

BACKEND = "django.contrib.auth.backends.ModelBackend"


@transaction.atomic
def open_session(*, request: HttpRequest, user: User, facts: Facts, factor: bool) -> None:
    """Sign the person in under a new key; the oldest sessions beyond the number that the policy allows end."""
    rules = policy.current()
    auth.login(request, user, backend=BACKEND)
    # Not by saving the account, as Django does: that he came is no change of it, and its history stays readable.
    User.objects.filter(pk=user.pk).update(last_login=timezone.now())
    request.session[SIGN_IN] = {
        "at": time.time(),
        "from": address.get()[:64],
        "with": request.headers.get("User-Agent", "")[:200],
        "idle": rules.idle_minutes_administrator if facts.administrator else rules.idle_minutes,
        "administrator": facts.administrator,
        "factor": factor,
    }
    _keep_the_newest(request, user, rules.sessions)


@transaction.atomic
def _keep_the_newest(request: HttpRequest, user: User, allowed: int) -> None:
    """One at a time for a person: of sign-ins at the same moment no more remain than are allowed."""
    User.objects.select_for_update().get(pk=user.pk)
    request.session.save()
    mine = digest_of(request.session.session_key)
    rows = Session.objects.filter(user=user).exclude(digest=mine).order_by("-started_at", "-pk")
    beyond = [row.pk for row in rows[allowed - 1 :]]
    if beyond:
        Session.objects.filter(pk__in=beyond).delete()
        audit.record(verb="session.oldest", by=user, target=user, ended=len(beyond))


def factor_done(*, request: HttpRequest, done: bool = True) -> None:
    """From now on this session counts as one with a second factor, or no more."""
    if SIGN_IN in request.session:
        request.session[SIGN_IN] = request.session[SIGN_IN] | {"factor": done}


@transaction.atomic
def end_sessions(*, user: User, keep: str | None = None) -> int:
    """End all sessions of a person, but the one with the key ``keep``. Part of an act that has an event of its own."""
    rows = Session.objects.filter(user=user)
    if keep:
        rows = rows.exclude(digest=digest_of(keep))
    return rows.delete()[0]


@transaction.atomic
def end_all(*, by: User, user: User, bureau: int = 0) -> int:
    """An administrator, or the person himself from his list, ends all sessions."""
    ended = end_sessions(user=user)
    audit.record(verb="session.end", by=by, bureau=bureau, target=user, ended=ended)
    return ended


@transaction.atomic
def end_one(*, by: User, pk: int) -> None:
    """One of his own sessions, from his list. Raises NotNow when it has ended already."""
    if not Session.objects.filter(pk=pk, user=by).delete()[0]:
        raise NotNow("这个登录已经结束。")
    audit.record(verb="session.end", by=by, target=by, ended=1)


@transaction.atomic
def end_others(*, request: HttpRequest) -> int:
    """He ends all his sessions but the one that he looks from."""
    ended = end_sessions(user=request.user, keep=request.session.session_key)
    audit.record(verb="session.end", by=request.user, target=request.user, ended=ended)
    return ended
