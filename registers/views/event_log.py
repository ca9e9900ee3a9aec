"""The event log, for the audit administrator of a bureau."""

import datetime

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.exceptions import NotAllowed
from accounts.models import User
from accounts.roles import Permission
from audit import services as audit
from audit import verbs
from audit.models import Event
from registers import access
from registers.forms.administration import EventFilter
from registers.models import Unit
from registers.paging import page_of
from registers.people import members


def visible_events(user: User) -> QuerySet[Event]:
    """Events of his bureaus, and what their people did at the installation itself (signing in).

    Where no body stands above his bureau he also sees tries under names that nobody has.
    """
    me = access.standing(user)
    bureaus = me.bureaus_with(Permission.READ_AUDIT)
    where = Q(bureau__in=bureaus) | Q(bureau=0, actor__in=members(bureaus).values("pk"))
    if any(grant.unit.above_id is None for grant in me.grants_with(Permission.READ_AUDIT)):
        where |= Q(bureau=0, actor__isnull=True)
    # That and when comments on notices came in is told to nobody but who receives them; `verify` counts these rows too.
    return Event.objects.filter(where).exclude(verb__startswith="comment.")


def _filtered(events: QuerySet[Event], given: dict) -> QuerySet[Event]:
    if given.get("bureau"):
        events = events.filter(bureau=given["bureau"].pk)
    if given.get("person"):
        events = events.filter(actor_name__contains=given["person"])
    if given.get("verb"):
        events = events.filter(verb=given["verb"])
    if given.get("result"):
        events = events.filter(result=given["result"])
    if given.get("since"):
        events = events.filter(at__gte=_start_of(given["since"]))
    if given.get("until"):
        events = events.filter(at__lt=_start_of(given["until"] + datetime.timedelta(days=1)))
    return events


def _start_of(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


def events(request: HttpRequest) -> HttpResponse:
    """Who did what, when, from where; raises NotAllowed for everybody but the audit administrator."""
    bureaus = access.standing(request.user).bureaus_with(Permission.READ_AUDIT)
    if not bureaus:
        raise NotAllowed("审计记录只由审计管理员查看。")
    form = EventFilter(request.GET or None, bureaus=Unit.objects.filter(pk__in=bureaus))
    given = form.cleaned_data if form.is_valid() else {}
    page = page_of(request, _filtered(visible_events(request.user), given))
    if page.number == 1:  # turning pages is the same look
        asked = {name: str(value) for name, value in given.items() if value}
        audit.record_reading(by=request.user, bureau=bureaus[0], asked={"filter": asked} if asked else {})
    rows = [(event, verbs.label(event.verb), verbs.RESULTS.get(event.result, event.result)) for event in page]
    return render(request, "accounts/events.html", {"form": form, "page": page, "rows": rows})
