"""Many new rows at once, each with its history."""

from collections.abc import Sequence

from django.db import models
from simple_history.utils import bulk_create_with_history

from accounts.models import User

BATCH = 500


def make(rows: Sequence[models.Model], model: type[models.Model], by: User, reason: str) -> list:
    """Write the rows; they come back with their keys."""
    if not rows:
        return []
    return bulk_create_with_history(
        list(rows), model, batch_size=BATCH, default_user=by, default_change_reason=reason[:100]
    )
