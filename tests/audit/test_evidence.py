"""The chain: every act is linked with the rows it changed, and whatever is changed behind its back is named."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts.roles import Role
from audit import linking, services
from audit.models import AppendOnlyError, Chain, Event, Link
from audit.protection import protected
from audit.verify import verify
from registers.services import organisation
from tests.factories import grant, make_bureau, make_section, make_user
from tests.plumbing.database import behind_its_back
from workflow.models import Seal

pytestmark = pytest.mark.django_db(transaction=True)


def tampered(sql: str, *values) -> None:
    """As somebody does who has the database in his hands."""
    with behind_its_back(), connection.cursor() as cursor:
        cursor.execute(sql, values)


@pytest.fixture
def bureau():
    return make_bureau("取证局")


@transaction.atomic
def acted(bureau, duties: str) -> None:
    bureau.duties = duties
    bureau.save()
    services.record(verb="unit.change", bureau=bureau.pk, target=bureau)


def intact() -> bool:
    result = verify(connection)
    assert not result.findings, [str(one) for one in result.findings]
    return True


def test_an_act_is_one_link_with_the_rows_that_it_changed(bureau):
    office = grant(Role.OFFICE, bureau)
    before = Link.objects.filter(bureau=bureau.pk).count()
    section = make_section(bureau, "甲股")
    organisation.change_unit(by=office, unit=section, name="乙股")
    link = Link.objects.filter(bureau=bureau.pk).latest("seq")
    assert Link.objects.filter(bureau=bureau.pk).count() > before
    assert Event.objects.get(pk=link.event_id).verb == "unit.change"
    assert link.changes, "the unit's new version goes with it"
    assert Chain.objects.get(pk=bureau.pk).digest == link.digest
    assert intact()


def test_what_is_rolled_back_leaves_neither_event_nor_link(bureau):
    links, events = Link.objects.count(), Event.objects.count()
    for _ in range(2):
        with transaction.atomic():
            services.record(verb="signin", bureau=bureau.pk)
            transaction.set_rollback(True)
    with transaction.atomic():
        with transaction.atomic():
            services.record(verb="signin", bureau=bureau.pk)
            transaction.set_rollback(True)
        services.record(verb="signout", bureau=bureau.pk)
    assert (Link.objects.count(), Event.objects.count()) == (links + 1, events + 1)
    assert intact()


def test_without_its_link_no_act_stands(bureau, monkeypatch):
    monkeypatch.setattr(linking, "append", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(DatabaseError):
        acted(bureau, "改过")
    monkeypatch.undo()
    bureau.refresh_from_db()
    assert bureau.duties != "改过"
    assert intact()


def test_a_change_that_no_act_accounts_for_is_told_by_itself(bureau):
    bureau.duties = "没有动作的改动"
    bureau.save()
    told = Event.objects.filter(verb=linking.UNEXPLAINED).values_list("detail", flat=True)
    assert any("registers_unit" in detail["tables"] for detail in told)
    assert intact()


@pytest.mark.parametrize(
    "sql, table, column",
    [
        ("UPDATE registers_unit SET duties = '改'", "registers_unit", "duties"),
        ("UPDATE registers_unit SET name = '改'", "registers_unit", "name"),
        ("UPDATE accounts_user SET is_active = false", "accounts_user", "is_active"),
        ("UPDATE accounts_user SET password = 'x'", "accounts_user", "password"),
        ("UPDATE registers_rolegrant SET role = 'leader'", "registers_rolegrant", "role"),
        ("DELETE FROM registers_rolegrant", "registers_rolegrant", ""),
        ("UPDATE audit_event SET actor_name = '别人'", "audit_event", ""),
        ("UPDATE audit_event SET verb = 'signout' WHERE verb = 'role.grant'", "audit_event", ""),
        ("UPDATE audit_change SET content = '{}' WHERE table_name = 'registers_unit'", "audit_event", ""),
        ("DELETE FROM audit_event WHERE verb = 'role.grant'", "audit_event", ""),
        ("DELETE FROM audit_change WHERE table_name = 'registers_rolegrant'", "audit_change", ""),
    ],
)
def test_what_is_changed_behind_its_back_is_named(bureau, sql, table, column):
    grant(Role.OFFICE, bureau)
    make_user("某人")
    with transaction.atomic():
        services.record(verb="role.grant", bureau=bureau.pk)
    assert intact()
    tampered(sql)
    found = verify(connection).findings
    assert table in {one.table for one in found}, found
    if column:
        assert column in {one.column for one in found}, found


def test_a_link_taken_out_is_missed_and_so_is_the_tail(bureau):
    for number in range(3):
        with transaction.atomic():
            services.record(verb="signin", bureau=bureau.pk, number=number)
    last = Link.objects.filter(bureau=bureau.pk).latest("seq")
    tampered("DELETE FROM audit_link WHERE id = %s", last.pk)
    tampered("DELETE FROM audit_event WHERE id = %s", last.event_id)
    assert {one.kind for one in verify(connection).findings} == {"chain"}


def test_a_write_with_another_tool_is_found_although_the_triggers_stand(bureau):
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            with pytest.raises(DatabaseError):
                cursor.execute("UPDATE registers_unit SET duties = '改'")  # outside a transaction
            return
        cursor.execute("UPDATE registers_unit SET duties = '改'")
    assert "change" in {one.kind for one in verify(connection).findings}


def test_evidence_cannot_be_changed_by_the_program_itself(bureau):
    event = Event.objects.latest("pk")
    with pytest.raises(AppendOnlyError):
        event.save()
    for sql in (
        "UPDATE audit_event SET verb = 'x'",
        "DELETE FROM audit_event",
        "UPDATE audit_link SET digest = ''",
        "DELETE FROM audit_link",
        "UPDATE audit_change SET op = 'D'",
        "DELETE FROM audit_change",
        "UPDATE audit_chain SET seq = 1",
        "DELETE FROM audit_chain",
        f"INSERT OR REPLACE INTO audit_event SELECT * FROM audit_event WHERE id = {event.pk}",
    ):
        if "REPLACE" in sql and connection.vendor != "sqlite":
            continue
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    assert intact()


def test_a_trigger_that_is_gone_is_named():
    with transaction.atomic(), connection.cursor() as cursor:
        name = "ev_note" if connection.vendor == "postgresql" else "ev_note_u_registers_unit"
        on = " ON registers_unit" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER {name}{on}")
        assert any("registers_unit" in one.table for one in verify(connection).findings if one.kind == "trigger")
        transaction.set_rollback(True)


def test_every_table_of_ours_is_protected_or_left_out_with_a_reason():
    tables = {one.table for one in protected()}
    assert {"workflow_seal", "workflow_comment", "registers_historicalunit", "accounts_user"} <= tables
    assert "workflow_ratehit" not in tables
    assert all(one.append_only for one in protected() if one.model is Seal)
