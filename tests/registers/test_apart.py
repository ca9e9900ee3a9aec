"""三员分立 by every way in: services, pages, imports, commands, the ORM's bulk writes and raw SQL."""

import datetime
import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.exceptions import NotAllowed, NotNow
from accounts.models import User
from accounts.roles import ADMINISTRATORS, Role
from registers import apart
from registers.models import Appointment, RoleGrant
from registers.services import appointments, roles
from tests.catalogue.files import apply, book
from tests.factories import LONG_AGO, grant, make_bureau, make_post, make_section, make_user

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
THREE = sorted(ADMINISTRATORS)
PAIRS = [
    (held, wanted)
    for held in Role
    for wanted in Role
    if held != wanted and (held in ADMINISTRATORS or wanted in ADMINISTRATORS)
]


@pytest.fixture
def bureau():
    return make_bureau()


@pytest.fixture
def post(bureau):
    return make_post(make_section(bureau), "规划管理岗")


def by_service(user, role, unit):
    roles.grant_role(by=grant(Role.SECURITY_ADMIN, unit), user=user, role=role, unit=unit)


def by_installation(user, role, unit):
    roles.grant_role(by=None, user=user, role=role, unit=unit)


def by_orm(user, role, unit):
    RoleGrant.objects.create(user=user, role=role, unit=unit)


def by_bulk(user, role, unit):
    RoleGrant.objects.bulk_create([RoleGrant(user=user, role=role, unit=unit, starts_on=TODAY)])


def by_change_of_role(user, role, unit):
    held = RoleGrant.objects.create(user=make_user("丙"), role=role, unit=unit)
    RoleGrant.objects.filter(pk=held.pk).update(user=user)


def by_sql(user, role, unit):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registers_rolegrant (user_id, role, unit_id, title, starts_on, pending) "
            "VALUES (%s, %s, %s, '', %s, %s)",
            [user.pk, str(role), unit.pk, TODAY, False],
        )


def by_sql_update(user, role, unit):
    ended = RoleGrant.objects.create(user=user, role=role, unit=unit, starts_on=LONG_AGO, ends_on=LONG_AGO)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE registers_rolegrant SET ends_on = NULL WHERE id = %s", [ended.pk])


WAYS = [by_service, by_installation, by_orm, by_bulk, by_change_of_role, by_sql, by_sql_update]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("held, wanted", PAIRS)
def test_no_two_roles_are_joined_that_must_be_apart(bureau, held, wanted, way):
    user = grant(held, bureau, make_user("乙"))
    with pytest.raises((NotAllowed, IntegrityError)), transaction.atomic():
        way(user, wanted, bureau)
    assert list(user.grants.filter(ends_on__isnull=True).values_list("role", flat=True)) == [held]


@pytest.mark.parametrize("held, wanted", PAIRS)
def test_the_page_joins_none_either(client, bureau, held, wanted):
    user = grant(held, bureau, make_user("乙", "yi"))
    client.force_login(grant(Role.SECURITY_ADMIN, bureau))
    given = {"user": "yi", "role": str(wanted), "unit": bureau.pk, "starts_on": "2012-01-01"}
    assert client.post(reverse("role_add"), given).status_code == 403
    assert user.grants.count() == 1


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("role", THREE)
def test_who_holds_a_post_becomes_no_administrator(bureau, post, role, way):
    user = make_user("乙")
    Appointment.objects.create(user=user, post=post)
    with pytest.raises((NotAllowed, IntegrityError)), transaction.atomic():
        way(user, role, bureau)
    assert not user.grants.filter(ends_on__isnull=True).exists()


def appoint_by_service(user, post):
    appointments.appoint(by=grant(Role.OFFICE, post.bureau), user=user, post=post)


def appoint_by_installation(user, post):
    appointments.appoint(by=None, user=user, post=post)


def appoint_by_import(user, post):
    rows = [["姓名", "用户名", "机构", "岗位"], [user.name, user.username, post.unit.name, post.name]]
    apply("people", book(人员任职=rows), post.bureau, grant(Role.OFFICE, post.bureau))


def appoint_by_bulk(user, post):
    Appointment.objects.bulk_create([Appointment(user=user, post=post)])


