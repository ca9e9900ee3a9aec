"""What is kept of forms that were acted on: looked up by a repeat, forgotten after some days (`audit.once`)."""

import datetime
import logging
import time

from django.db import DatabaseError
from django.utils import timezone

from audit.models import Spent

logger = logging.getLogger(__name__)

KEPT = datetime.timedelta(days=30)  # no page stays open longer than a session, which is shorter
MOMENT = datetime.timedelta(minutes=10)  # so long the same text once more is rather a mistake
PATIENCE = 3.0  # seconds for the first request to say where it led
ANSWERING = datetime.timedelta(minutes=1)  # a request that has not answered by then never will


def answered(digest: str, led_to: str) -> None:
    """Note where the act led. Does without when the database is gone just now: the act itself stands."""
    try:
        Spent.objects.filter(digest=digest).update(led_to=led_to, answered=True)
    except DatabaseError:
        logger.warning("where a form led was not noted", exc_info=True)


def find(digest: str, *, patience: float = PATIENCE) -> Spent | None:
    """The form, if it was acted on; a first request that is just being answered is waited for."""
    until = time.monotonic() + patience
    while True:
        row = Spent.objects.filter(digest=digest).first()
        fresh = row is not None and not row.answered and timezone.now() - row.at < ANSWERING
        if not fresh or time.monotonic() > until:
            return row
        time.sleep(0.02)


def same_as(same: str) -> Spent | None:
    """The last form with the same text that was acted on a moment ago."""
    since = timezone.now() - MOMENT
    return Spent.objects.filter(same=same, at__gt=since).order_by("pk").last() if same else None


def drop_old() -> None:
    """Forget forms of long ago."""
    Spent.objects.filter(at__lt=timezone.now() - KEPT).delete()
