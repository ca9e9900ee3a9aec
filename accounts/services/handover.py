"""An account with power over others goes into its owner's hands by two: one made the password, another gives a code.

Until its owner has chosen a password with that code nobody can use the account, so that no administrator alone ever
has it. Who may give the code is asked by the caller (`registers.two_persons`).
"""

from django.db import transaction
from django.utils.crypto import constant_time_compare

from accounts.exceptions import NotNow
from accounts.models import User
from accounts.one_time import one_time_password
from accounts.sealing import keyed_digest
from accounts.services.sessions import end_sessions
from audit import services as audit

ASKED = "!"  # to be handed over, and no code is out: none that was given before counts any more
WRONG = "交接码不对。交接码由另一位管理员当面交给您；丢了可以请他重发。"


@transaction.atomic
def ask(*, user: User) -> None:
    """From now on the account opens nothing but the page where its owner enters the code."""
    user.handover = ASKED
    user.save(update_fields=["handover"])
    end_sessions(user=user)


@transaction.atomic
def give_code(*, by: User, user: User, bureau: int = 0) -> str:
    """The code, told once; the one before it is void. Raises NotNow for an account that is not to be handed over."""
    user.handover = User.objects.select_for_update().values_list("handover", flat=True).get(pk=user.pk)
    if not user.handover:
        raise NotNow(f"“{user}”的账号不需要交接码。")
    code = one_time_password()
    user.handover = _digest(user, code)
    user.save(update_fields=["handover"])
    audit.record(verb="account.code", by=by, bureau=bureau, target=user)
    return code


def taken_over(*, user: User, code: str) -> tuple[str, ...]:
    """Mark the account as its owner's; returns the fields to save, none if it was his. Raises NotNow."""
    if not user.handover:
        return ()
    if not code_right(user=user, code=code):
        raise NotNow(WRONG)
    user.handover, user.keeper = "", None
    return ("handover", "keeper")


def code_right(*, user: User, code: str) -> bool:
    """Whether it is the code that was given out last for this account."""
    return constant_time_compare(user.handover, _digest(user, code))


def _digest(user: User, code: str) -> str:
    plain = "".join(sign for sign in code.lower() if sign.isalnum())
    return keyed_digest("handover", f"{user.pk}:{plain}")
