"""The system administrator's accounts, and one's own account page."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from accounts.exceptions import NotAllowed
from accounts.models import User
from accounts.roles import Permission
from accounts.services import second_factor as factors
from accounts.services import sessions
from accounts.views.own import account_context
from registers import access
from registers.forms.administration import NewAccountForm
from registers.models import Appointment, Unit
from registers.paging import page_of
from registers.people import kept_accounts
from registers.services import keeping
from registers.views.forms import keep


def account(request: HttpRequest) -> HttpResponse:
    """What I am here: posts, charges, roles; my password, sessions, second factor."""
    context = {"standing": access.standing(request.user)} | account_context(request)
    return render(request, "accounts/account.html", context)


# Accounts -------------------------------------------------------------------------------------------------------------


def kept_bureaus(user: User) -> list[int]:
    """Bureaus whose accounts he keeps. Raises NotAllowed where there are none."""
    bureaus = access.standing(user).bureaus_with(Permission.KEEP_ACCOUNTS)
    if not bureaus:
        raise NotAllowed("账号只由系统管理员维护。")
    return bureaus


def accounts(request: HttpRequest) -> HttpResponse:
    people = kept_accounts(kept_bureaus(request.user))
    if words := request.GET.get("q", "").strip():
        people = people.filter(name__contains=words) | people.filter(username__contains=words.lower())
    page = page_of(request, people)
    posts: dict[int, list[str]] = {}
    held = Appointment.objects.current().filter(user__in=[user.pk for user in page])
    for row in held.select_related("post__unit"):
        posts.setdefault(row.user_id, []).append(f"{row.post.unit} {row.post}")
    rows = [(user, "、".join(posts.get(user.pk, []))) for user in page]
    return render(request, "accounts/accounts.html", {"page": page, "rows": rows, "words": words})


@never_cache
def account_add(request: HttpRequest) -> HttpResponse:
    """A new account; its one-time password is on the answer and nowhere else."""
    form = NewAccountForm(request.POST or None, bureaus=kept_bureaus(request.user))

    def act(form):
        user, password = keeping.add_account(by=request.user, **form.cleaned_data)
        return _one_time(request, user, password)

    return keep(request, form=form, act=act, title="新建账号", back=reverse("accounts"), submit="新建")


def _one_time(request: HttpRequest, user: User, password: str) -> HttpResponse:
    user = User.objects.get(pk=user.pk)
    return render(request, "accounts/one_time.html", {"user_row": user, "password": password})


@never_cache
def account_keep(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: reset its password, stop it or let it in again. Nobody does that to his own."""
    bureaus = kept_bureaus(request.user)
    user = get_object_or_404(kept_accounts(bureaus), pk=pk)
    if request.method == "POST":
        if user.pk == request.user.pk:
            raise NotAllowed("自己的账号不能自己重置或停用。")
        act = request.POST.get("act")
        if act == "reset":
            return _one_time(request, user, keeping.reset_password(by=request.user, user=user))
        if act in ("stop", "start"):
            keeping.set_active(by=request.user, user=user, active=act == "start")
            messages.success(request, "已启用。" if act == "start" else "已停用；此人已不能登录。")
        if act == "move":
            name = request.POST.get("bureau", "").strip()
            keeping.move_home(by=request.user, user=user, name=name)
            messages.success(request, f"已转到“{name}”，以后由那里的系统管理员维护。")
            return redirect("accounts")
        if act == "end":
            ended = sessions.end_all(by=request.user, user=user, bureau=bureaus[0])
            messages.success(request, f"已结束{ended}个登录。")
        if act == "factor":
            factors.ask_removal(by=request.user, user=user, bureau=bureaus[0])
            messages.success(request, "已申请，等安全管理员确认后解除。")
        return redirect("account_keep", pk=pk)
    context = {
        "user_row": user,
        "own": user.pk == request.user.pk,
        "open_sessions": user.sessions.count(),
        "factor": factors.factor_of(user),
        "home": Unit.objects.filter(pk=user.home_bureau).first(),
    }
    return render(request, "accounts/account_keep.html", context)
