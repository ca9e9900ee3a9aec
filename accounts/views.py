"""Signing in and out, one's own password, and the form that was typed before sign-in."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import auth, messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from accounts import services, stash
from accounts.forms import OwnPasswordForm, SignInForm
from accounts.models import User

WHO_COOKIE = "last_who"  # whose typed text it can be that is waiting in the session
WHO_AGE = 30 * 86400


def _next(request: HttpRequest) -> str:
    """Where to go after sign-in: an address of this site, else the first page."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else resolve_url(settings.LOGIN_REDIRECT_URL)


def _let_in(request: HttpRequest, user: User) -> HttpResponse:
    """Open the session. What somebody else typed in this browser before is forgotten, not shown to the newcomer."""
    last = request.get_signed_cookie(WHO_COOKIE, default="", max_age=WHO_AGE)
    if last and last != str(user.pk):
        stash.drop(request)
    target = _next(request)
    auth.login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    response = redirect(target)
    response.set_signed_cookie(
        WHO_COOKIE, str(user.pk), max_age=WHO_AGE, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
    return response


@sensitive_post_parameters("password")
@never_cache
@login_not_required
def sign_in(request: HttpRequest, sample_people: Callable[[], list[dict]]) -> HttpResponse:
    """Sign in by name and password; ``sample_people`` tells the people of the sample, where there is one."""
    if request.user.is_authenticated and request.method == "GET":
        return redirect(_next(request))
    form = SignInForm(request.POST or None)
    if form.is_valid():
        try:
            user = services.sign_in(request=request, **form.cleaned_data)
        except services.LockedOut as locked:
            form.add_error(None, str(locked))
        else:
            if user is not None:
                return _let_in(request, user)
            form.add_error(None, "用户名或密码不对。")
    context = {"form": form, "next": request.POST.get("next") or request.GET.get("next", "")}
    if services.is_sample():
        context |= {"sample_people": sample_people(), "sample_url": reverse("sample_signin")}
    return render(request, "registration/login.html", context)


@login_not_required
@require_POST
def sample_signin(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the sample's people with one press. Raises NotAllowed over any other database."""
    user = services.sign_in_as_sample(username=request.POST.get("sample", ""))
    return _let_in(request, user)


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Also when the session has ended already: there is nothing typed to keep."""
    if request.user.is_authenticated:
        services.signed_out(user=request.user)
    auth.logout(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


@sensitive_post_parameters()
@never_cache
def password_change(request: HttpRequest) -> HttpResponse:
    """Change one's own password; other sessions end."""
    form = OwnPasswordForm(request.user, request.POST or None)
    if form.is_valid():
        user = services.change_own_password(user=request.user, password=form.cleaned_data["new_password1"])
        auth.update_session_auth_hash(request, user)
        return redirect("password_change_done")
    context = {"form": form, "first": request.user.must_change_password}
    return render(request, "registration/password_change_form.html", context)


@require_GET
def password_change_done(request: HttpRequest) -> HttpResponse:
    return render(request, "registration/password_change_done.html")


@never_cache
def resume(request: HttpRequest) -> HttpResponse:
    """Offer the form that was typed before sign-in; nothing is sent before he presses the button."""
    kept = stash.stash_of(request)
    if kept is None:
        stash.drop(request)
        return redirect(settings.LOGIN_REDIRECT_URL)
    if request.method == "POST":
        stash.drop(request)
        messages.info(request, "已放弃登录前填写的内容。")
        return redirect(settings.LOGIN_REDIRECT_URL)
    shown = [value for _, value in kept.fields if not value.isascii()]  # words; keys and marks of ours say nothing
    return render(request, "accounts/resume.html", {"kept": kept, "shown": shown})
