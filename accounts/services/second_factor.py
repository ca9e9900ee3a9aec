"""The second factor: set up, asked for at sign-in, taken away by its owner or by two administrators together."""

import secrets
import time

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import totp
from accounts.exceptions import NotAllowed, NotNow
from accounts.models import RecoveryCode, SecondFactor, User
from accounts.sealing import keyed_digest, seal, unseal
from accounts.services import lockout
from accounts.services.sessions import end_sessions
from audit import services as audit

PURPOSE = "second factor"
SECRET_BYTES = 20
CODES = 10
ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"  # nothing that is misread when copied from paper


def factor_of(user: User) -> SecondFactor | None:
    """The confirmed second factor of a person."""
    return SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).first()


def secret_of(factor: SecondFactor) -> bytes:
    """Raises `accounts.sealing.BrokenSeal` when the key of the installation was changed."""
    return unseal(PURPOSE, factor.sealed)


@transaction.atomic
def begin(*, user: User) -> SecondFactor:
    """A new secret that waits for its first code. Raises NotNow where one is confirmed already."""
    factor = SecondFactor.objects.select_for_update().filter(user=user).first()
    if factor is not None and factor.confirmed_at is not None:
        raise NotNow("二次验证已经开启；要换手机，请先关闭再重新开启。")
    factor = factor or SecondFactor(user=user)
    factor.sealed, factor.last_step = seal(PURPOSE, secrets.token_bytes(SECRET_BYTES)), 0
    factor.save()
    audit.record(verb="factor.begin", by=user, target=user)
    return factor


@transaction.atomic
def confirm(*, user: User, code: str, keep: str | None = None) -> list[str] | None:
    """The first code came: the factor holds from now on, sessions without it end. Returns the recovery codes, shown
    once; None for a wrong code. ``keep`` is the key of the session that he does it in."""
    factor = SecondFactor.objects.select_for_update().filter(user=user, confirmed_at__isnull=True).first()
    if factor is None:
        raise NotNow("请先点“开始设置”。")
    attempt = lockout.reserve_inside(user=user, place=lockout.FACTOR)
    if not attempt.evaluated or not _take_code(factor, code):
        return None
    lockout.right(attempt=attempt)
    factor.refresh_from_db()
    factor.confirmed_at = timezone.now()
    factor.save(update_fields=["confirmed_at"])
    end_sessions(user=user, keep=keep)
    audit.record(verb="factor.confirm", by=user, target=user)
    return _new_codes(user)


@transaction.atomic
def renew_codes(*, user: User) -> list[str]:
    """Ten new recovery codes in place of the old ones."""
    audit.record(verb="factor.codes", by=user, target=user)
    return _new_codes(user)


def _new_codes(user: User) -> list[str]:
    RecoveryCode.objects.filter(user=user).delete()
    codes = set()
    while len(codes) < CODES:
        codes.add("".join(secrets.choice(ALPHABET) for _ in range(10)))
    for code in codes:
        RecoveryCode.objects.create(user=user, digest=_digest(user, code))
    return [f"{code[:5]}-{code[5:]}" for code in sorted(codes)]


def _digest(user: User, code: str) -> str:
    return keyed_digest("recovery code", f"{user.pk}:{code}")


def check(*, user: User, code: str) -> bool:
    """Whether the code, of the authenticator or of recovery, lets him in; none does so twice. Counted before it is
    looked at; five wrong ones lock the codes of this person as wrong passwords lock a name."""
    attempt = lockout.reserve_inside(user=user, place=lockout.FACTOR)
    taken = attempt.evaluated and _take(user, "".join(sign for sign in code.lower() if sign.isalnum()))
    with transaction.atomic():
        if not taken:
            lockout.wrong(attempt=attempt)
            audit.record(verb="signin.failed", by=user, target=user, result="failed", step="second factor")
            return False
        lockout.right(attempt=attempt)
    return True


def _take(user: User, code: str) -> bool:
    factor = factor_of(user)
    if factor is None:
        return False
    if code.isdecimal() and len(code) == totp.DIGITS:
        return _take_code(factor, code)
    return _take_recovery(user, code)


def _take_code(factor: SecondFactor, code: str) -> bool:
    """One condition in the database decides: of many at once with the same code one wins."""
    step = totp.step_of(secret_of(factor), code, time.time())
    if step is None:
        return False
    return SecondFactor.objects.filter(pk=factor.pk, last_step__lt=step).update(last_step=step) == 1


@transaction.atomic
def _take_recovery(user: User, code: str) -> bool:
    rows = RecoveryCode.objects.filter(user=user, digest=_digest(user, code), used_at__isnull=True)
    if rows.update(used_at=timezone.now()) != 1:
        return False
    audit.record(verb="factor.recovery", by=user, target=user, left=codes_left(user))
    return True


def codes_left(user: User) -> int:
    """Recovery codes that are not used yet."""
    return RecoveryCode.objects.filter(user=user, used_at__isnull=True).count()


@transaction.atomic
def turn_off(*, user: User) -> None:
    """Its owner takes it away, after he has shown that he has it."""
    _remove(user)
    audit.record(verb="factor.off", by=user, target=user)


def _remove(user: User) -> None:
    SecondFactor.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()


@transaction.atomic
def ask_removal(*, by: User, user: User, bureau: int = 0) -> None:
    """The system administrator asks to take away a lost factor; it stays until the security administrator agrees."""
    factor = SecondFactor.objects.select_for_update().filter(user=user, confirmed_at__isnull=False).first()
    if factor is None:
        raise NotNow("此人没有开启二次验证。")
    if by.pk == user.pk:
        raise NotAllowed("自己的二次验证不能由自己申请解除。")
    factor.removal_by, factor.removal_at = by, timezone.now()
    factor.save(update_fields=["removal_by", "removal_at"])
    audit.record(verb="factor.ask_removal", by=by, bureau=bureau, target=user)


def removals_asked(people: QuerySet[User]) -> list[SecondFactor]:
    """Requests that wait for the second person."""
    rows = SecondFactor.objects.filter(removal_at__isnull=False, user__in=people.order_by())
    return list(rows.select_related("user", "removal_by").order_by("removal_at", "pk"))


@transaction.atomic
def answer_removal(*, by: User, user: User, agree: bool, bureau: int = 0) -> None:
    """The second person decides: neither who asked nor whose factor it is. Agreed, all sessions of the person end."""
    factor = SecondFactor.objects.select_for_update().filter(user=user, removal_at__isnull=False).first()
    if factor is None:
        raise NotNow("没有等待确认的申请。")
    if by.pk in (user.pk, factor.removal_by_id):
        raise NotAllowed("解除二次验证要由另一个人确认。")
    audit.record(
        verb="factor.remove" if agree else "factor.keep", by=by, bureau=bureau, target=user, asked=factor.removal_by_id
    )
    if agree:
        _remove(user)
        end_sessions(user=user)
    else:
        factor.removal_by = factor.removal_at = None
        factor.save(update_fields=["removal_by", "removal_at"])
