"""No form is acted on twice: a repeated one is answered with where it led the first time (`audit.once`)."""

import hashlib
from collections.abc import Callable
from http import HTTPStatus

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.crypto import salted_hmac

from accounts import stash
from accounts.exceptions import Refused
from accounts.stash import TOKEN
from audit import once, spent
from audit.models import Spent

# Addresses whose forms may be acted on again, each with what makes that harmless.
REPEATABLE = {
    "login": "signing in again does nothing but sign in",
    "second_factor": "a code is good for one use, which the database decides",
    "logout": "who is out stays out",
    "sample_signin": "signing in again does nothing but sign in",
    "public_comment": "the form's own key: a repeat shows the receipt code again, which stands on no other page",
    "notice_comment": "the form's own key: a repeat shows the receipt code again, which stands on no other page",
    "public_receipt": "reads",
    "sign": "each register has a key of its own, and the page tells of each what became of it",
}
AGAIN = "again"  # the field by which a person says that he means it
SAID = "这张表单已经办理过，没有再办一次。"


class OnceOnly:
    """Stands innermost, so that whoever may not come in at all is not told what became of his form."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = once.current.set(None)
        try:
            response = self.get_response(request)
            return _settled(request, response, once.current.get())
        finally:
            once.current.reset(token)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        """The answer to a form that is spent already; None lets the request go on."""
        if request.method != "POST" or request.headers.get("X-Autosave"):
            return None
        if request.resolver_match.url_name in REPEATABLE or not request.POST.get(once.FIELD):
            return None
        form = once.Form(digest_of(request), same_of(request))
        if first := spent.find(form.digest):
            return _repeated(request, first)
        if AGAIN not in request.POST and (first := spent.same_as(form.same)):
            # Of two equal requests the faster one may have been done since the first look.
            faster = first.digest == form.digest
            return _repeated(request, spent.find(form.digest)) if faster else _asked(request, first)
        once.current.set(form)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Refused because the same form went through a moment ago: that is no refusal."""
        form = once.current.get()
        if form is None or form.spent or not isinstance(exception, once.AlreadySent | Refused):
            return None
        first = spent.find(form.digest)
        return _repeated(request, first) if first else None


def digest_of(request: HttpRequest) -> str:
    """Of who sent what where, in which form."""
    files = [(name, file.name, _content(file)) for name, many in request.FILES.lists() for file in many]
    return _digest(request, _fields(request, once.FIELD, TOKEN), files, request.POST[once.FIELD])


def same_of(request: HttpRequest) -> str:
    """Of the text alone. Empty where nobody typed any, where a version tells the second act from the first, and where
    the page that asks could not give everything back."""
    fields = _fields(request, once.FIELD, TOKEN, "key", AGAIN)
    if not request.user.is_authenticated or request.FILES or "row_version" in request.POST or stash.is_secret(fields):
        return ""
    typed = any(not value.isascii() for _, values in fields for value in values)
    return _digest(request, fields) if typed else ""


def _fields(request: HttpRequest, *but: str) -> list[tuple[str, list[str]]]:
    return [(name, values) for name, values in request.POST.lists() if name not in but]


def _content(file: UploadedFile) -> str:
    content = hashlib.sha256()
    for chunk in file.chunks():
        content.update(chunk)
    file.seek(0)
    return content.hexdigest()


def _digest(request: HttpRequest, *parts: object) -> str:
    """Keyed, as there may be a password among it."""
    sent = repr((request.user.pk, request.get_full_path(), *parts))
    return salted_hmac("lianzheng.once", sent, algorithm="sha256").hexdigest()


def _settled(request: HttpRequest, response: HttpResponse, form: once.Form | None) -> HttpResponse:
    """Note where the act led; or, where it did not come to one, look whether an equal request was faster: what it was
    refused, or led aside to, is then not said."""
    led_to = response.headers.get("Location", "")
    if form is None:
        return response
    if form.spent:
        spent.answered(form.digest, led_to)
        return response
    try:
        first = spent.find(form.digest, patience=0 if response.status_code >= 500 else spent.PATIENCE)
    except DatabaseError:
        return response
    return _repeated(request, first) if first else response


def _repeated(request: HttpRequest, first: Spent) -> HttpResponse:
    once.current.set(None)
    if not first.led_to:
        return render(request, "once.html", {"back": request.get_full_path(), "answered": first.answered})
    if request.user.is_authenticated:
        messages.info(request, SAID)
    return HttpResponseRedirect(first.led_to)


def _asked(request: HttpRequest, first: Spent) -> HttpResponse:
    """The same text a moment ago, in another form: whether that is meant."""
    sent = [(name, value) for name, values in _fields(request, TOKEN) for value in values]
    shown = [value for _, value in sent if not value.isascii()]
    context = {"first": first, "fields": sent, "shown": shown, "again": AGAIN, "to": request.get_full_path()}
    return render(request, "again.html", context, status=HTTPStatus.CONFLICT)
