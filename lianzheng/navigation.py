"""What stands in the side navigation, by what the user is.

At most four queries a page: his appointments, his grants (both kept on the user for the request), one count of what
waits for him and one list of his background jobs that ended unseen. A page that shows no navigation (a fragment, a
public page) costs none.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from accounts.roles import Permission, Role
from jobs.models import Job
from jobs.news import news_of
from registers.access import Standing, standing
from supervision.access import to_close, waiting_for
from workflow import worklist

P = Permission
Rule = Callable[[Standing], bool]


def _business(me: Standing) -> bool:
    return not me.is_administrator


def _may(*permissions: Permission) -> Rule:
    return lambda me: any(me.grants_with(permission) for permission in permissions)


def _browses(me: Standing) -> bool:
    """Administrators see units and posts where they keep accounts or roles, the others always."""
    return _business(me) or _may(P.KEEP_ACCOUNTS, P.GRANT_ROLES)(me)


def _belongs(me: Standing) -> bool:
    """Who has neither post nor role has no unit to begin with."""
    return _business(me) and bool(me.posts or me.grants)


def _files(me: Standing) -> bool:
    """The office hands in, the bodies above and beside receive."""
    receiving = {Role.OFFICE, Role.DISCIPLINE, Role.PARTY_GROUP, Role.LEADING_GROUP}
    return bool(me.roles() & {str(role) for role in receiving})


@dataclass(frozen=True)
class Entry:
    label: str
    url_name: str
    for_whom: Rule = _business
    under: tuple[str, ...] = ()  # further pages that belong to it, by the names of their lists


GROUPS: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    (
        "办理",
        (
            Entry("我的待办", "home", under=("offline",)),
            Entry("已办", "done"),
            Entry("我发起", "mine"),
            Entry("监督文书", "letters"),
            Entry("后台任务", "jobs"),
        ),
    ),
    (
        "查看",
        (
            Entry("单位与岗位", "units", _browses),
            Entry("职权清单", "powers"),
            Entry("制度", "regulations"),
            Entry("在册台账", "ledger"),
            Entry("清单", "lists"),
            Entry("工作手册", "handbook", _belongs),
            Entry("公示栏", "notice_board"),
            Entry("方案", "schemes"),
        ),
    ),
    (
        "组织",
        (
            Entry("周期看板", "cycles", _may(P.RUN_CYCLE)),
            Entry("会议", "meetings", _may(P.RECORD_MEETING)),
            Entry("公示办理", "notices", _may(P.PUBLISH)),
            Entry("公示意见", "comments", _may(P.READ_COMMENTS)),
            Entry("印发", "issuances", _may(P.ISSUE)),
            Entry("备案", "filings", _files),
            Entry("导入", "import", _may(P.IMPORT), under=("catalogues",)),
            Entry("表格版式", "form_layouts", _may(P.RUN_CYCLE)),
        ),
    ),
    (
        "管理",
        (
            Entry("账号", "accounts", _may(P.KEEP_ACCOUNTS)),
            Entry("角色", "roles", _may(P.CONFIRM_ROLES, P.KEEP_ORGANISATION)),
            Entry("登录安全", "sign_in_safety", _may(P.GRANT_ROLES)),
            Entry("字体", "fonts", _may(P.KEEP_ACCOUNTS)),
            Entry("审计记录", "audit", _may(P.READ_AUDIT)),
            Entry("核对检查点", "checkpoints", _may(P.VIEW_REGISTERS, P.READ_AUDIT)),
            Entry("抹去个人信息", "redactions", _may(P.REDACT)),
        ),
    ),
)


def context(request: HttpRequest) -> dict:
    """Template context of every page: ``nav`` (groups of items), ``me`` (who is signed in), ``news`` (ended jobs),
    ``letters_waiting`` and ``letters_answered`` (how many letters of supervision he has to answer, and how many that he
    issued wait for him; asked only where a page shows it)."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    owes = user.owes_password or bool(getattr(request, "duty", ""))  # first that, then anything else
    news = SimpleLazyObject(lambda: [] if owes else news_of(user))
    return {
        "me": SimpleLazyObject(lambda: _me(standing(user))),
        "nav": SimpleLazyObject(lambda: [] if owes else _groups(request, standing(user), news)),
        "news": news,
        "letters_waiting": SimpleLazyObject(lambda: waiting_for(user)),
        "letters_answered": SimpleLazyObject(lambda: to_close(user)),
    }


def _me(me: Standing) -> dict:
    grant = me.grants[0] if me.grants else None
    if me.posts:
        post, bureau = me.posts[0].name, me.posts[0].bureau.name
    elif grant:
        post, bureau = grant.title or grant.get_role_display(), grant.unit.bureau.name
    else:
        post, bureau = "", ""
    return {
        "name": me.user.name,
        "post": post,
        "bureau": bureau,
        "account_url": reverse("account"),
        "logout_url": reverse("logout"),
    }


def _groups(request: HttpRequest, me: Standing, news: list[Job]) -> list[dict]:
    """The groups that have an item for this user."""
    found = []
    for title, entries in GROUPS:
        items = [_item(entry, me, news) for entry in entries if entry.for_whom(me)]
        if items:
            found.append({"title": title, "items": items})
    _mark_current(request.path, [item for group in found for item in group["items"]])
    return found


def _item(entry: Entry, me: Standing, news: list[Job]) -> dict:
    count = worklist.open_count(me.user) if entry.url_name == "home" else len(news) if entry.url_name == "jobs" else 0
    under = [reverse(name) for name in entry.under]
    return {"label": entry.label, "url": reverse(entry.url_name), "under": under, "count": count, "current": False}


def _mark_current(path: str, items: list[dict]) -> None:
    """Mark the item whose address, or one of the pages under it, the page's own address begins with; the longest wins,
    the first page only itself."""
    found = [(url, item) for item in items for url in (item["url"], *item["under"]) if _lies_under(path, url)]
    if found:
        max(found, key=lambda pair: len(pair[0]))[1]["current"] = True


def _lies_under(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))
