"""The three administrators' own pages: each reaches his own only, nobody serves himself, and the log is bounded."""

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts import services
from accounts.models import User
from accounts.roles import ADMINISTRATORS, ROLE_RIGHTS, Permission, Role
from audit import services as audit
from audit.models import Event
from registers.models import Appointment, RoleGrant
from registers.services import appointments
from tests.factories import appoint, grant, make_bureau, make_post, make_section, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau():
    return make_bureau()


def test_the_table_of_rights_is_the_one_agreed_on():
    p = Permission
    office = {p.KEEP_ORGANISATION, p.KEEP_POWERS, p.RUN_CYCLE, p.RECORD_MEETING, p.PUBLISH, p.ISSUE, p.IMPORT}
    assert {role: set(rights.permissions) for role, rights in ROLE_RIGHTS.items()} == {
        Role.OFFICE: office | {p.VIEW_REGISTERS},
        Role.LEADING_GROUP: {p.VIEW_REGISTERS},
        Role.DISCIPLINE: {p.VIEW_REGISTERS, p.READ_COMMENTS, p.REDACT},
        Role.PARTY_GROUP: {p.VIEW_REGISTERS},
        Role.LEADER: {p.VIEW_REGISTERS},
        Role.PUBLISHER: {p.PUBLISH},
        Role.SYSTEM_ADMIN: {p.KEEP_ACCOUNTS, p.CONFIRM_ROLES},
        Role.SECURITY_ADMIN: {p.GRANT_ROLES, p.CONFIRM_ROLES},
        Role.AUDIT_ADMIN: {p.READ_AUDIT, p.CONFIRM_ROLES, p.REDACT},
    }


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(
    "name, owners",
    [
        ("accounts", {Role.SYSTEM_ADMIN}),
        ("roles", ADMINISTRATORS | {Role.OFFICE}),  # one proposes, another confirms
        ("role_add", {Role.SECURITY_ADMIN, Role.OFFICE}),
        ("audit", {Role.AUDIT_ADMIN}),
    ],
)
def test_each_administrators_page_is_his_alone(client, bureau, role, name, owners):
    client.force_login(grant(role, bureau))
    assert client.get(reverse(name)).status_code == (200 if role in owners else 403)


@pytest.mark.parametrize(
    "role, name", [(Role.SYSTEM_ADMIN, "accounts"), (Role.SECURITY_ADMIN, "roles"), (Role.AUDIT_ADMIN, "audit")]
)
def test_an_administrators_first_page_is_his_own_area(client, bureau, role, name):
    client.force_login(grant(role, bureau))
    assert client.get(reverse("home")).url == reverse(name)


def test_the_three_are_three():
    assert {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN} == ADMINISTRATORS


def test_an_account_is_made_reset_and_stopped_in_the_browser(client, bureau):
    client.force_login(grant(Role.SYSTEM_ADMIN, bureau))
    text = client.post(reverse("account_add"), {"username": "yi", "name": "乙"}).content.decode()
    user = User.objects.get(username="yi")
    password = text.split("<code>")[1].split("</code>")[0]
    assert user.check_password(password)
    assert user.must_change_password
    client.post(reverse("account_keep", args=[user.pk]), {"act": "reset"})
    user.refresh_from_db()
    assert not user.check_password(password)
    client.post(reverse("account_keep", args=[user.pk]), {"act": "stop"})
    user.refresh_from_db()
    assert not user.is_active


def test_the_history_of_an_account_is_its_keepers_and_tells_no_password(client, bureau):
    user = appoint(make_post(make_section(bureau)), make_user("乙", "yi"))
    services.reset_password(by=None, user=user)
    client.force_login(grant(Role.SYSTEM_ADMIN, bureau))
    text = client.get(reverse("history", args=["user", user.pk])).content.decode()
    assert "首次登录须改密码" in text
    assert "md5" not in text
    client.force_login(appoint(make_post(make_section(bureau, "建管股"))))
    assert client.get(reverse("history", args=["user", user.pk])).status_code == 404


def test_nobody_resets_or_stops_his_own_account_there(client, bureau):
    admin = grant(Role.SYSTEM_ADMIN, bureau)
    client.force_login(admin)
    assert client.post(reverse("account_keep", args=[admin.pk]), {"act": "stop"}).status_code == 403


