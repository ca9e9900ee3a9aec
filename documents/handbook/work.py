"""A handbook made in the background, and the note that it was made."""

import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.models import Event
from documents.handbook.making import Made
from documents.handbook.volumes import Order, make, order_of
from jobs import services as jobs
from jobs.models import Job
from jobs.work import Work

KIND = "handbook"


def ask(*, by: User, kind: str, pk: int, day: datetime.date, format: str) -> Job:
    """Ask for a handbook in the background. Raises Http404, NotAllowed, NotNow before anything is queued."""
    order = order_of(kind, pk, day=day, format=format, by=by)
    params: dict[str, Any] = {"of": kind, "pk": pk, "day": day.isoformat(), "format": format}
    return jobs.ask(kind=KIND, title=order.title, params=params, by=by, bureau=order.bureau.pk)


def run(work: Work) -> None:
    """Make it, with what its asker may read now."""
    said = work.params
    day = datetime.date.fromisoformat(said["day"])
    order = order_of(said["of"], said["pk"], day=day, format=said["format"], by=work.by)
    made = make(order, work.output(order.name), by=work.by, progress=work.progress)
    record_made(by=work.by, order=order, made=made)


@transaction.atomic
def record_made(*, by: User | None, order: Order, made: list[Made]) -> Event:
    """Note what was made for whom: how much of it, of which day, and the digest of each content."""
    return audit.record(
        verb="handbook.make",
        by=by,
        bureau=order.bureau.pk,
        label=order.title,
        day=order.scopes[0].asked.day.isoformat(),
        format=order.format,
        pages=sum(one.pages for one in made),
        points=sum(one.points for one in made),
        digests=[one.digest for one in made],
    )
