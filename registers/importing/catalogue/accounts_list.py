"""Accounts, made by the system administrator from a list. None can sign in before its one-time password is made."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from accounts import services as accounts
from accounts.exceptions import NotAllowed
from accounts.models import User
from accounts.roles import Permission
from registers import access
from registers.importing.catalogue.catalogue import Lines
from registers.importing.catalogue.columns import Table
from registers.importing.catalogue.ground import Ground
from registers.importing.catalogue.people import NAME, USERNAME, check_person, normal
from registers.importing.catalogue.places import bureaus_with
from registers.importing.catalogue.planned import ADD, SAME, Change, Line, Talk, added, twice
from registers.models import Unit
from registers.people import kept_accounts

ACCOUNTS = Table("accounts", "账号", "账号", (NAME, USERNAME))


class Accounts:
    """The import of accounts, by the system administrator."""

    key, name = "accounts", "账号"
    lead = (
        "只建账号，不定岗位和角色。建好的账号还不能登录：到“账号”页的“发一次性密码”里分批生成，密码只显示一次，不存底。"
        "已有的账号不变。"
    )
    tables = (ACCOUNTS,)

    def places(self, user: User) -> QuerySet[Unit]:
        return bureaus_with(user, Permission.KEEP_ACCOUNTS)

    def offers(self, ground: Ground) -> dict[str, dict[str, Any]]:
        return {}

    def plan(self, lines: Lines, ground: Ground, talk: Talk, by: User) -> list[Change]:
        """An account for each line; one that is there stays as it is."""
        rows = lines["accounts"]
        wanted = {normal(line["username"]) for line in rows if line["username"]}
        known = {user.username: user for user in User.objects.filter(username__in=wanted)}
        names: dict[str, Line] = {}
        seen: dict[str, Line] = {}
        changes = []
        for line in rows:
            username = check_person(line, known, names, talk)
            if not username:
                continue
            if username in seen:
                twice(line, "username", seen[username], talk)
                continue
            seen[username] = line
            user = known.get(username)
            told = f"{line['name']}（{username}）"
            changes.append(Change(SAME, line, told, user) if user else added(line, {}, told, username=username))
        return changes

    def write(self, changes: Sequence[Change], ground: Ground, by: User, reason: str) -> None:
        """Accounts without a password."""
        if ground.bureau.pk not in access.standing(by).bureaus_with(Permission.KEEP_ACCOUNTS):
            raise NotAllowed("账号只由系统管理员维护。")
        for change in changes:
            if change.action == ADD:
                accounts.add_person(
                    by=by, username=change.data["username"], name=change.line["name"], bureau=ground.bureau.pk
                )

    def stored(self, ground: Ground) -> dict[str, list[dict[str, Any]]]:
        """The accounts of the bureau."""
        people = kept_accounts([ground.bureau.pk])
        return {"accounts": [{"name": user.name, "username": user.username} for user in people]}
