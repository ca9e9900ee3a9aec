"""The one way to write an event."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from audit import linking
from audit.canonical import fresh_salt
from audit.context import address
from audit.models import Event


def record(
    *,
    verb: str,
    by: Any = None,
    post: str = "",
    bureau: int | None = 0,
    target: Any = None,
    label: str = "",
    result: str = "ok",
    **detail: Any,
) -> Event:
    """Write one event in the caller's transaction, so that no change stands without its event.

    The chain takes it up when the transaction commits (`audit.linking`); if it cannot, nothing of it stands.

    ``by`` is a user (anything with pk and a name) or None for the public or the system; ``target`` any model row.
    ``detail`` must be JSON: ids, texts, numbers; never secrets or the text of a comment on a notice.
    """
    known = by is not None and getattr(by, "pk", None) is not None
    event = Event.objects.create(
        at=timezone.now(),
        salt=fresh_salt(),
        verb=verb,
        bureau=bureau or 0,
        actor=by.pk if known else None,
        actor_name=str(by)[:120] if known else "",
        actor_post=post[:200],
        object_type=target._meta.model_name if target is not None else "",
        object_id=target.pk if target is not None else None,
        object_label=(label or (str(target) if target is not None else ""))[:300],
        result=result,
        detail=detail,
        address=address.get(),
    )
    linking.expect(event.pk, act=result == "ok")
    return event


def record_many(events: Sequence[Event], *, batch_size: int = 1000) -> None:
    """Write events that were made in bulk (generated data), in the caller's transaction."""
    for event in events:
        event.at, event.salt = event.at or timezone.now(), fresh_salt()
    for event in Event.objects.bulk_create(events, batch_size=batch_size):
        linking.expect(event.pk)


@transaction.atomic
def record_taking(*, by: Any, name: str, bureau: int | None = 0) -> Event:
    """Somebody takes a file of that name along: one event, before it is handed out."""
    return record(verb="file.take", by=by, bureau=bureau, label=name)


@transaction.atomic
def record_reading(*, by: Any, bureau: int | None = 0, asked: dict[str, Any]) -> Event:
    """The audit administrator looked into the log: with which question."""
    return record(verb="audit.read", by=by, bureau=bureau, **asked)


@transaction.atomic
def record_refusal(*, by: Any, reason: str, bureau: int | None = 0, target: Any = None, label: str = "") -> Event:
    """A refusal is a row of its own: the act's transaction is rolled back by now."""
    return record(
        verb="refused", by=by, bureau=bureau, target=target, label=label, result="refused", reason=reason[:500]
    )
