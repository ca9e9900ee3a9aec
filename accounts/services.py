"""Signing in, and what is done to accounts. Who may keep accounts is asked by the caller (`registers`)."""

import datetime
import secrets

from django.conf import settings
from django.contrib.auth import authenticate
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.exceptions import NotAllowed, NotNow
from accounts.models import SignInFailure, User
from audit import services as audit
from audit.context import address

FAILURES_ALLOWED = 5
LOCKED_FOR = datetime.timedelta(minutes=15)
SAMPLE_PREFIX = "yangli-"  # 示例: every person of the sample carries it
ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"  # nothing that is misread when copied from paper


class LockedOut(NotNow):
    """Too many wrong passwords for this name from this address."""


def sign_in(*, request: HttpRequest, username: str, password: str) -> User | None:
    """The user whose name and password are right, else None; either way an event is written.

    Raises LockedOut after five failures within 15 minutes for a name at an address, known or not: who is locked out
    learns nothing about which names exist. Nothing is written by a refused try, so that it does not lock any longer.
    """
    name = User.normalize_username(username).lower()[:60]
    since = timezone.now() - LOCKED_FOR
    failures = SignInFailure.objects.filter(username=name, address=address.get())
    if failures.filter(at__gte=since).count() >= FAILURES_ALLOWED:
        raise LockedOut("密码连续输错5次，请15分钟后再试；忘记密码请找系统管理员重置。")
    user = authenticate(request, username=name, password=password)
    with transaction.atomic():
        if user is None:
            SignInFailure.objects.create(username=name, address=address.get())
            known = User.objects.filter(username=name).first()
            audit.record(verb="signin.failed", by=known, target=known, label=name, result="failed")
            return None
        SignInFailure.objects.filter(username=name, address=address.get()).delete()
        SignInFailure.objects.filter(at__lt=since).delete()
        audit.record(verb="signin", by=user, target=user)
    return user


def is_sample() -> bool:
    """Whether the installation is a sample (LIANZHENG_SAMPLE) and its database holds nobody but the sample's people."""
    if not settings.SAMPLE:
        return False
    people = User.objects.filter(is_active=True)
    return people.exists() and not people.exclude(username__startswith=SAMPLE_PREFIX).exists()


@transaction.atomic
def sign_in_as_sample(*, username: str) -> User:
    """One of the sample's people, without a password. Raises NotAllowed over any other database."""
    if not is_sample():
        raise NotAllowed("一键登录只用于示例数据。")
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise NotAllowed("示例中没有这个人。")
    audit.record(verb="signin", by=user, target=user, sample=True)
    return user


@transaction.atomic
def signed_out(*, user: User) -> None:
    """Note that he left."""
    audit.record(verb="signout", by=user, target=user)


@transaction.atomic
def add_person(*, by: User | None, username: str, name: str, bureau: int = 0) -> User:
    """An account that cannot sign in until a password is set. Raises NotNow for a name that is taken."""
    return _new_user(by, username, name, None, bureau)


@transaction.atomic
def add_account(*, by: User | None, username: str, name: str, bureau: int = 0) -> tuple[User, str]:
    """An account and its one-time password, which is shown once and must be changed at first sign-in."""
    password = one_time_password()
    user = _new_user(by, username, name, password, bureau)
    return user, password


def _new_user(by: User | None, username: str, name: str, password: str | None, bureau: int) -> User:
    username = User.normalize_username(username).lower()
    if User.objects.filter(username=username).exists():
        raise NotNow(f"用户名“{username}”已被使用。")
    if is_sample() and not username.startswith(SAMPLE_PREFIX):  # it would end the one-click sign-in for everybody
        raise NotNow(f"示例数据中新建人员的用户名须以“{SAMPLE_PREFIX}”开头，否则点姓名登录会关闭。")
    user = User.objects.create_user(username, name=name, password=password)
    if password:
        user.must_change_password = True
        user.save(update_fields=["must_change_password"])
    audit.record(verb="account.add", by=by, bureau=bureau, target=user, username=username)
    return user


@transaction.atomic
def reset_password(*, by: User | None, user: User, bureau: int = 0) -> str:
    """A new one-time password; every session of the user ends, since it is tied to the old one."""
    password = one_time_password()
    user.set_password(password)
    user.must_change_password = True
    user._history_user = by
    user.save()
    audit.record(verb="account.reset", by=by, bureau=bureau, target=user)
    return password


@transaction.atomic
def set_active(*, by: User | None, user: User, active: bool, bureau: int = 0) -> None:
    """Let an account sign in or not. What it did stays on record."""
    if user.is_active == active:
        return
    user.is_active = active
    user._history_user = by
    user.save()
    audit.record(verb="account.activate" if active else "account.deactivate", by=by, bureau=bureau, target=user)


@transaction.atomic
def change_own_password(*, user: User, password: str) -> User:
    """He has chosen his own password: it, the end of the duty to change it, and the event stand together."""
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    audit.record(verb="account.password", by=user, target=user)
    return user


def one_time_password() -> str:
    """Twelve characters in three groups, easy to read aloud."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(12))
    return "-".join(letters[start : start + 4] for start in range(0, 12, 4))
