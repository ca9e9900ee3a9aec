"""Who may take plates of what, and the note that they were taken."""

from django.db import transaction

from accounts.exceptions import NotAllowed
from accounts.models import User
from accounts.roles import Permission
from audit import services as audit
from audit.models import Event
from registers.access import require, standing
from registers.models import Post, Unit

SIZE_NAMES = {"a5": "A5 横向", "a4": "A4 对折立牌"}


def require_post(user: User, post: Post) -> None:
    """Raise NotAllowed unless the user may print this post's plate: everybody who works with the bureau's business."""
    if standing(user).is_administrator:
        raise NotAllowed("管理员不查看业务内容。")


def require_unit(user: User, unit: Unit) -> None:
    """Raise NotAllowed unless the user publishes for this unit: all its plates at once are a publication."""
    require(user, Permission.PUBLISH, unit)


@transaction.atomic
def record_printed(*, by: User | None, target: Post | Unit, size: str, plates: int) -> Event:
    """Note that plates were printed: of a post, or of everything under a unit."""
    return audit.record(verb="plate.print", by=by, bureau=target.bureau_id, target=target, size=size, plates=plates)
