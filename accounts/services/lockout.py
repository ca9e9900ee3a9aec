"""How often a password may be tried: counted before it is looked at, so that no race slips past.

Three counters stand for each try: this name from this place; this name from all places that are not known; all names
from this address. A browser in which the person signed in before (a signed cookie) is a place of its own: strangers'
failures, be it at the same address, do not lock it. A refused try makes no lock longer.
"""

import datetime
import ipaddress
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import policy
from accounts.models import SignInCounter, User
from accounts.names import canonical
from accounts.sealing import keyed_digest
from audit import services as audit

ANYWHERE = "*"
# Places behind the sign-in, that no stranger reaches: codes of the second factor, one's password asked once more.
FACTOR, AGAIN = "factor", "again"
KNOWN_FOR = datetime.timedelta(days=90)
KEPT_FOR = datetime.timedelta(days=2)
DAY = datetime.timedelta(days=1)


@dataclass
class Attempt:
    """One try: whether it may be looked at, and the counters that it stands on."""

    evaluated: bool
    own: int = 0
    wide: list[int] = field(default_factory=list)


def subject_of(username: str) -> str:
    """What stands for a name in the counters."""
    return keyed_digest("sign-in name", canonical(username))


def place_of(address: str) -> str:
    """The place that an address is of: with IPv6 its network, since one machine has as many addresses as it likes."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if known.version == 6 and known.ipv4_mapped is None:
        return str(ipaddress.ip_network((known, 64), strict=False))
    return str(getattr(known, "ipv4_mapped", None) or known)


@transaction.atomic
def reserve(*, username: str, address: str, device: str = "", user: User | None = None) -> Attempt:
    """Count a try before its password is looked at. ``device`` names the person's own browser, if it is one."""
    now, rules = timezone.now(), policy.current()
    subject, place = subject_of(username), f"device:{device}" if device else place_of(address)
    own = _locked_row(subject, place, user)
    known = bool(device) or (own.good_at is not None and now - own.good_at < KNOWN_FOR)
    wide = [] if known else [_locked_row(subject, ANYWHERE, user)]
    wide += [] if device else [_locked_row("", place_of(address), None)]
    return _count(own, wide, now, rules)


@transaction.atomic
def reserve_inside(*, user: User, place: str) -> Attempt:
    """The same for what is asked of a person who is known already (FACTOR, AGAIN)."""
    own = _locked_row(subject_of(user.username), place, user)
    return _count(own, [], timezone.now(), policy.current())


def _locked_row(subject: str, place: str, user: User | None) -> SignInCounter:
    """The counter, held until the transaction ends; always in the same order, so that no two wait for each other."""
    given = {"since": timezone.now(), "user": user}
    return SignInCounter.objects.select_for_update().get_or_create(subject=subject, place=place, defaults=given)[0]


def _count(own: SignInCounter, wide: list[SignInCounter], now: datetime.datetime, rules: policy.Policy) -> Attempt:
    rows = [own, *wide]
    if any(row.locked_until is not None and now < row.locked_until for row in rows):
        own.refused += 1
        own.save(update_fields=["refused", "changed_at"])
        return Attempt(False, own.pk)
    for row in rows:
        _add_one(row, rules.failures if row is own else rules.wide_failures, now, rules)
    return Attempt(True, own.pk, [row.pk for row in wide])


def _add_one(row: SignInCounter, allowed: int, now: datetime.datetime, rules: policy.Policy) -> None:
    """One more try counts; the last that is allowed locks at once, and a right password takes it back."""
    if now - row.since > datetime.timedelta(minutes=rules.window_minutes):
        row.failures, row.since = 0, now
    if row.locked_until is not None and now - row.locked_until > DAY:
        row.level = 0
    row.failures += 1
    if row.failures >= allowed:
        minutes = min(rules.lock_minutes * 2**row.level, rules.longest_lock_minutes)
        row.locked_until = now + datetime.timedelta(minutes=minutes)
        row.level += 1
        row.failures, row.since = 0, row.locked_until
    row.save()


@transaction.atomic
def right(*, attempt: Attempt) -> None:
    """The password was right: this place begins anew and is known from now on; the wide counters lose this try."""
    now = timezone.now()
    for pk in (attempt.own, *attempt.wide):  # held in the order of `reserve`
        row = SignInCounter.objects.select_for_update().get(pk=pk)
        if pk == attempt.own:
            row.failures, row.level, row.locked_until, row.refused, row.good_at = 0, 0, None, 0, now
        elif row.failures:
            row.failures -= 1
        elif row.locked_until is not None and row.locked_until > now:  # locked by tries under way, this one of them
            row.locked_until, row.failures = None, policy.current().wide_failures - 1
            row.level = max(0, row.level - 1)
        row.save()
    stale = SignInCounter.objects.filter(changed_at__lt=now - KEPT_FOR)
    stale.filter(good_at__isnull=True).delete()
    stale.filter(good_at__lt=now - KNOWN_FOR).delete()


def wrong(*, attempt: Attempt) -> None:
    """In the transaction of the event: when a try was refused last. It also makes a refused one write as much."""
    if not attempt.evaluated:
        SignInCounter.objects.filter(pk=attempt.own).update(refused_at=timezone.now())


def locked_people(people: QuerySet[User]) -> list[tuple[User, datetime.datetime, int]]:
    """Who of these is refused somewhere now: until when at most, and how many tries were refused since."""
    found: dict[int, tuple[User, datetime.datetime, int]] = {}
    rows = SignInCounter.objects.filter(locked_until__gt=timezone.now(), user__in=people.order_by())
    for row in rows.select_related("user").order_by("-locked_until", "pk"):
        user, until, refused = found.get(row.user_id, (row.user, row.locked_until, 0))
        found[row.user_id] = (user, until, refused + row.refused)
    return list(found.values())


@transaction.atomic
def unlock(*, by: User | None, user: User, bureau: int = 0) -> int:
    """Let a person try again everywhere; who may do this is asked by the caller. Tells how many places were locked."""
    rows = SignInCounter.objects.select_for_update().filter(subject=subject_of(user.username))
    rows = [*rows.exclude(place=ANYWHERE).order_by("pk"), *rows.filter(place=ANYWHERE)]  # in the order of `reserve`
    locked = [row for row in rows if row.locked_until is not None and row.locked_until > timezone.now()]
    for row in rows:
        row.failures, row.level, row.locked_until = 0, 0, None
        row.save()
    audit.record(verb="account.unlock", by=by, bureau=bureau, target=user, places=len(locked))
    return len(locked)
