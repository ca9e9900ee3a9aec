"""三员分立: an administrator's role goes with no other role and no post, at no time. Asked here by every way in.

The services ask before they write and answer with a sentence. The database asks again by triggers, so that no other
program, no bulk write and no raw SQL gets round it. They are put in place after every migration (`registers.apps`),
since making a table anew loses them; `manage.py check --deploy` compares them with what they should be.
"""

import datetime
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Q, QuerySet

from accounts.models import User
from accounts.roles import ADMINISTRATORS, Role
from registers.models import Appointment, RoleGrant

REFUSED = "three administrators are three people"
ROLES = ", ".join(f"'{role}'" for role in sorted(ADMINISTRATORS))


def refusal(user: User, role: str | None, starts_on: datetime.date) -> str:
    """Why he may not hold the role (None: a post) from that day on; empty if he may.

    What still waits for its confirmation counts, and so does what begins later.
    """
    held = set(_from(RoleGrant.objects.filter(user=user), starts_on).values_list("role", flat=True)) - {str(role)}
    administers = held & {str(one) for one in ADMINISTRATORS}
    if role in ADMINISTRATORS:
        if administers:
            return f"“{user}”已是{Role(administers.pop()).label}；三员不能由一人兼任。"
        if held or _from(Appointment.objects.filter(user=user), starts_on).exists():
            return f"“{user}”有业务角色或岗位，不能兼任{Role(role).label}（三员分立）。"
    elif administers:
        label = Role(administers.pop()).label
        if role is None:
            return f"“{user}”是{label}，管理员账号不能任职业务岗位（三员分立）。"
        return f"“{user}”是{label}，不能兼任业务角色（三员分立）。"
    return ""


def administrators(day: datetime.date) -> QuerySet[RoleGrant]:
    """Roles of administrators that somebody holds or will hold on that day or later."""
    return _from(RoleGrant.objects.filter(role__in=ADMINISTRATORS), day)


def _from(rows: QuerySet, day: datetime.date) -> QuerySet:
    """The rows that hold at any time from that day on."""
    return rows.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day) & Q(ends_on__gt=F("starts_on")))


# In the database ------------------------------------------------------------------------------------------------------

_ENDS = "COALESCE({row}.ends_on, '9999-12-31')"
_OVERLAP = " AND ".join(
    (
        f"r.starts_on < {_ENDS.format(row='NEW')}",
        f"NEW.starts_on < {_ENDS.format(row='r')}",
        f"NEW.starts_on < {_ENDS.format(row='NEW')}",
        f"r.starts_on < {_ENDS.format(row='r')}",
    )
)
_OTHER_ROLE = (
    "EXISTS (SELECT 1 FROM registers_rolegrant r WHERE r.user_id = NEW.user_id AND r.id <> NEW.id"
    f" AND r.role <> NEW.role AND (r.role IN ({ROLES}) OR NEW.role IN ({ROLES})) AND {_OVERLAP})"
)
_POST = f"EXISTS (SELECT 1 FROM registers_appointment r WHERE r.user_id = NEW.user_id AND {_OVERLAP})"
_ADMINISTRATOR = (
    f"EXISTS (SELECT 1 FROM registers_rolegrant r WHERE r.user_id = NEW.user_id AND r.role IN ({ROLES}) AND {_OVERLAP})"
)
CONDITIONS = {
    "registers_rolegrant": f"{_OTHER_ROLE} OR (NEW.role IN ({ROLES}) AND {_POST})",
    "registers_appointment": _ADMINISTRATOR,
}
# Whoever writes for the same person waits here for the other, and then sees what he wrote. A transaction that goes on
# looking at an old state would not: it is refused.
_POSTGRESQL = """
BEGIN
    IF current_setting('transaction_isolation') = 'repeatable read' THEN
        RAISE EXCEPTION '{refused}: not at this isolation' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    PERFORM 1 FROM accounts_user WHERE id = NEW.user_id FOR NO KEY UPDATE;
    IF {condition} THEN
        RAISE EXCEPTION '{refused}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END
"""


def wanted(vendor: str) -> dict[str, str]:
    """Name → statement of each trigger (SQLite) or body of its function (PostgreSQL)."""
    if vendor == "postgresql":
        return {
            f"apart_{table}": _POSTGRESQL.format(refused=REFUSED, condition=condition)
            for table, condition in CONDITIONS.items()
        }
    return {
        f"apart_{act[0].lower()}_{table}": f'CREATE TRIGGER "apart_{act[0].lower()}_{table}" AFTER {act} ON "{table}" '
        f"WHEN {condition} BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
        for table, condition in CONDITIONS.items()
        for act in ("INSERT", "UPDATE")
    }


def standing(wrapper: BaseDatabaseWrapper) -> dict[str, str]:
    """The same of what there is and works."""
    with wrapper.cursor() as cursor:
        if wrapper.vendor == "postgresql":
            cursor.execute(
                "SELECT p.proname, p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
                "JOIN pg_class c ON c.oid = t.tgrelid WHERE p.proname = 'apart_' || c.relname "
                "AND t.tgname = p.proname AND t.tgenabled IN ('O', 'A') AND t.tgtype = 21"  # after, row, insert, update
            )
        else:
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'apart\\_%' ESCAPE '\\'"
            )
        return dict(cursor.fetchall())


def faults(wrapper: BaseDatabaseWrapper) -> list[str]:
    """Names of the triggers that are missing, switched off, changed or strange."""
    there, right = standing(wrapper), wanted(wrapper.vendor)
    return sorted(name for name in there.keys() | right.keys() if there.get(name) != right.get(name))


def install(wrapper: BaseDatabaseWrapper) -> None:
    """Put right what is missing or different, once both tables are there."""
    with wrapper.cursor() as cursor:
        if not CONDITIONS.keys() <= set(wrapper.introspection.table_names(cursor)):
            return
        right = wanted(wrapper.vendor)
        for name in faults(wrapper):
            if wrapper.vendor == "postgresql":
                if name in right:
                    _install_postgresql(cursor, name, right[name])
                continue
            cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"')
            if name in right:
                cursor.execute(right[name])


def _install_postgresql(cursor: Any, name: str, body: str) -> None:
    table = name.removeprefix("apart_")
    cursor.execute(f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $apart${body}$apart$")
    cursor.execute(f'DROP TRIGGER IF EXISTS {name} ON "{table}"')
    cursor.execute(f'CREATE TRIGGER {name} AFTER INSERT OR UPDATE ON "{table}" FOR EACH ROW EXECUTE FUNCTION {name}()')
