"""A refusal that is shown on the form itself, so that nothing typed is lost; it is an event all the same."""

from django.db import transaction
from django.http import HttpRequest

from accounts.exceptions import Refused
from audit import services as audit


def note_refusal(request: HttpRequest, refusal: Refused) -> int:
    """Write the refusal's event (the act's own transaction is rolled back by now) and give the answer's status."""
    with transaction.atomic():
        audit.record(
            verb="refused", by=request.user, result="refused", label=request.path[:300], reason=str(refusal)[:500]
        )
    return refusal.status
