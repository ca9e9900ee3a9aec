"""The checkpoint that a paper carries out of the house: by it somebody finds out later whether the records agree."""

from urllib.parse import urlencode

from django.urls import reverse

from audit import checkpoints
from audit.models import Event
from audit.verify import Checkpoint
from documents.plates.reading import address_of_site
from paper.official import Proof
from workflow.models import Filing


def checkpoint_of(filing: Filing) -> Checkpoint | None:
    """Where the chain stood when it was handed in; None where the event was never linked (data made in bulk)."""
    made = Event.objects.filter(verb="filing.make", object_type="filing", object_id=filing.pk).order_by("pk")
    first = made.values_list("pk", flat=True).first()
    return checkpoints.of_event(first) if first else None


def proof_of(filing: Filing) -> Proof | None:
    """As it is printed, with a code that opens the page on which it is compared, or says the same where there is no
    address that readers could open."""
    if (point := checkpoint_of(filing)) is None:
        return None
    site = address_of_site()
    link = f"{site}{reverse('checkpoints')}?{urlencode({'code': point.short})}"
    return Proof(f"检查点 {point.short}", link if site else point.short)
