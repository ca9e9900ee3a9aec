"""No form is acted on twice: a repeated one is answered with where it led the first time (`audit.once`)."""

import hashlib
from collections.abc import Callable

from django.contrib import messages
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.crypto import salted_hmac

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
        form = once.Form(digest_of(request))
        first = spent.find(form.digest)
        if first is None:
            once.current.set(form)
            return None
        return _repeated(request, first)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Refused because the same form went through a moment ago: that is no refusal."""
        form = once.current.get()
        if form is None or form.spent or not isinstance(exception, once.AlreadySent | Refused):
            return None
        first = spent.find(form.digest)
        return _repeated(request, first) if first else None


def digest_of(request: HttpRequest) -> str:
    """Of who sent what where: keyed, as there may be a password among it."""
    sent = hashlib.sha256()

    def add(*words: object) -> None:
        sent.update(repr(words).encode())

    add(request.user.pk, request.get_full_path(), request.POST[once.FIELD])
    for name, values in request.POST.lists():
        if name not in (once.FIELD, TOKEN):
            add(name, values)
    for name, files in request.FILES.lists():
        for file in files:
            content = hashlib.sha256()
            for chunk in file.chunks():
                content.update(chunk)
            file.seek(0)
            add(name, file.name, content.hexdigest())
    return salted_hmac("lianzheng.once", sent.digest(), algorithm="sha256").hexdigest()


def _settled(request: HttpRequest, response: HttpResponse, form: once.Form | None) -> HttpResponse:
    """Note where the act led; or, where it did not come to one, look whether an equal request was faster."""
    led_to = response.headers.get("Location", "")
    if form is None:
        return response
    if form.spent:
        spent.answered(form.digest, led_to)
        return response
    if led_to:
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
