"""Limits on what anybody may do without signing in, counted in the database so that they hold over all processes."""

import datetime
import hashlib
import hmac
import ipaddress

from django.conf import settings
from django.utils import timezone

from accounts.exceptions import TooOften
from workflow.models import RateHit

DAY = datetime.timedelta(days=1)


def _key(bucket: str, who: str) -> str:
    """No readable address, and another key every day: a row cannot be led back to a person."""
    text = f"{bucket}|{timezone.localdate()}|{who}"
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


def network(address: str) -> str:
    """The address as it is counted: an IPv6 visitor owns a whole /64."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if parsed.version == 6:
        return str(ipaddress.ip_network(f"{address}/64", strict=False))
    return str(parsed)


def hit(*, bucket: str, who: str, limit: int, minutes: int, sentence: str) -> None:
    """Count one try. Raises TooOften with the sentence when there were ``limit`` in the last ``minutes``.

    Rows older than a day are thrown away on the way.
    """
    now = timezone.now()
    RateHit.objects.filter(at__lt=now - DAY).delete()
    key = _key(bucket, who)
    if RateHit.objects.filter(key=key, at__gte=now - datetime.timedelta(minutes=minutes)).count() >= limit:
        raise TooOften(sentence, minutes * 60)
    RateHit.objects.create(key=key)
