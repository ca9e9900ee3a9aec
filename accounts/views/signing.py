"""Signing in and out: name and password, then the code where there is a second factor."""

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib import auth, messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts import devices, policy, services, stash
from accounts.forms import CodeForm, SignInForm
from accounts.hooks import facts_of
from accounts.models import User
from accounts.services import second_factor as factors
from accounts.services.sessions import open_session

HALF = "half_signed_in"  # in the session: whose password was right, until his code comes
HALF_AGE = 300
REFUSED = (
    "没有登录成功：用户名或密码不对，或者输错次数太多。连续输错5次，要等30分钟再试；"
    "忘记密码请找系统管理员，被锁定请找安全管理员。"
)


def _next(request: HttpRequest) -> str:
    """Where to go after sign-in: a path of this site, else the first page."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    return wanted if stash.is_path_of_ours(wanted) else resolve_url(settings.LOGIN_REDIRECT_URL)


def _let_in(request: HttpRequest, user: User, target: str, *, factor: bool) -> HttpResponse:
    """Open the session. What somebody else typed in this browser before is forgotten, not shown to the newcomer."""
    last = devices.device_of(request).last
    if last is not None and last != user.pk:
        stash.drop(request)
    request.session.pop(HALF, None)
    open_session(request=request, user=user, facts=facts_of(user), factor=factor)
    _warn_of_age(request, user)
    response = HttpResponseRedirect(target)  # not redirect(): that takes a word without a slash for a view's name
    devices.remember(request, response, user.pk)
    return response


def _warn_of_age(request: HttpRequest, user: User) -> None:
    """A sentence in the last days before the password must be changed."""
    ends = user.password_ends
    days = (ends - timezone.now()).days if ends else policy.current().warn_days
    if 0 <= days < policy.current().warn_days and not user.owes_password:
        messages.warning(request, f"密码将在{days + 1}天内到期，请在“我的账号”修改；到期后须先修改才能办理。")


@sensitive_post_parameters("password")
@never_cache
@login_not_required
def sign_in(request: HttpRequest, sample_people: Callable[[], list[dict]]) -> HttpResponse:
    """Sign in by name and password; ``sample_people`` tells the people of the sample, where there is one."""
    if request.user.is_authenticated and request.method == "GET":
        return HttpResponseRedirect(_next(request))
    form = SignInForm(request.POST or None)
    if form.is_valid():
        device = devices.device_of(request)
        user = services.sign_in(**form.cleaned_data, device=device.key, device_users=device.people)
        if user is not None:
            return _after_password(request, user)
        form.add_error(None, REFUSED)
    context = {"form": form, "next": request.POST.get("next") or request.GET.get("next", "")}
    if services.is_sample():
        context |= {"sample_people": sample_people(), "sample_url": reverse("sample_signin")}
    return render(request, "registration/login.html", context)


def _after_password(request: HttpRequest, user: User) -> HttpResponse:
    """In, or on to the code."""
    if not policy.factor_offered() or factors.factor_of(user) is None:
        services.signed_in(user=user, factor=False)
        return _let_in(request, user, _next(request), factor=False)
    request.session.cycle_key()
    request.session[HALF] = {
        "user": user.pk,
        "hash": user.get_session_auth_hash(),
        "at": time.time(),
        "next": _next(request),
    }
    return redirect("second_factor")


def _half_signed_in(request: HttpRequest) -> User | None:
    """Whose password was right a moment ago in this session, and still is."""
    half = request.session.get(HALF)
    if not half or time.time() - half["at"] > HALF_AGE:
        return None
    user = User.objects.filter(pk=half["user"], is_active=True).first()
    return user if user and constant_time_compare(user.get_session_auth_hash(), half["hash"]) else None


@sensitive_post_parameters("code")
@never_cache
@login_not_required
def second_factor(request: HttpRequest) -> HttpResponse:
    """The second step: a code of the authenticator or a recovery code. Nothing of the site is open before it."""
    user = _half_signed_in(request)
    if user is None:
        request.session.pop(HALF, None)
        return redirect("login")
    form = CodeForm(request.POST or None)
    if form.is_valid():
        if factors.check(user=user, code=form.cleaned_data["code"]):
            services.signed_in(user=user, factor=True)
            return _let_in(request, user, request.session[HALF]["next"], factor=True)
        form.add_error(
            "code", "验证码不对、已经用过，或者输错次数太多。请等手机上换一个新码再试；连续输错5次要等30分钟。"
        )
    return render(request, "registration/second_factor.html", {"form": form})


@login_not_required
@require_POST
def sample_signin(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the sample's people with one press. Raises NotAllowed over any other database."""
    user = services.sign_in_as_sample(username=request.POST.get("sample", ""))
    return _let_in(request, user, _next(request), factor=True)


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Also when the session has ended already: there is nothing typed to keep."""
    if request.user.is_authenticated:
        services.signed_out(user=request.user)
    auth.logout(request)
    answer = redirect(settings.LOGOUT_REDIRECT_URL)
    # Not "cookies": the mark of a known browser keeps strangers from locking its person out. Not "storage": there lies
    # what was typed and could not be sent.
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer
