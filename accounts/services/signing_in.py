"""Signing in by name and password. Known, unknown, stopped and locked names get the same answer for the same work."""

from django.conf import settings
from django.contrib.auth.hashers import make_password, verify_password
from django.db import transaction

from accounts.exceptions import NotAllowed
from accounts.models import User
from accounts.names import LONGEST, canonical
from accounts.services import lockout
from audit import services as audit
from audit.context import address
from audit.models import Event

SAMPLE_PREFIX = "yangli-"  # 示例: every person of the sample carries it


def sign_in(*, username: str, password: str, device: str = "", device_users: tuple[int, ...] = ()) -> User | None:
    """The user whose name and password are right, else None; either way an event is written.

    ``device`` is the browser by its signed cookie, ``device_users`` who signed in there before. The password is hashed
    once whatever the name is; of a name that is locked it is not compared with anything.
    """
    name = canonical(username)[:LONGEST]
    user = User.objects.filter(username=name).first()
    device = device if user is not None and user.pk in device_users else ""
    attempt = lockout.reserve(username=name, address=address.get(), device=device, user=user)
    encoded = user.password if user is not None and attempt.evaluated else ""
    right, stale = verify_password(password, encoded)
    with transaction.atomic():
        if not right or not user.is_active:
            lockout.wrong(attempt=attempt)
            if attempt.evaluated:
                label = name if user is not None else masked(name)
                audit.record(verb="signin.failed", by=user, target=user, label=label, result="failed")
            return None
        lockout.right(attempt=attempt)
        if stale:  # another algorithm or more rounds by now
            user.password = make_password(password)
            user.save(update_fields=["password"])
            audit.record(verb="account.rehash", by=user, target=user)
    return user


def own_password_right(*, user: User, password: str) -> bool:
    """Whether a person who is signed in knows his password; a borrowed session cannot try more than a stranger."""
    attempt = lockout.reserve_inside(user=user, place=lockout.AGAIN)
    right, _ = verify_password(password, user.password if attempt.evaluated else "")
    if right:
        lockout.right(attempt=attempt)
    return right


def masked(name: str) -> str:
    """A name that nobody has is noted so that it can be recognised, not read: it may be a password typed too early."""
    return f"{name[:2]}…（{len(name)}个字符，没有这个用户名）" if name else "（空）"


@transaction.atomic
def signed_in(*, user: User, factor: bool) -> None:
    """Note that he has come in."""
    audit.record(verb="signin", by=user, target=user, second_factor=factor)


def is_sample() -> bool:
    """Whether this is a sample: by LIANZHENG_SAMPLE, by how its database was filled, and by who is in it, stopped
    accounts among them. Each of the three alone is not enough."""
    if not settings.SAMPLE:
        return False
    filled = Event.objects.filter(verb__in=("sample.load", "sample.bulk")).exists()
    return filled and not User.objects.exclude(username__startswith=SAMPLE_PREFIX).exists()


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
