"""What holds for every request: security headers, refusal pages, and no typed text lost at a session's end."""

import ipaddress
import secrets
from collections.abc import Callable, Iterator
from http import HTTPStatus

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict, UnreadablePostError
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts import stash
from accounts.exceptions import NotAllowed, Refused, TooOften
from audit import context, services
from lianzheng import errors

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)
OFF = (
    "accelerometer", "autoplay", "camera", "clipboard-read", "display-capture", "encrypted-media", "fullscreen",
    "geolocation", "gyroscope", "magnetometer", "microphone", "midi", "payment", "publickey-credentials-get",
    "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{what}=()" for what in OFF),
}
NUL = "\x00"
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
ELSEWHERE = frozenset({"cross-site", "same-site"})  # a page of another host, be it a neighbour's


class EveryAnswer:
    """Outermost: numbers the request, remembers where it came from, and sets the headers that every answer has.

    Every answer: errors, redirects, files, what other middleware answers. It asks the database for nothing, which may
    be what failed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.BEHIND_PROXY:
            request.META["REMOTE_ADDR"] = _told_by_proxy(request)
        digits = secrets.token_hex(4).upper()
        request.request_number = f"{digits[:4]}-{digits[4:]}"
        address = context.address.set(request.META.get("REMOTE_ADDR", ""))
        number = context.request_number.set(request.request_number)
        try:
            response = self.get_response(request)
        finally:
            context.address.reset(address)
            context.request_number.reset(number)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers["X-Request-Id"] = request.request_number
        if settings.SECURE_HSTS_SECONDS and request.is_secure():
            response.headers.setdefault("Strict-Transport-Security", f"max-age={settings.SECURE_HSTS_SECONDS}")
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class Gate:
    """Turns away what no page of ours sends: far too much, which is not even read; a form from another site; a NUL.

    The second is the browser's own word (`Sec-Fetch-Site`), beside the token of the form, which every form needs too.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length[:20]) > settings.BODY_MAX:
            return errors.answer(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        elsewhere = request.method in UNSAFE and request.headers.get("Sec-Fetch-Site") in ELSEWHERE
        if elsewhere and request.headers.get("Origin") not in settings.CSRF_TRUSTED_ORIGINS:
            return errors.answer(request, HTTPStatus.FORBIDDEN)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        """A NUL comes from no keyboard, and PostgreSQL takes none: neither in the address nor in a form."""
        try:
            found = any(NUL in text for data in (request.GET, request.POST) for text in _texts(data))
        except UnreadablePostError:  # whoever sent it has hung up
            return errors.answer(request, HTTPStatus.BAD_REQUEST)
        return errors.answer(request, HTTPStatus.BAD_REQUEST) if found or NUL in request.path else None


def _texts(data: QueryDict) -> Iterator[str]:
    return (text for name, texts in data.lists() for text in (name, *texts))


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
        """Also a method that the address does not take gets a page: mostly GET where only forms are sent to."""
        response = self.get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            page = render(request, "posted_only.html", status=response.status_code)
            page.headers["Allow"] = response.headers.get("Allow", "POST")
            return page
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a `Refused`; anything else goes on to Django."""
        if not isinstance(exception, Refused):
            return None
        return refusal(request, exception)


def refusal(request: HttpRequest, exception: Refused) -> HttpResponse:
    """The page of a refusal, and its event; one for asking too often has none, or asking would fill the log."""
    often = isinstance(exception, TooOften)
    if not often and (request.method == "POST" or isinstance(exception, NotAllowed)):
        _record(request, exception)
    if request.headers.get("X-Autosave"):
        answer: HttpResponse = JsonResponse({"refusal": str(exception)}, status=exception.status)
    else:
        context = {"reason": str(exception), "status": exception.status, "back": _register_of(request)}
        answer = render(request, "refused.html", context, status=exception.status)
    if often:
        answer.headers["Retry-After"] = str(exception.seconds)
    return answer


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
