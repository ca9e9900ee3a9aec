"""What is written when a paper leaves the program."""

from django.db import transaction
from django.db.models import Model

from accounts.models import User
from audit import services as audit
from audit.models import Event
from registers.models import Register, Unit

VERBS = {"pdf": "paper.print", "xlsx": "paper.export", "html": "paper.export"}
LIST_VERBS = {"pdf": "list.print", "xlsx": "list.export", "html": "list.export"}


@transaction.atomic
def record_taken(*, by: User | None, register: Register, form: str, format: str, digest: str) -> Event:
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


@transaction.atomic
def record_list(*, by: User | None, unit: Unit, form: str, format: str, rows: int) -> Event:
    """Note that a list of a whole bureau or section was printed or exported, with the number of its rows."""
    return audit.record(
        verb=LIST_VERBS[format],
        by=by,
        bureau=unit.bureau_id or unit.pk,
        target=unit,
        form=form,
        format=format,
        rows=rows,
    )


@transaction.atomic
def record_letter(*, by: User, bureau: int, target: Model, digest: str = "") -> Event:
    """Note that a filing report, a notice or a letter of supervision was printed, with the digest that it bears."""
    detail = {"digest": digest} if digest else {}
    return audit.record(verb="letter.print", by=by, bureau=bureau, target=target, format="pdf", **detail)
