"""System checks: nobody holds all rights, and the three administrators are kept apart in the database too.

`manage.py check --deploy` runs them all; what needs no database runs with every command.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.backends import BaseBackend
from django.core.checks import CheckMessage, Error, Tags
from django.db import DatabaseError, connection
from django.urls import URLResolver, get_resolver
from django.utils.module_loading import import_string

from lianzheng.keeping import checking
from registers import apart

ADMIN = "django.contrib.admin"
FLAG = "is_superuser"
HINT = "本系统没有超级用户：权限只来自岗位和角色（accounts/roles.py），三员互相牵制。"


def no_superuser(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """E001: no model has the flag of one, and no way of signing in gives all rights."""
    found = [f"模型 {model._meta.label} 有 {FLAG} 字段" for model in apps.get_models() if _has_flag(model)]
    found += [f"登录后端 {path} 给予全部权限" for path in settings.AUTHENTICATION_BACKENDS if _gives_all(path)]
    return [Error(f"{what}。", hint=HINT, id="lianzheng.E001") for what in found]


def _has_flag(model: type) -> bool:
    return any(field.name == FLAG for field in model._meta.get_fields())


def _gives_all(path: str) -> bool:
    """Whether the backend lets somebody who holds nothing do something that nobody has heard of."""
    backend: BaseBackend = import_string(path)()
    ask = getattr(backend, "has_perm", None)
    try:
        return bool(ask and ask(get_user_model()(is_active=True), "lianzheng.everything"))
    except AttributeError:  # Django's own backend asks for the flag, which our users do not have
        return False


def no_superuser_in_database(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """E001 once more, of what is in the database: a column of that name that an older or another program left there."""
    try:
        tables = _tables_with_flag()
    except DatabaseError:
        return []  # not migrated yet, or not there: other checks tell
    return [
        Error(f"数据库的表 {table} 有 {FLAG} 列，其中{rows}行为真。", hint=HINT, id="lianzheng.E001")
        for table, rows in tables
    ]


def _tables_with_flag() -> list[tuple[str, int]]:
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            columns = {column.name for column in connection.introspection.get_table_description(cursor, table)}
            if FLAG in columns:
                name = connection.ops.quote_name(table)
                cursor.execute(f"SELECT COUNT(*) FROM {name} WHERE {FLAG}")
                found.append((table, cursor.fetchone()[0]))
    return found


def no_django_admin(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """E002: Django's admin, which writes any row past every rule, is neither installed nor reachable."""
    found = [f"INSTALLED_APPS 里有 {ADMIN}"] if apps.is_installed(ADMIN) else []
    found += [f"地址 {where} 是 Django 后台" for where in _admin_addresses(get_resolver(), "/")]
    return [Error(f"{what}。", hint="管理页面是本系统自己的。", id="lianzheng.E002") for what in found]


def _admin_addresses(part: URLResolver, where: str) -> Iterator[str]:
    for pattern in part.url_patterns:
        here = where + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            if pattern.app_name == "admin":
                yield here
            else:
                yield from _admin_addresses(pattern, here)
        elif getattr(pattern.callback, "__module__", "").startswith(ADMIN):
            yield here


def administrators_apart(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """E003: the triggers that keep the three administrators apart are there and as they should be."""
    try:
        names = apart.faults(connection)
    except DatabaseError:
        return []
    hint = "运行 bin/manage migrate 会重新装上。"
    return [Error(f"三员分立的触发器 {name} 缺失或被改动。", hint=hint, id="lianzheng.E003") for name in names]


ALWAYS = (
    (no_superuser, Tags.security),
    (no_django_admin, Tags.urls),
    (checking.database_gives_back_what_it_got, Tags.database),
)
DEPLOYED = ((no_superuser_in_database, Tags.security), (administrators_apart, Tags.security))
