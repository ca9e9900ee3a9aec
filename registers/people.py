"""Who the people of a bureau are, as lists for choosing and for the sample's sign-in page."""

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.hooks import Facts
from accounts.models import User
from accounts.roles import ROLE_RIGHTS, Role
from registers.access import standing
from registers.models import Appointment, RoleGrant, Unit


def members(bureau_ids: list[int]) -> QuerySet[User]:
    """Accounts that hold or held a post or a role in these bureaus."""
    posts = Appointment.objects.filter(post__bureau_id__in=bureau_ids).values("user_id")
    roles = RoleGrant.objects.filter(unit__bureau_id__in=bureau_ids).values("user_id")
    return User.objects.filter(Q(pk__in=posts) | Q(pk__in=roles))


def people_of(bureau: Unit) -> QuerySet[User]:
    """The active ones of one bureau."""
    return members([bureau.pk]).filter(is_active=True).order_by("username")


def kept_accounts(bureau_ids: list[int]) -> QuerySet[User]:
    """Accounts that the administrators of these bureaus keep: those at home there.

    An account whose home is not known is kept where it holds or held a post or a role.
    """
    homeless = members(bureau_ids).filter(home_bureau__isnull=True)
    return User.objects.filter(Q(home_bureau__in=bureau_ids) | Q(pk__in=homeless)).order_by("username")


AREAS = {Role.SYSTEM_ADMIN: "accounts", Role.SECURITY_ADMIN: "roles", Role.AUDIT_ADMIN: "audit"}


def facts(user: User) -> Facts:
    """What signing in asks about a person: whether he is one of the three administrators, and where he works."""
    me = standing(user)
    units = [unit for post in me.posts for unit in (post.unit, post.bureau)]
    units += [unit for grant in me.grants for unit in (grant.unit, grant.unit.bureau)]
    return Facts(me.is_administrator, tuple(sorted({unit.name for unit in units})))


def own_area(user: User) -> str:
    """Name of the page that an administrator works on; empty for everybody else, whose first page is the work list."""
    held = standing(user).roles()
    return next((page for role, page in AREAS.items() if role in held), "")


def sample_people() -> list[dict]:
    """The sample's people, by bureau and height: {name, post, what, username, bureau} (templates/registration)."""
    today = timezone.localdate()
    found: dict[int, dict] = {}
    held = Appointment.objects.on(today).filter(user__is_active=True, post__closed_on__isnull=True)
    for row in held.select_related("user", "post__unit", "post__bureau").order_by("post__bureau_id", "post__unit__lft"):
        person = _person(found, row.user, row.post.bureau)
        person["posts"].append(row.post.name if row.post.unit.parent_id is None else f"{row.post.unit} {row.post}")
        person["what"].append("负责本机构" if row.post.is_head else "填报本岗位登记表")
    granted = RoleGrant.objects.on(today).filter(user__is_active=True)
    for row in granted.select_related("user", "unit__bureau").order_by("unit__bureau_id", "id"):
        person = _person(found, row.user, row.unit.bureau)
        if not person["posts"]:
            person["posts"].append(row.title or row.get_role_display())
        person["what"].insert(0, ROLE_RIGHTS[Role(row.role)].text)
    people = sorted(found.values(), key=lambda person: person["order"])
    return [
        person | {"post": "、".join(person["posts"]), "what": "；".join(dict.fromkeys(person["what"]))}
        for person in people
    ]


def _person(found: dict[int, dict], user: User, bureau: Unit) -> dict:
    if user.pk not in found:
        found[user.pk] = {
            "name": user.name,
            "username": user.username,
            "bureau": bureau.name,
            "order": (bureau.tree_id, len(found)),
            "posts": [],
            "what": [],
        }
    return found[user.pk]
