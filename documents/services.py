"""What is written when a paper leaves the program."""

from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.models import Event
from registers.models import Register

VERBS = {"pdf": "paper.print", "xlsx": "paper.export"}


@transaction.atomic
def record_taken(*, by: User, register: Register, form: str, format: str, digest: str) -> Event:
    """Note that a paper was printed or exported, with the digest of the seal on it (empty: a draft)."""
    return audit.record(
        verb=VERBS[format],
        by=by,
        bureau=register.bureau_id,
        target=register,
        form=form,
        format=format,
        digest=digest,
    )
