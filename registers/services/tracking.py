"""Writing tracked rows: who and why go into the history, and a change on top of an unseen change is refused."""

from django.db import models
from django.utils import timezone

from accounts.exceptions import NotNow
from accounts.models import User


class Outdated(NotNow):
    """Somebody else changed the same row after the form was shown; nothing was written."""


REASON_LENGTH = 100


def save(row: models.Model, *, by: User | None, reason: str = "") -> None:
    """Save a tracked row; its history row says who and why."""
    row._history_user = by
    row._change_reason = reason[:REASON_LENGTH]
    row.save()


def stamp(row: models.Model) -> int:
    """Number of the row's latest state, which an edit form carries as ``seen``; 0 for a row without history."""
    return row.history.order_by("-history_id").values_list("history_id", flat=True).first() or 0


def require_seen(row: models.Model, seen: int | None) -> None:
    """Raise Outdated if the row changed after the form was shown (``seen`` None: the caller showed no form)."""
    if seen is None or seen == stamp(row):
        return
    last = row.history.order_by("-history_id").select_related("history_user").first()
    who = last.history_user or "系统"
    when = timezone.localtime(last.history_date)
    raise Outdated(f"“{row}”已由{who}于{when:%H:%M}改动，您的改动没有保存。请核对后再提交。")
