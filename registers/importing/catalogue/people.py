"""People on posts, entered by the office. Who has no account gets one that cannot sign in until it has a password."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone

from accounts import services as accounts
from accounts.models import User
from accounts.roles import Permission
from registers import apart
from registers.importing.catalogue.catalogue import Lines
from registers.importing.catalogue.columns import Column, Table
from registers.importing.catalogue.ground import Ground
from registers.importing.catalogue.places import bureaus_with
from registers.importing.catalogue.planned import ADD, SAME, Change, Line, Talk, added, twice
from registers.importing.words import plain
from registers.models import Appointment, Unit
from registers.services import appointments, organisation

NAME = Column("name", "姓名", required=True, longest=60)
USERNAME = Column(
    "username",
    "用户名",
    note="登录用，一人一个，不区分大小写：字母、数字、汉字或 @ . + - _。",
    required=True,
    longest=60,
    width=18,
    other=("账号", "登录名"),
)
PEOPLE = Table(
    "people",
    "人员任职",
    "任职",
    (
        NAME,
        USERNAME,
        Column(
            "unit",
            "机构",
            note="岗位所在的机构；同名的写“上级/名称”。",
            required=True,
            longest=300,
            width=22,
            offers="units",
            other=("科室", "部门", "所在机构"),
        ),
        Column(
            "post",
            "岗位",
            note="要先设好。一人任几个岗位的，写几行。",
            required=True,
            longest=120,
            width=20,
            other=("岗位名称",),
        ),
        Column("starts_on", "任职日期", "day", "如 2012-03-01；空着是今天。"),
    ),
)


class People:
    """The import of who holds which post, by the office."""

    key, name = "people", "人员任职"
    lead = (
        "谁任什么岗位。没有账号的人同时建账号，由系统管理员发一次性密码后才能登录；"
        "负责人、领导和有分管的岗位，任职要等安全管理员确认。已登记的任职不变；任职结束在岗位页办。"
    )
    tables = (PEOPLE,)

    def places(self, user: User) -> QuerySet[Unit]:
        return bureaus_with(user, Permission.KEEP_ORGANISATION)

    def offers(self, ground: Ground) -> dict[str, dict[str, Any]]:
        return {"units": ground.offered_units()}

    def plan(self, lines: Lines, ground: Ground, talk: Talk, by: User) -> list[Change]:
        """One appointment for each line; the accounts are counted by `names`."""
        rows = lines["people"]
        known = _accounts(rows)
        administrators = _administrators(known)
        names: dict[str, Line] = {}
        changes = []
        seen: dict[tuple[str, int], Line] = {}
        decides: dict[int, bool] = {}
        held = set(
            Appointment.objects.filter(post__bureau_id=ground.bureau.pk, ends_on__isnull=True).values_list(
                "user_id", "post_id"
            )
        )
        for line in rows:
            node = ground.node_of(line, "unit", talk) if line["unit"] else None
            post = ground.post_of(line, "post", node, talk) if node and line["post"] else None
            username = check_person(line, known, names, talk)
            if post is None or not username:
                continue
            if (username, post.pk) in seen:
                twice(line, "post", seen[username, post.pk], talk)
                continue
            seen[username, post.pk] = line
            user = known.get(username)
            data = {"post": post, "user": user, "username": username}
            told = f"{line['name']}（{username}）任 {node.name} {post.name}"
            if user and (user.pk, post.pk) in held:
                changes.append(Change(SAME, line, told, user, data=data))
            else:
                _check_appointment(line, user, administrators, by, talk)
                change = added(line, line.given("starts_on"), told, **data)
                if post.pk not in decides:
                    decides[post.pk] = organisation.decides(post)
                change.details += _remarks(user, decides[post.pk])
                changes.append(change)
        return changes

    def write(self, changes: Sequence[Change], ground: Ground, by: User, reason: str) -> None:
        """Accounts at their first mention, then the appointments, by the services of the office."""
        organisation.require_office(by, ground.bureau)
        made: dict[str, User] = {}
        for change in changes:
            if change.action != ADD:
                continue
            username, line = change.data["username"], change.line
            user = change.data["user"] or made.get(username)
            if user is None:
                user = made[username] = accounts.add_person(
                    by=by, username=username, name=line["name"], bureau=ground.bureau.pk
                )
            appointments.appoint(by=by, post=change.data["post"], user=user, reason=reason, **change.fields)

    def stored(self, ground: Ground) -> dict[str, list[dict[str, Any]]]:
        """The current appointments."""
        rows = Appointment.objects.filter(post__bureau_id=ground.bureau.pk, ends_on__isnull=True, post__closed_on=None)
        found = []
        order = ("post__unit__lft", "post__order", "post__sort_key", "pk")
        for row in rows.select_related("user", "post").order_by(*order):
            node = ground.node(row.post.unit_id)
            if node is not None:
                given = {"name": row.user.name, "username": row.user.username, "starts_on": row.starts_on}
                found.append(given | {"unit": ground.told(node), "post": row.post.name})
        return {"people": found}


def _accounts(lines: Sequence[Line]) -> dict[str, User]:
    wanted = {normal(line["username"]) for line in lines if line["username"]}
    return {user.username: user for user in User.objects.filter(username__in=wanted)}


def normal(username: str) -> str:
    """A username as it is stored."""
    return User.normalize_username(username).lower()


def _administrators(known: dict[str, User]) -> set[int]:
    rows = apart.administrators(timezone.localdate())
    return set(rows.filter(user__in=[user.pk for user in known.values()]).values_list("user_id", flat=True))


def check_person(line: Line, known: dict[str, User], names: dict[str, Line], talk: Talk) -> str:
    """The username of a line, as stored; "" with an error where name and account do not go together."""
    if not line["username"] or not line["name"]:
        return ""
    username = normal(line["username"])
    try:
        for check in User.username.field.validators:
            check(username)
    except ValidationError:
        talk.error(line, "username", "用户名里有不能用的字符。", "请用字母、数字、汉字或 @ . + - _，中间不留空。")
        return ""
    first = names.setdefault(username, line)
    if plain(first["name"]) != plain(line["name"]):
        talk.error(line, "username", f"第{first.number}行的“{first['name']}”也用这个用户名。", "请一人一个用户名。")
        return ""
    user = known.get(username)
    if user and plain(user.name) != plain(line["name"]):
        talk.error(
            line, "username", "这个用户名已有账号，姓名与表中不同。", "同一个人的，请核对姓名；不是的，请换一个用户名。"
        )
        return ""
    if user is None and accounts.is_sample() and not username.startswith(accounts.SAMPLE_PREFIX):
        talk.error(line, "username", f"示例数据中新建人员的用户名须以“{accounts.SAMPLE_PREFIX}”开头。")
        return ""
    return username


def _check_appointment(line: Line, user: User | None, administrators: set[int], by: User, talk: Talk) -> None:
    if user is None:
        return
    if user.pk == by.pk:
        talk.error(line, "username", "不能任命自己。", "请删去这一行，由另一位办公室人员登记。")
    elif not user.is_active:
        talk.error(line, "username", "这个账号已停用。", "请系统管理员启用，或删去这一行。")
    elif user.pk in administrators:
        talk.error(line, "username", "这是管理员账号，不能任职业务岗位（三员分立）。", "请删去这一行。")


def _remarks(user: User | None, decides: bool) -> list[tuple[str, str, str]]:
    found = [] if user else [("账号", "", "新建，由系统管理员发一次性密码")]
    return [*found, ("生效", "", "安全管理员确认后")] if decides else found
