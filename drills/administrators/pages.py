"""The same through pages: what an administrator may not, and that an account that waits for its code opens nothing."""

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import ADMINISTRATORS
from drills.administrators.acts import Sequence
from registers.models import RoleGrant

BUSINESS = ("ledger", "cycles", "meetings", "import")
FACTS = {"问过的页面": 0}


def refused_and_led(sequence: Sequence) -> list[str]:
    """Every account with power asks for business and for the roles, at the end of a sequence."""
    found = []
    held = RoleGrant.objects.current().filter(user__is_active=True).select_related("user")
    for user in {grant.user for grant in held}:
        roles = {grant.role for grant in held if grant.user_id == user.pk}
        client = _signed_in(user)
        gated = user.owes_password
        for name in BUSINESS if gated or roles & {str(role) for role in ADMINISTRATORS} else ():
            answer = client.get(reverse(name))
            FACTS["问过的页面"] += 1
            led = answer.status_code == 302 and answer.url == reverse("password_change")
            if not (led if gated else answer.status_code == 403):
                found.append(f"{user} 打开了 {name}（{answer.status_code}）")
        for grant in RoleGrant.objects.filter(pending=True, ends_on__isnull=True, proposed_by=user):
            client.post(reverse("grant_confirm", args=[grant.pk]), {"answer": "confirm"})
            FACTS["问过的页面"] += 1
            if not RoleGrant.objects.get(pk=grant.pk).pending:
                found.append(f"{user} 在页面上确认了自己提出的 {grant}")
    return found


def _signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    session = client.session
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session.save()
    return client
