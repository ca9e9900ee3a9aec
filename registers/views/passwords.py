"""First passwords, by the dozen: for accounts that were made without one. Shown on the answer and kept nowhere."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from accounts import services as accounts
from accounts.exceptions import NotNow
from registers.people import kept_accounts
from registers.services import keeping
from registers.views.administration import kept_bureaus

AT_ONCE = 30  # each takes a third of a second: passwords are hashed so that guessing is slow


@never_cache
def account_passwords(request: HttpRequest) -> HttpResponse:
    """How many wait; sent, the first ones get a one-time password each, which this answer tells once."""
    bureaus = kept_bureaus(request.user)
    waiting = kept_accounts(bureaus).filter(is_active=True, password__startswith="!").exclude(pk=request.user.pk)
    made = []
    sample = accounts.is_sample()  # its people sign in by a click; a password that must be changed would end that
    if sample and request.method == "POST":
        raise NotNow("示例中点姓名就能登录，不发密码。")
    if request.method == "POST" and request.POST.get("act") == "make":
        for user in list(waiting[:AT_ONCE]):
            made.append((user, keeping.reset_password(by=request.user, user=user)))
    context = {"made": made, "left": waiting.count(), "at_once": AT_ONCE, "first": waiting[:AT_ONCE], "sample": sample}
    return render(request, "accounts/passwords.html", context)
