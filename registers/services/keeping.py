"""What the system administrator does to accounts, and how one with power over others gets into its owner's hands."""

from django.db import transaction

from accounts import services as accounts
from accounts.exceptions import NotAllowed, NotNow
from accounts.models import User
from accounts.roles import ADMINISTRATORS, Permission, Role
from accounts.services import handover
from audit import services as audit
from registers import access, two_persons
from registers.models import Appointment, RoleGrant, Unit
from registers.people import kept_accounts
from registers.services.organisation import decides


def require_keeper(by: User, bureau: int) -> None:
    """Raise NotAllowed unless he keeps the accounts of that bureau."""
    if bureau not in access.standing(by).bureaus_with(Permission.KEEP_ACCOUNTS):
        raise NotAllowed("账号只由系统管理员维护。")


def _kept(by: User, user: User) -> tuple[User, int]:
    """The locked account, and the bureau under which the act is noted. Raises NotAllowed for one that is not his."""
    bureaus = access.standing(by).bureaus_with(Permission.KEEP_ACCOUNTS)
    if not bureaus or not kept_accounts(bureaus).filter(pk=user.pk).exists():
        raise NotAllowed("账号只由它所属单位的系统管理员维护。")
    if by.pk == user.pk:
        raise NotAllowed("自己的账号不能自己重置或停用。")
    user = User.objects.select_for_update().get(pk=user.pk)
    return user, user.home_bureau if user.home_bureau in bureaus else bureaus[0]


@transaction.atomic
def add_account(*, by: User, username: str, name: str, bureau: Unit) -> tuple[User, str]:
    """An account at home in the bureau, and its one-time password."""
    require_keeper(by, bureau.pk)
    return accounts.add_account(by=by, username=username, name=name, bureau=bureau.pk)


@transaction.atomic
def reset_password(*, by: User, user: User) -> str:
    """A one-time password. It does not open an account that has power over others: a code of another one is needed."""
    user, bureau = _kept(by, user)
    password = accounts.reset_password(by=by, user=user, bureau=bureau)
    if decides_over_others(user):
        handover.ask(user=user)
    return password


@transaction.atomic
def set_active(*, by: User, user: User, active: bool) -> None:
    """Stop an account or let it in again. Raises NotNow for an administrator, whose role is ended first, by two."""
    user, bureau = _kept(by, user)
    held = RoleGrant.objects.running().filter(user=user, role__in=ADMINISTRATORS, pending=False).first()
    if held is not None and not active:
        raise NotNow(f"“{user}”是{Role(held.role).label}；请先由安全管理员提出、另一人确认结束其角色，再停用账号。")
    accounts.set_active(by=by, user=user, active=active, bureau=bureau)


@transaction.atomic
def move_home(*, by: User, user: User, name: str) -> None:
    """The bureau of that name keeps the account from now on: its owner works there. Administrators are not moved."""
    user, here = _kept(by, user)
    bureau = Unit.objects.filter(parent__isnull=True, name=name).open().first()
    if bureau is None or user.home_bureau == bureau.pk:
        raise NotNow(f"没有另一个叫“{name}”的单位；请写单位的全称。")
    if RoleGrant.objects.running().filter(user=user, role__in=ADMINISTRATORS).exists():
        raise NotNow("管理员的账号不能转到另一个单位。")
    before, user.home_bureau = user.home_bureau, bureau.pk
    user._history_user = by
    user.save(update_fields=["home_bureau"])
    audit.record(verb="account.move", by=by, bureau=here, target=user, before=before, after=bureau.pk)


# Into its owner's hands -----------------------------------------------------------------------------------------------


def decides_over_others(user: User) -> bool:
    """Whether the account has or will have power over others: a role, or a post that decides."""
    if RoleGrant.objects.running().filter(user=user).exists():
        return True
    posts = Appointment.objects.running().filter(user=user).select_related("post")
    return any(row.pending or decides(row.post) for row in posts)


@transaction.atomic
def hand_over(*, by: User, users: list[User], bureau: int) -> list[tuple[User, str]]:
    """They get power over others: whose password an administrator may know needs a code, which is told here once."""
    found = []
    for user in users:
        if user.keeper_id is not None:
            handover.ask(user=user)
            found.append((user, handover.give_code(by=by, user=user, bureau=bureau)))
    return found


@transaction.atomic
def give_code(*, by: User, user: User) -> str:
    """Another code for an account that waits. Raises NotAllowed for one's own, and for who made its password."""
    user = two_persons.to_hand_over(by).filter(pk=user.pk).first()
    if user is None:
        raise NotAllowed("这个账号不在您的范围内，或者不需要交接码。")
    two_persons.require(two_persons.refusal_of_code(by, user))
    return handover.give_code(by=by, user=user, bureau=user.home_bureau or 0)
