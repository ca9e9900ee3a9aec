"""What holds for every request: security headers, refusal pages, and no typed text lost at a session's end."""

import ipaddress
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts import stash
from accounts.exceptions import NotAllowed, Refused
from audit import context, services

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)


class SecurityHeaders:
    """Sets the content security policy and its companions; remembers the address for the event log."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.BEHIND_PROXY:
            request.META["REMOTE_ADDR"] = _told_by_proxy(request)
        token = context.address.set(request.META.get("REMOTE_ADDR", ""))
        try:
            response = self.get_response(request)
        finally:
            context.address.reset(token)
        response.headers.setdefault("Content-Security-Policy", CSP)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if getattr(request, "user", None) is not None and request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
        return response


def _told_by_proxy(request: HttpRequest) -> str:
    """The address that our own proxy saw: the last hop of the list, since all before it can be made up by anybody."""
    last = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
    try:
        return str(ipaddress.ip_address(last))
    except ValueError:
        return request.META.get("REMOTE_ADDR", "")


class KeepTypedText:
    """A form sent after the session ended is kept and offered again after sign-in, so nothing typed is lost."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        """Stash the form when a signed-in page is posted to without a session. None lets the request go on."""
        if request.method != "POST" or request.user.is_authenticated or not getattr(view, "login_required", True):
            return None
        if request.headers.get("X-Autosave"):
            return JsonResponse({"login_url": reverse("login")}, status=401)
        if not stash.keep(request):
            return None
        return redirect(f"{reverse('login')}?next={reverse('resume')}")


class RefusalPages:
    """A refusal becomes a page with its sentence and a row of its own in the event log."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Also an address that is only posted to, opened by hand or reloaded after a refusal, gets a page."""
        response = self.get_response(request)
        if request.method == "GET" and response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            page = render(request, "posted_only.html", status=response.status_code)
            page.headers["Allow"] = response.headers.get("Allow", "POST")
            return page
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a `Refused`; anything else goes on to Django."""
        if not isinstance(exception, Refused):
            return None
        if request.method == "POST" or isinstance(exception, NotAllowed):
            _record(request, exception)
        if request.headers.get("X-Autosave"):
            return JsonResponse({"refusal": str(exception)}, status=exception.status)
        context = {"reason": str(exception), "status": exception.status, "back": _register_of(request)}
        return render(request, "refused.html", context, status=exception.status)


def _record(request: HttpRequest, exception: Refused) -> None:
    """One event. Not for reading an act's page too late, as the back button does: nobody tried anything."""
    user = request.user if request.user.is_authenticated else None
    with transaction.atomic():
        services.record(
            verb="refused", by=user, result="refused", label=request.path[:300], reason=str(exception)[:500]
        )


def _register_of(request: HttpRequest) -> str:
    """The page of the register that the refused act was about; empty for other acts."""
    match = request.resolver_match
    about = match and (match.url_name or "").startswith("register_") and match.kwargs.get("pk")
    return reverse("register", args=[about]) if about else ""
