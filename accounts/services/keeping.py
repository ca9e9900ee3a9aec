"""What is done to accounts. Who may keep accounts is asked by the caller (`registers`)."""

from django.db import transaction
from django.utils import timezone

from accounts.exceptions import NotNow
from accounts.models import OldPassword, User
from accounts.names import LONGEST, canonical
from accounts.one_time import one_time_password
from accounts.passwords import forget_oldest
from accounts.services import handover
from accounts.services.sessions import end_sessions
from accounts.services.signing_in import SAMPLE_PREFIX, is_sample
from audit import services as audit


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
    username = canonical(username)
    if not 0 < len(username) <= LONGEST:
        raise NotNow(f"用户名要有1到{LONGEST}个字符。")
    if User.objects.filter(username=username).exists():
        raise NotNow(f"用户名“{username}”已被使用。")
    if is_sample() and not username.startswith(SAMPLE_PREFIX):  # it would end the one-click sign-in for everybody
        raise NotNow(f"示例数据中新建人员的用户名须以“{SAMPLE_PREFIX}”开头，否则点姓名登录会关闭。")
    user = User.objects.create_user(username, name=name, password=password)
    user.home_bureau, user.made_by = bureau or None, by
    if password:
        user.must_change_password, user.keeper = True, by
    user.save(update_fields=["home_bureau", "made_by", "must_change_password", "keeper"])
    audit.record(verb="account.add", by=by, bureau=bureau, target=user, username=username)
    return user


@transaction.atomic
def reset_password(*, by: User | None, user: User, bureau: int = 0) -> str:
    """A new one-time password; every session of the user ends."""
    password = one_time_password()
    _remember(user)
    user.set_password(password)
    user.must_change_password = True
    user.keeper, user.reset_at = by, timezone.now() if by is not None else None
    user._history_user = by
    user.save()
    end_sessions(user=user)
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
    if not active:
        end_sessions(user=user)
    audit.record(verb="account.activate" if active else "account.deactivate", by=by, bureau=bureau, target=user)


@transaction.atomic
def change_own_password(*, user: User, password: str, keep: str | None = None, code: str = "") -> User:
    """He has chosen his own password: it, the end of the duty to change it, the end of his other sessions (all but the
    one with the key ``keep``) and the event stand together.

    Raises NotNow without the right ``code`` while the account is to be handed over.
    """
    user.handover = User.objects.select_for_update().values_list("handover", flat=True).get(pk=user.pk)
    handed = handover.taken_over(user=user, code=code)
    _remember(user)
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "password_at", "must_change_password", *handed])
    end_sessions(user=user, keep=keep)
    audit.record(verb="account.password", by=user, target=user, handed_over=bool(handed))
    return user


def _remember(user: User) -> None:
    """The password that he has now joins those that he had."""
    if user.has_usable_password():
        OldPassword.objects.create(user=user, encoded=user.password)
        forget_oldest(user)
