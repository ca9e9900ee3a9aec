"""A form that was acted on is spent: whatever sends it again, nothing is done twice.

Every form carries a random word in a hidden field, written by ``{% csrf_token %}``. The first transaction of a request
that writes the event of an act also writes the digest of the form, as its last statement but for the chain's. The
digest is unique, so that of two equal requests at the same moment one commits and the other is rolled back whole.

The digest covers the person, the address and everything that was typed: a form that came back with an error and was
corrected, or was changed after the browser's back button, is another form.

Browsers that go back load the page anew, as it must not be kept, and fill in what was typed: a fresh word with the old
text. That is told by the text alone, and asked about rather than refused: it may be meant.
"""

from contextvars import ContextVar
from dataclasses import dataclass

from django.db import IntegrityError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

FIELD = "once"


class AlreadySent(IntegrityError):
    """The same form was acted on by another request; nothing of this one stands."""


@dataclass
class Form:
    """The form that this request brought."""

    digest: str
    same: str = ""  # digest of what a person typed, whichever form he typed it into
    spent: bool = False  # by this very request


current: ContextVar[Form | None] = ContextVar("form", default=None)


def spend(wrapper: BaseDatabaseWrapper) -> Form | None:
    """Before a commit: note the form of the request if the transaction holds an act. Raises AlreadySent.

    Returns the form that is spent once the commit has succeeded.
    """
    form = current.get()
    if form is None or form.spent or not wrapper.evidence.acted:
        return None
    try:
        with wrapper.cursor() as cursor:
            now = wrapper.ops.adapt_datetimefield_value(timezone.now())
            values = [form.digest, form.same, now, "", False]
            cursor.execute(
                "INSERT INTO audit_spent (digest, same, at, led_to, answered) VALUES (%s, %s, %s, %s, %s)", values
            )
    except IntegrityError as twin:
        raise AlreadySent("UNIQUE constraint failed: audit_spent.digest") from twin
    return form
