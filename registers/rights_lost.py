"""Whether somebody has lost a post, a charge or a role since a moment: what was made for him then may hold too much."""

import datetime

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from registers.models import Appointment, Charge, RoleGrant


def lost_since(user: User, moment: datetime.datetime) -> bool:
    """Whether anything that gave him rights has ended since: by its day, or because it was written down since."""
    posts = Appointment.objects.filter(user=user)
    charges = Charge.objects.filter(post__in=posts.values("post"))
    return any(_ended(rows, moment) for rows in (posts, charges, RoleGrant.objects.filter(user=user)))


def _ended(rows: QuerySet, moment: datetime.datetime) -> bool:
    over = rows.filter(ends_on__lte=timezone.localdate())
    if over.filter(ends_on__gt=timezone.localdate(moment)).exists():
        return True
    return rows.model.history.filter(id__in=over.values("pk"), history_date__gt=moment).exists()
