"""Sessions that end in the middle of a request, and duties before anything else.

A duty is a second factor where it is required, then a password of one's own that is not too old.

Until they are done the person is nobody: pages that need no sign-in show him what they show the public, all others
lead to the duty, whatever the method. What he typed meanwhile is kept and offered afterwards.
"""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from accounts import policy, stash
from accounts.sessions import SIGN_IN

ALWAYS_OPEN = frozenset({"logout", "login", "sample_signin", "second_factor"})


def duty_of(request: HttpRequest) -> str:
    """Name of the page where he must go first; empty for none. Asks the database for nothing."""
    told = request.session.get(SIGN_IN, {})
    if policy.factor_required(administrator=told.get("administrator", False)) and not told.get("factor"):
        return "second_factor_setup"
    return "password_change" if request.user.owes_password else ""


class Sessions(SessionMiddleware):
    """Django's, and the sign-in page for a session that was ended while its request was under way: what was done is
    done, but nobody is signed in any more. A page that was only read is shown though its session cannot be saved, as
    on a disk without room: what it told will be told again."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        try:
            return super().process_response(request, response)
        except DatabaseError:
            if request.method not in ("GET", "HEAD"):
                raise
            patch_vary_headers(response, ("Cookie",))
            return response
        except SessionInterrupted:
            autosave = request.headers.get("X-Autosave")
            login = reverse("login")
            answer = JsonResponse({"login_url": login}, status=401) if autosave else redirect(login)
            answer.delete_cookie(settings.SESSION_COOKIE_NAME)
            return answer


class DutiesFirst:
    """Sends who has a duty to its page, whatever he asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        """None lets the request go on."""
        if not request.user.is_authenticated:
            return None
        request.duty = duty_of(request)
        name = request.resolver_match.url_name
        if not request.duty or name in ALWAYS_OPEN or name == request.duty:
            return None
        if not getattr(view, "login_required", True):
            request.user = AnonymousUser()
            return None
        if request.headers.get("X-Autosave"):
            return JsonResponse({"login_url": reverse(request.duty)}, status=401)
        if request.method == "POST":
            stash.keep(request)
        return redirect(request.duty)
