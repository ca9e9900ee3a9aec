"""For each event: sign in through the page, let it happen, replay the old cookie on addresses of the whole site."""

import datetime
import logging
import random

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.handlers.base import BaseHandler
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts import policy, services
from accounts.models import Session, User
from accounts.roles import Role
from accounts.services import second_factor as factors
from accounts.services import sessions
from audit.models import Event
from drills.plumbing.crowd import all_at_once
from drills.plumbing.model import Ask, Report
from registers.models import RoleGrant
from registers.services import roles as role_services
from tests.factories import grant, make_bureau

RIGHT, NEXT = "Lan-tian-8-bai-yun", "Qing-shan-6-lv-shui"
AGENT = "Mozilla/5.0 (X11; Linux x86_64) Chrome/126.0"
SAMPLES = {"int": 1, "str": "x", "slug": "x", "path": "x", "uuid": "0" * 32}
A_CROWD = 12


def run(ask: Ask) -> Report:
    logging.disable(logging.CRITICAL)  # refusals are what is looked for
    report, dice = Report(count=0, missed=0), random.Random(ask.seed)
    if ask.fault:
        role_services.end_sessions = lambda **given: 0
    bureau = make_bureau()
    paths = addresses()
    report.facts["addresses"] = len(paths)
    share = max(10, ask.count // len(EVENTS) // 2)
    for number, (name, happen) in enumerate(EVENTS.items()):
        user = User.objects.create_user(f"person{number}", name="丙", password=RIGHT)
        client = signed_in(user)
        key = client.cookies[settings.SESSION_COOKIE_NAME].value
        if not opens(key, reverse("account")):
            report.problems.append(f"{name}: the session was not open before")
        happen(user, client, bureau)
        for path in dice.sample(paths, min(share, len(paths))):
            for method in ("get", "post"):
                report.count += 1
                if opens(key, path, method):
                    report.missed += 1
                    report.problems.append(f"after {name} the old cookie opens {method.upper()} {path}")
    _crowds(report, max(1, ask.count // 600))
    del report.problems[20:]
    return report


def signed_in(user: User, password: str = RIGHT) -> Client:
    client = Client(headers={"user-agent": AGENT})
    client.post(reverse("login"), {"username": user.username, "password": password})
    return client


def addresses(part: URLResolver | None = None) -> list[str]:
    """An address for every pattern of the site; what it names need not exist."""
    return [reverse(pattern.name, kwargs=_arguments(pattern)) for pattern in _patterns(get_resolver())]


def _patterns(part: URLResolver) -> list[URLPattern]:
    found = []
    for one in part.url_patterns:
        found += _patterns(one) if isinstance(one, URLResolver) else [one]
    return found


def _arguments(pattern: URLPattern) -> dict:
    found = {}
    for name, converter in pattern.pattern.converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower()
        found[name] = SAMPLES["str" if kind == "string" else kind]
    return found


HANDLER = BaseHandler()


def opens(key: str, path: str, method: str = "get") -> bool:
    """Whether anybody is signed in by this key there."""
    if HANDLER._middleware_chain is None:
        HANDLER.load_middleware()
    request = getattr(RequestFactory(), method)(path)
    request._dont_enforce_csrf_checks = True
    request.COOKIES[settings.SESSION_COOKIE_NAME] = key
    HANDLER.get_response(request).close()
    return request.user.is_authenticated


# What ends a session --------------------------------------------------------------------------------------------------


def _logout(user, client, bureau):
    client.post(reverse("logout"))


def _idle(user, client, bureau):
    Session.objects.filter(user=user).update(seen_at=timezone.now() - policy.current().idle)


def _idle_of_administrator(user, client, bureau):
    """His limit is shorter: what would still be open for others is over."""
    grant(Role.AUDIT_ADMIN, bureau, user)
    fresh = signed_in(user)
    minutes = policy.current().idle_minutes_administrator
    if Session.objects.filter(user=user, idle_minutes=minutes).count() != 1:
        raise AssertionError("an administrator's session has not his limit")
    Session.objects.filter(user=user).update(
        idle_minutes=minutes, seen_at=timezone.now() - datetime.timedelta(minutes=minutes)
    )
    del fresh


def _absolute(user, client, bureau):
    Session.objects.filter(user=user).update(started_at=timezone.now() - policy.current().absolute)


def _password_elsewhere(user, client, bureau):
    """He changes it in another browser: this one ends."""
    other = signed_in(user)
    sent = {"old_password": RIGHT, "new_password1": NEXT, "new_password2": NEXT}
    if other.post(reverse("password_change"), sent).status_code != 302:
        raise AssertionError("the password was not changed")


def _password_here(user, client, bureau):
    """He changes it here: the key is another from now on."""
    client.post(reverse("password_change"), {"old_password": RIGHT, "new_password1": NEXT, "new_password2": NEXT})


def _reset(user, client, bureau):
    services.reset_password(by=None, user=user)


def _role_given(user, client, bureau):
    role_services.grant_role(by=None, user=user, role=Role.OFFICE, unit=bureau)


def _role_ended(user, client, bureau):
    grant(Role.OFFICE, bureau, user)
    role_services.end_role(by=None, grant=RoleGrant.objects.get(user=user))


def _stopped(user, client, bureau):
    services.set_active(by=None, user=user, active=False)
    User.objects.get(pk=user.pk)
    services.set_active(by=None, user=user, active=True)  # being let in again brings no old session back


def _by_administrator(user, client, bureau):
    sessions.end_all(by=user, user=user)


def _by_himself(user, client, bureau):
    """From the list on his page, in another browser."""
    other = signed_in(user)
    row = Session.objects.filter(user=user).order_by("started_at", "pk").first()
    if other.post(reverse("session_end"), {"session": row.pk}).status_code != 302:
        raise AssertionError("the session was not ended")


def _too_many(user, client, bureau):
    for _ in range(policy.current().sessions):
        signed_in(user)


def _factor_removed(user, client, bureau):
    """Two administrators take a lost second factor away."""
    asker = User.objects.create_user(f"asker-{user.pk}", name="丁")
    other = User.objects.create_user(f"other-{user.pk}", name="戊")
    factor = factors.begin(user=user)
    factor.confirmed_at = timezone.now()
    factor.save()
    factors.ask_removal(by=asker, user=user)
    factors.answer_removal(by=other, user=user, agree=True)


EVENTS = {
    "signing out": _logout,
    "idle": _idle,
    "idle, administrator": _idle_of_administrator,
    "absolute limit": _absolute,
    "password changed elsewhere": _password_elsewhere,
    "password changed here": _password_here,
    "password reset": _reset,
    "role given": _role_given,
    "role ended": _role_ended,
    "account stopped": _stopped,
    "ended by administrator": _by_administrator,
    "ended by himself": _by_himself,
    "too many": _too_many,
    "second factor removed": _factor_removed,
}


def _crowds(report: Report, rounds: int) -> None:
    """Signing in many times at the same moment: never more sessions than allowed, and events tell of the others."""
    allowed = policy.current().sessions
    most = 0
    for number in range(rounds):
        user = User.objects.create_user(f"crowd{number}", name="己")
        User.objects.get(pk=user.pk)
        user.password = make_password(RIGHT)
        user.save()
        answers = all_at_once(lambda _, user=user: signed_in(user), range(A_CROWD))
        report.count += len(answers)
        report.problems += [f"signing in broke down: {one!r}" for one in answers if isinstance(one, Exception)]
        left = Session.objects.filter(user=user).count()
        most = max(most, left)
        if left > allowed:
            report.missed += left - allowed
            report.problems.append(f"{left} sessions of one person at once, {allowed} are allowed")
        if not Event.objects.filter(verb="session.oldest", actor=user.pk).exists():
            report.problems.append("no event tells that sessions ended")
    report.facts["most at once"] = most