def appoint_by_update(user, post):
    held = Appointment.objects.create(user=make_user("丙"), post=post)
    Appointment.objects.filter(pk=held.pk).update(user=user)


def appoint_by_sql(user, post):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registers_appointment (user_id, post_id, starts_on, pending) VALUES (%s, %s, %s, %s)",
            [user.pk, post.pk, TODAY, False],
        )


@pytest.mark.parametrize(
    "way",
    [
        appoint_by_service,
        appoint_by_installation,
        appoint_by_import,
        appoint_by_bulk,
        appoint_by_update,
        appoint_by_sql,
    ],
)
@pytest.mark.parametrize("role", THREE)
def test_an_administrator_gets_no_post(bureau, post, role, way):
    user = grant(role, bureau, make_user("乙", "yi"))
    with pytest.raises((NotAllowed, NotNow, IntegrityError)), transaction.atomic():
        way(user, post)
    assert not user.appointments.exists()


# Time -----------------------------------------------------------------------------------------------------------------


def test_an_end_that_is_still_to_come_does_not_free_for_another_role(bureau):
    user = grant(Role.AUDIT_ADMIN, bureau)
    RoleGrant.objects.filter(user=user).update(ends_on=TODAY + datetime.timedelta(days=30))
    with pytest.raises(NotAllowed, match="三员"):
        by_installation(user, Role.SYSTEM_ADMIN, bureau)


def test_a_role_that_begins_later_counts_already(bureau, post):
    user = make_user("乙")
    later = TODAY + datetime.timedelta(days=30)
    roles.grant_role(by=None, user=user, role=Role.AUDIT_ADMIN, unit=bureau, starts_on=later)
    with pytest.raises(NotAllowed, match="三员"):
        appoint_by_installation(user, post)


def test_what_waits_for_its_confirmation_counts_already(bureau, post):
    user = make_user("乙")
    roles.grant_role(by=grant(Role.SECURITY_ADMIN, bureau), user=user, role=Role.AUDIT_ADMIN, unit=bureau)
    with pytest.raises(NotAllowed, match="三员"):
        appoint_by_installation(user, post)


def test_what_is_over_or_was_refused_does_not_stand_in_the_way(bureau, post):
    user = make_user("乙")
    RoleGrant.objects.create(user=user, role=Role.LEADER, unit=bureau, starts_on=LONG_AGO, ends_on=TODAY)
    RoleGrant.objects.create(user=user, role=Role.OFFICE, unit=bureau, starts_on=TODAY, ends_on=TODAY, pending=True)
    by_installation(user, Role.AUDIT_ADMIN, bureau)
    assert user.grants.get(ends_on__isnull=True).role == Role.AUDIT_ADMIN


# The triggers themselves ----------------------------------------------------------------------------------------------


def test_the_triggers_are_what_they_should_be():
    assert apart.faults(connection) == []


def test_a_trigger_that_was_taken_away_is_noticed_and_put_back():
    table = "registers_appointment"
    on_postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER apart_{table} ON {table}" if on_postgresql else f"DROP TRIGGER apart_i_{table}")
    assert len(apart.faults(connection)) == 1
    apart.install(connection)
    assert apart.faults(connection) == []


@pytest.mark.django_db(transaction=True)
def test_of_two_who_write_at_the_same_moment_one_is_refused():
    """Raw writers that lock nothing themselves: the database makes the second wait, and then look again."""
    bureau = make_bureau()
    post = make_post(make_section(bureau))
    for _ in range(5):
        user, outcomes, together = make_user("乙"), [], threading.Barrier(2)

        def write(what, user=user, outcomes=outcomes, together=together):
            together.wait()
            try:
                with transaction.atomic():
                    what(user)
                outcomes.append("done")
            except IntegrityError:
                outcomes.append("refused")
            finally:
                connection.close()

        acts = [lambda user: by_sql(user, Role.AUDIT_ADMIN, bureau), lambda user: appoint_by_sql(user, post)]
        threads = [threading.Thread(target=write, args=[act]) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["done", "refused"]
        assert User.objects.filter(pk=user.pk, grants__isnull=False, appointments__isnull=False).count() == 0
