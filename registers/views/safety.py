"""The security administrator's page of signing in: who is locked out, and whose lost second factor is to be removed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.exceptions import NotAllowed
from accounts.models import User
from accounts.roles import Permission
from accounts.services import lockout
from accounts.services import second_factor as factors
from registers import access
from registers.people import kept_accounts

SHOWN = 100


def sign_in_safety(request: HttpRequest) -> HttpResponse:
    """Unlock a person; answer a request of the system administrator. Neither is done for oneself."""
    bureaus = access.standing(request.user).bureaus_with(Permission.GRANT_ROLES)
    if not bureaus:
        raise NotAllowed("登录安全只由安全管理员办理。")
    people = kept_accounts(bureaus)
    if request.method == "POST" and request.POST.get("act") in ACTS:
        wanted = request.POST.get("user", "")
        user = get_object_or_404(people, pk=int(wanted) if wanted.isdecimal() and len(wanted) < 19 else 0)
        if user.pk == request.user.pk:
            raise NotAllowed("自己的登录要由另一位安全管理员办理。")
        messages.success(request, ACTS[request.POST["act"]](request.user, user, bureaus[0]))
        return redirect("sign_in_safety")
    locked = lockout.locked_people(people)[:SHOWN]
    waiting = factors.removals_asked(people)[:SHOWN]
    return render(request, "accounts/safety.html", {"locked": locked, "waiting": waiting})


def _unlock(by: User, user: User, bureau: int) -> str:
    lockout.unlock(by=by, user=user, bureau=bureau)
    return f"已解除“{user}”的登录锁定。"


def _agree(by: User, user: User, bureau: int) -> str:
    factors.answer_removal(by=by, user=user, agree=True, bureau=bureau)
    return f"已解除“{user}”的二次验证，此人的登录已全部结束。"


def _refuse(by: User, user: User, bureau: int) -> str:
    factors.answer_removal(by=by, user=user, agree=False, bureau=bureau)
    return "未同意，二次验证照旧。"


ACTS = {"unlock": _unlock, "agree": _agree, "refuse": _refuse}
