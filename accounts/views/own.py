"""One's own password and sessions, and the form that was typed before sign-in."""

from django.conf import settings
from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from accounts import policy, services, stash
from accounts.agents import called
from accounts.forms import OwnPasswordForm
from accounts.models import Session
from accounts.services import second_factor as factors
from accounts.services import sessions
from accounts.sessions import digest_of


@sensitive_post_parameters()
@never_cache
def password_change(request: HttpRequest) -> HttpResponse:
    """Change one's own password; other sessions end."""
    form = OwnPasswordForm(request.user, request.POST or None)
    if form.is_valid():
        password = form.cleaned_data["new_password1"]
        given = {"password": password, "code": form.cleaned_data.get("code", "")}
        user = services.change_own_password(user=request.user, keep=request.session.session_key, **given)
        auth.update_session_auth_hash(request, user)
        return redirect("resume" if stash.stash_of(request) else "password_change_done")
    user = request.user
    context = {"form": form, "first": user.must_change_password, "ended": user.owes_password, "rules": policy.current()}
    return render(request, "registration/password_change_form.html", context)


@require_GET
def password_change_done(request: HttpRequest) -> HttpResponse:
    return render(request, "registration/password_change_done.html")


def account_context(request: HttpRequest) -> dict:
    """For the page of one's own account: his sessions, the newest first, his password's age, his second factor."""
    mine = digest_of(request.session.session_key or "")
    rows = Session.objects.filter(user=request.user).order_by("-started_at", "-pk")
    factor = factors.factor_of(request.user) if policy.factor_offered() else None
    return {
        "sessions": [(row, called(row.agent), row.digest == mine) for row in rows],
        "rules": policy.current(),
        "password_ends": request.user.password_ends,
        "factor_offered": policy.factor_offered(),
        "factor": factor,
        "codes_left": factors.codes_left(request.user) if factor else 0,
    }


@require_POST
def session_end(request: HttpRequest) -> HttpResponse:
    """End one of one's sessions (``session``), or all but this one."""
    wanted = request.POST.get("session", "")
    if wanted.isdecimal() and len(wanted) < 19:
        sessions.end_one(by=request.user, pk=int(wanted))
        messages.success(request, "已结束这个登录。")
    else:
        ended = sessions.end_others(request=request)
        messages.success(request, f"已结束其他{ended}个登录。")
    return redirect("account")


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
