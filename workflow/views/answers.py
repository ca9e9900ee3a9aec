"""A refusal that is shown on the form itself, so that nothing typed is lost; it is an event all the same."""

from django.http import HttpRequest

from accounts.exceptions import Refused
from audit import services as audit
from registers.models import Register


def note_refusal(request: HttpRequest, refusal: Refused, register: Register | None = None) -> int:
    """Write the refusal's event (the act's own transaction is rolled back by now) and give the answer's status."""
    about = {"bureau": register.bureau_id, "target": register} if register else {"label": request.path[:300]}
    audit.record_refusal(by=request.user, reason=str(refusal), **about)
    return refusal.status
