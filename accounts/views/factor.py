"""Setting up one's second factor, new recovery codes, taking it away."""

import segno
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts import policy, stash, totp
from accounts.exceptions import NotNow
from accounts.forms import CodeForm, PasswordForm
from accounts.models import SecondFactor
from accounts.services import second_factor as factors
from accounts.services.sessions import factor_done
from accounts.sessions import SIGN_IN

ISSUER = "廉政风险防控登记"
WRONG = "验证码不对。请核对手机的时间，等换一个新码再试；连续输错5次要等30分钟。"


@sensitive_post_parameters()
@never_cache
def second_factor_setup(request: HttpRequest) -> HttpResponse:
    """One page, by what he has: begin, then confirm with a first code; or show how it stands. Looking writes nothing
    and never shows the secret."""
    if not policy.factor_offered():
        raise NotNow("本单位没有启用二次验证。")
    factor = factors.factor_of(request.user)
    act = request.POST.get("act") if request.method == "POST" else ""
    if factor is None:
        return _confirm(request) if act == "confirm" else _begin(request, act)
    if not _used_here(request):
        return _show_it_once(request)
    return _keep(request, act, factor)


def _used_here(request: HttpRequest) -> bool:
    """Whether this session was opened with the second factor; where none is required it need not be."""
    told = request.session.get(SIGN_IN, {})
    return told.get("factor", False) or not policy.factor_required(administrator=told.get("administrator", False))


def _page(request: HttpRequest, **context) -> HttpResponse:
    told = request.session.get(SIGN_IN, {})
    context["required"] = policy.factor_required(administrator=told.get("administrator", False))
    return render(request, "accounts/second_factor.html", context)


def _begin(request: HttpRequest, act: str) -> HttpResponse:
    form = PasswordForm(request.user, request.POST if act == "begin" else None)
    if not form.is_valid():
        return _page(request, step="begin", form=form)
    return _secret_page(request, factors.begin(user=request.user), CodeForm())


def _secret_page(request: HttpRequest, factor: SecondFactor, form: CodeForm) -> HttpResponse:
    secret = factors.secret_of(factor)
    address = totp.address(secret, account=request.user.username, issuer=ISSUER)
    drawn = segno.make(address, error="m").svg_data_uri(scale=5, border=4, light="white")
    return _page(request, step="confirm", form=form, picture=drawn, secret=totp.in_groups(secret))


def _confirm(request: HttpRequest) -> HttpResponse:
    form = CodeForm(request.POST)
    if form.is_valid():
        codes = factors.confirm(user=request.user, code=form.digits(), keep=request.session.session_key)
        if codes is not None:
            factor_done(request=request)
            return _page(request, step="codes", codes=codes, kept=stash.stash_of(request))
        form.add_error("code", WRONG)
    waiting = SecondFactor.objects.filter(user=request.user, confirmed_at__isnull=True).first()
    return _secret_page(request, waiting, form) if waiting else _begin(request, "")


def _show_it_once(request: HttpRequest) -> HttpResponse:
    """The rule came after this session was opened: he shows the factor that he has."""
    form = CodeForm(request.POST or None)
    if form.is_valid():
        if factors.check(user=request.user, code=form.cleaned_data["code"]):
            factor_done(request=request)
            return redirect("resume" if stash.stash_of(request) else settings.LOGIN_REDIRECT_URL)
        form.add_error("code", WRONG)
    return _page(request, step="show", form=form)


def _keep(request: HttpRequest, act: str, factor: SecondFactor) -> HttpResponse:
    form = PasswordForm(request.user, request.POST if act in ("codes", "off") else None)
    if form.is_valid() and act == "codes":
        return _page(request, step="codes", codes=factors.renew_codes(user=request.user))
    if form.is_valid() and act == "off":
        factors.turn_off(user=request.user)
        factor_done(request=request, done=False)
        messages.success(request, "已关闭二次验证。")
        return redirect("account")
    return _page(request, step="keep", form=form, factor=factor, codes_left=factors.codes_left(request.user))
