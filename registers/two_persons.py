"""Who may propose and who may confirm what gives power over others: always two persons, and one gives roles.

Nobody is one of the two for himself, nor confirms what he proposed.
"""

from django.db.models import Q, QuerySet

from accounts.exceptions import NotAllowed
from accounts.models import User
from accounts.roles import ADMINISTRATORS, Permission
from registers import access
from registers.models import Appointment, Charge, RoleGrant, Unit
from registers.people import kept_accounts


def lacks(permission: Permission, unit: Unit) -> str:
    """The sentence for who has not that right there."""
    return f"您没有“{permission.label}”的权限（“{unit}”）。"


def places(user: User) -> QuerySet[Unit]:
    """Units whose roles concern him: as one of the three administrators, or as their bureau's office. Maybe none."""
    where = access.standing(user).units_with(Permission.CONFIRM_ROLES) or Q(pk__in=())
    return Unit.objects.filter(where | _office(user)).open()


def proposing_places(user: User) -> QuerySet[Unit]:
    """Units at which he proposes roles. Maybe none."""
    where = access.standing(user).units_with(Permission.GRANT_ROLES) or Q(pk__in=())
    return Unit.objects.filter(where | _office(user)).open()


def _office(user: User) -> Q:
    me, where = access.standing(user), Q(pk__in=())
    for grant in me.grants_with(Permission.KEEP_ORGANISATION):
        where |= access.scope(grant.unit) & Q(bureau_id=grant.unit.bureau_id)
    return where


def require_proposer(by: User | None, user: User, role: str, unit: Unit) -> None:
    """Raise NotAllowed unless he proposes such a role there for that person.

    The security administrator proposes any role at his bureau and at the bodies below it, the office of the bureau the
    business ones. The office may have entered the person itself: others give the account its password and its code.
    """
    if by is None:
        return
    if by.pk == user.pk:
        raise NotAllowed("不能给自己授予角色。")
    if access.standing(by).may(Permission.GRANT_ROLES, unit):
        require(_made(by, user))
        return
    if role in ADMINISTRATORS or not access.standing(by).may_own(Permission.KEEP_ORGANISATION, unit):
        raise NotAllowed(lacks(Permission.GRANT_ROLES, unit))


def refusal_of_code(by: User, user: User) -> str:
    """Why he does not give the code with which the account goes into its owner's hands; empty if he does."""
    if by.pk == user.pk:
        return "不能给自己发交接码。"
    if by.pk == user.keeper_id:
        return "密码是您经手的，交接码须由另一位管理员发。"
    return ""


def to_hand_over(by: User) -> QuerySet[User]:
    """Accounts in his reach that wait to go into their owners' hands."""
    bureaus = access.standing(by).bureaus_with(Permission.CONFIRM_ROLES)
    return kept_accounts(bureaus).exclude(handover="")


def _made(by: User, user: User) -> str:
    if by.pk in (user.keeper_id, user.made_by_id):
        return f"“{user}”的账号由您建立或由您经手密码，须由另一位管理员办理。"
    return ""


def refusal_of_grant(by: User, grant: RoleGrant) -> str:
    """Why he is not the second person for a role that waits; empty if he is."""
    return _refusal(by, grant.user, grant.unit, grant.proposed_by) or _made(by, grant.user)


def refusal_of_end(by: User, grant: RoleGrant) -> str:
    """Why he is not the second person for the end of a role; empty if he is."""
    return _refusal(by, grant.user, grant.unit, grant.end_proposed_by)


def _refusal(by: User, user: User, unit: Unit, first: User | None) -> str:
    me = access.standing(by)
    if not me.may(Permission.CONFIRM_ROLES, unit):
        return lacks(Permission.CONFIRM_ROLES, unit)
    if by.pk == user.pk:
        return "不能办理自己的角色。"
    if first is not None and by.pk == first.pk:
        return "这是您提出的，须由另一人确认。"
    gives = me.may(Permission.GRANT_ROLES, unit)
    if not gives and not (first and access.standing(first).may(Permission.GRANT_ROLES, unit)):
        return "提出和确认的两人中须有一位安全管理员；这一项请安全管理员确认。"
    return ""


def refusal_of_post(by: User, row: Appointment | Charge) -> str:
    """Why he may not confirm an appointment or a charge, which the office proposed; empty if he may."""
    bureau = row.post.bureau
    if not access.standing(by).may(Permission.GRANT_ROLES, bureau):
        return lacks(Permission.GRANT_ROLES, bureau)
    if access.holds_post(by, row.post) or getattr(row, "user_id", None) == by.pk:
        return "不能确认自己的任职或分管。"
    if row.proposed_by_id == by.pk:
        return "这是您提出的，须由另一人确认。"
    return next((said for user in holders(row) if (said := _made(by, user))), "")


def holders(row: Appointment | Charge) -> list[User]:
    """Whom the confirmation gives power: the person, or who holds the leader's post."""
    if isinstance(row, Appointment):
        return [row.user]
    held = Appointment.objects.running().filter(post=row.post)
    return [one.user for one in held.select_related("user")]


def settled(row: Appointment | Charge | RoleGrant) -> str:
    """The sentence for who answers what was answered already, a moment before him."""
    return f"“{row}”刚刚已由他人办理，您的这一次没有办成；请到“角色”页查看结果。"


def require(refusal: str) -> None:
    """Raise NotAllowed with the sentence, if there is one."""
    if refusal:
        raise NotAllowed(refusal)
