"""The beginning of protection: what is there already is taken into the journal once, and said to be so."""

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from audit import services, triggers
from audit.canonical import fresh_salt
from audit.protection import Protected, protected
from audit.triggers.rules import EVIDENCE

BEGIN = "evidence.begin"


def begin(wrapper: BaseDatabaseWrapper) -> list[str]:
    """Install the triggers; take the rows of tables that are new to the journal into it. Returns those tables.

    A table that the journal knows already is never taken in again: a row that appeared beside it would be laundered.
    """
    tables = set(wrapper.introspection.table_names())
    if not tables.issuperset(EVIDENCE):
        return []
    with transaction.atomic(using=wrapper.alias):
        old = _give_salt(wrapper)
        triggers.install(wrapper)
        new = [one.table for one in protected() if one.table in tables and _is_new(wrapper, one)]
        for one in protected():
            if one.table in new:
                triggers.take_in(wrapper, one)
        wrapper.evidence.events.update(old)
        if new:
            services.record(verb=BEGIN, label="开始记录数据改动", tables=new)
    return new


def _give_salt(wrapper: BaseDatabaseWrapper) -> list[int]:
    """Events from before there was a chain get salt, so that it can take them up. Returns their ids."""
    with wrapper.cursor() as cursor:
        cursor.execute("SELECT 1 FROM audit_link LIMIT 1")
        if cursor.fetchone():
            return []
        cursor.execute("SELECT id FROM audit_event")
        ids = [pk for (pk,) in cursor.fetchall()]
        pairs = [(fresh_salt(), pk) for pk in ids]
        cursor.executemany("UPDATE audit_event SET salt = %s WHERE id = %s AND salt = ''", pairs)
        return ids


def _is_new(wrapper: BaseDatabaseWrapper, one: Protected) -> bool:
    """Whether the table has rows and the journal knows none."""
    with wrapper.cursor() as cursor:
        cursor.execute("SELECT 1 FROM audit_change WHERE table_name = %s LIMIT 1", [one.table])
        if cursor.fetchone():
            return False
        cursor.execute(f'SELECT 1 FROM "{one.table}" LIMIT 1')
        return cursor.fetchone() is not None