def test_another_bureaus_people_are_not_his(client, bureau):
    stranger = appoint(make_post(make_section(make_bureau("县水利局"))), make_user("水政股长"))
    client.force_login(grant(Role.SYSTEM_ADMIN, bureau))
    assert "水政股长" not in client.get(reverse("accounts")).content.decode()
    assert client.post(reverse("account_keep", args=[stranger.pk]), {"act": "reset"}).status_code == 404


def test_a_role_is_asked_for_confirmed_and_ended_in_the_browser(client, bureau):
    user = make_user("乙", "yi")
    client.force_login(grant(Role.OFFICE, bureau))
    given = {"user": "yi", "role": "discipline", "unit": bureau.pk, "title": "纪检组长", "starts_on": "2012-01-01"}
    assert client.post(reverse("role_add"), given).status_code == 302
    held = RoleGrant.objects.get(user=user)
    assert held.title == "纪检组长"
    assert held.pending
    client.force_login(grant(Role.SECURITY_ADMIN, bureau))
    where = reverse("grant_confirm", args=[held.pk])
    assert where in client.get(reverse("roles")).content.decode()
    assert client.post(where, {"answer": "reject"}).status_code == 200, "a refusal needs its reason"
    client.post(where, {"answer": "confirm"})
    held.refresh_from_db()
    assert not held.pending
    client.post(reverse("role_end", args=[held.pk]), {"ends_on": "2012-06-01"})
    held.refresh_from_db()
    assert str(held.ends_on) == "2012-06-01"


def test_an_appointment_that_decides_is_confirmed_in_the_browser(client, bureau):
    head = make_post(make_section(bureau), "规划股股长", head=True)
    held = appointments.appoint(by=grant(Role.OFFICE, bureau), post=head, user=make_user("乙"))
    client.force_login(grant(Role.SECURITY_ADMIN, bureau))
    assert "规划股股长" in client.get(reverse("roles")).content.decode()
    where = reverse("role_confirm", args=["appointment", held.pk])
    assert client.post(where, {"answer": "reject"}).status_code == 200, "a refusal needs its reason"
    client.post(where, {"answer": "confirm"})
    assert not Appointment.objects.get().pending


def test_the_log_shows_a_bureaus_own_events_and_can_be_filtered(client, bureau):
    other = make_bureau("县水利局")
    mine, theirs = appoint(make_post(make_section(bureau))), appoint(make_post(make_section(other, "水政股")))
    audit.record(verb="post.change", by=mine, bureau=bureau.pk, label="我们的岗位")
    audit.record(verb="signin", by=mine, label="我们的登录")
    audit.record(verb="post.change", by=theirs, bureau=other.pk, label="别人的岗位")
    audit.record(verb="signin", by=theirs, label="别人的登录")
    client.force_login(grant(Role.AUDIT_ADMIN, bureau))
    text = client.get(reverse("audit")).content.decode()
    assert "我们的岗位" in text
    assert "我们的登录" in text
    assert "别人的" not in text
    narrowed = client.get(reverse("audit"), {"verb": "signin"}).content.decode()
    assert "我们的登录" in narrowed
    assert "我们的岗位" not in narrowed
    assert "我们的岗位" not in client.get(reverse("audit"), {"since": "2999-01-01"}).content.decode()


def test_a_first_bureau_starts_with_its_three_administrators_and_no_superuser(client, capsys):
    call_command("set_up", "县建设局", "--prefix", "jsj")
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines() if "一次性密码" in line]
    assert len(lines) == 3
    for label, username, password in lines:
        user = User.objects.get(username=username.split()[-1])
        assert user.check_password(password.split()[-1])
        assert user.must_change_password
        assert [row.get_role_display() for row in user.grants.all()] == [label]
    with pytest.raises(CommandError, match="已经建立"):
        call_command("set_up", "县建设局", "--prefix", "other")


def test_an_administrator_who_is_gone_is_replaced_on_the_server_and_that_is_on_record(capsys):
    call_command("set_up", "县建设局", "--prefix", "jsj")
    call_command("set_up", "县建设局", "--prefix", "jsj2", "--only", "security_admin")
    assert "没有第二个人确认" in capsys.readouterr().out
    assert RoleGrant.objects.filter(role=Role.SECURITY_ADMIN, pending=False).count() == 2
    assert Event.objects.filter(verb="role.grant", actor=None).count() == 4
    with pytest.raises(CommandError, match="没有名为"):
        call_command("set_up", "县水利局", "--prefix", "slj", "--only", "audit_admin")
