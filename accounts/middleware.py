"""A one-time password opens nothing but the page where it is changed."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

OPEN = frozenset({"password_change", "logout", "login", "sample_signin"})


class OwnPasswordFirst:
    """Sends who still has a one-time password to the password page, whatever he asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        """None lets the request go on; pages that need no sign-in stay open."""
        user = request.user
        if not user.is_authenticated or not user.must_change_password or not getattr(view, "login_required", True):
            return None
        return None if request.resolver_match.url_name in OPEN else redirect("password_change")
