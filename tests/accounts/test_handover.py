"""An account with power over others reaches its owner by two hands; an account is kept where it is at home."""

import pytest
from django.contrib.auth import SESSION_KEY
from django.urls import reverse

from accounts import services as accounts
from accounts.exceptions import NotAllowed, NotNow
from accounts.models import User
from accounts.roles import ADMINISTRATORS, Role
from audit.models import Event
from registers.models import RoleGrant
from registers.services import appointments, keeping, roles
from tests.factories import appoint, grant, make_bureau, make_post, make_section, make_user

pytestmark = pytest.mark.django_db
OWN = "Zheng-7391-shui"


class Scene:
    """A bureau with its administrators and its office, and a discipline inspector whose account is his own."""

    def __init__(self):
        self.bureau = make_bureau()
        self.system = grant(Role.SYSTEM_ADMIN, self.bureau)
        self.security = grant(Role.SECURITY_ADMIN, self.bureau)
        self.audit = grant(Role.AUDIT_ADMIN, self.bureau)
        self.office = grant(Role.OFFICE, self.bureau)
        self.inspector = grant(Role.DISCIPLINE, self.bureau, make_user("纪检组长", "jijian"))

    def new_account(self) -> tuple[User, str]:
        return keeping.add_account(by=self.system, username="yi", name="乙", bureau=self.bureau)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def come_in(client, username: str, password: str) -> bool:
    client.post(reverse("logout"))
    client.post(reverse("login"), {"username": username, "password": password})
    return SESSION_KEY in client.session


def choose(client, old: str, code: str | None = None) -> str:
    """Choose a password of one's own; returns what the page says, empty when it was done."""
    given = {"old_password": old, "new_password1": OWN, "new_password2": OWN} | ({"code": code} if code else {})
    answer = client.post(reverse("password_change"), given)
    return "" if answer.status_code == 302 else answer.content.decode()


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_the_password_alone_opens_nothing_of_an_account_with_power(scene, client):
    password = keeping.reset_password(by=scene.system, user=scene.inspector)
    assert come_in(client, "jijian", password)
    assert client.get(reverse("comments")).url == reverse("password_change")
    assert "交接码" in choose(client, password)
    assert "交接码不对" in choose(client, password, "aaaa-bbbb-cccc")
    assert client.get(reverse("comments")).status_code == 302
    code = keeping.give_code(by=scene.audit, user=scene.inspector)
    assert choose(client, password, code.upper()) == ""
    assert client.get(reverse("comments")).status_code == 200
    assert (fresh(scene.inspector).keeper, fresh(scene.inspector).handover) == (None, "")


def test_the_services_refuse_without_the_code_as_well(scene):
    keeping.reset_password(by=scene.system, user=scene.inspector)
    stale = scene.inspector  # read before the reset
    for code in ("", "!", "aaaa-bbbb-cccc"):
        with pytest.raises(NotNow, match="交接码"):
            accounts.change_own_password(user=stale, password=OWN, code=code)


def test_who_made_the_password_gives_no_code_and_nobody_gives_it_himself(scene):
    keeping.reset_password(by=scene.system, user=scene.inspector)
    with pytest.raises(NotAllowed, match="另一位"):
        keeping.give_code(by=scene.system, user=scene.inspector)
    keeping.reset_password(by=scene.system, user=scene.audit)
    with pytest.raises(NotAllowed, match="自己"):
        keeping.give_code(by=scene.audit, user=scene.audit)
    with pytest.raises(NotAllowed):
        keeping.give_code(by=scene.office, user=scene.inspector)


def test_a_code_is_void_once_another_is_given_or_the_password_reset_again(scene):
    keeping.reset_password(by=scene.system, user=scene.inspector)
    first = keeping.give_code(by=scene.audit, user=scene.inspector)
    second = keeping.give_code(by=scene.security, user=scene.inspector)
    with pytest.raises(NotNow):
        accounts.change_own_password(user=fresh(scene.inspector), password=OWN, code=first)
    keeping.reset_password(by=scene.system, user=scene.inspector)
    with pytest.raises(NotNow):
        accounts.change_own_password(user=fresh(scene.inspector), password=OWN, code=second)


@pytest.mark.parametrize("role", [Role.DISCIPLINE, Role.AUDIT_ADMIN])
def test_a_role_for_an_account_that_an_administrator_could_use_needs_the_code(scene, role, client):
    user, password = scene.new_account()
    accounts.change_own_password(user=user, password=OWN)  # by whoever it was
    assert come_in(client, "yi", OWN)
    held = roles.grant_role(by=scene.security, user=user, role=role, unit=scene.bureau)
    with pytest.raises(NotAllowed, match="经手密码"):
        roles.confirm_grant(by=scene.system, grant=held)
    ((owner, code),) = roles.confirm_grant(by=scene.audit, grant=held)
    assert owner == user
    assert SESSION_KEY not in client.session, "his sessions ended"
    assert come_in(client, "yi", OWN)
    assert client.get(reverse("roles")).url == reverse("password_change")
    assert fresh(user).owes_password
    accounts.change_own_password(user=fresh(user), password=OWN, code=code)
    assert not fresh(user).owes_password


def test_so_do_an_appointment_and_a_charge_that_decide(scene):
    user, _ = scene.new_account()
    section = make_section(scene.bureau)
    chief, deputy = make_post(section, "股长", head=True), make_post(section, "副股长")
    held = appointments.appoint(by=scene.office, post=chief, user=user)
    assert len(appointments.confirm(by=scene.security, row=held)) == 1
    other, _ = keeping.add_account(by=scene.system, username="bing", name="丙", bureau=scene.bureau)
    appointments.appoint(by=scene.office, post=deputy, user=other)
    assert not fresh(other).handover
    charge = appointments.add_charge(by=scene.office, post=deputy, unit=section)
    assert [owner for owner, _ in appointments.confirm(by=scene.security, row=charge)] == [other]
    assert fresh(other).handover


def test_who_has_his_account_to_himself_needs_no_code(scene):
    user = make_user("乙")
    held = roles.grant_role(by=scene.office, user=user, role=Role.LEADER, unit=scene.bureau)
    assert roles.confirm_grant(by=scene.security, grant=held) == []
    assert not fresh(user).owes_password


def test_a_post_that_decides_nothing_needs_no_code(scene):
    holder = appoint(make_post(make_section(scene.bureau)))
    keeping.reset_password(by=scene.system, user=holder)
    assert fresh(holder).handover == ""


def test_the_owner_is_told_who_reset_his_password(scene, client):
    holder = appoint(make_post(make_section(scene.bureau)), make_user("乙", "yi"))
    password = keeping.reset_password(by=scene.system, user=holder)
    assert come_in(client, "yi", password)
    text = client.get(client.get(reverse("home")).url).content.decode()
    assert f"由{scene.system}重置" in text
    assert choose(client, password) == ""
    assert f"由{scene.system}重置" in client.get(reverse("account")).content.decode()


def test_codes_are_shown_once_and_never_stored(scene, client):
    keeping.reset_password(by=scene.system, user=scene.inspector)
    client.force_login(scene.audit)
    assert "纪检组长" in client.get(reverse("roles")).content.decode()
    where = reverse("account_handover", args=[scene.inspector.pk])
    answer = client.post(where, {"act": "make"})
    ((_, code),) = answer.context["codes"]
    assert "no-store" in answer.headers["Cache-Control"]
    assert code not in fresh(scene.inspector).handover
    assert code not in client.get(where).content.decode()
    event = Event.objects.get(verb="account.code")
    assert code not in str(event.detail)


# Homes ----------------------------------------------------------------------------------------------------------------


def test_an_account_that_is_placed_nowhere_is_seen_by_its_own_bureau_only(scene, client):
    scene.new_account()
    stranger = grant(Role.SYSTEM_ADMIN, make_bureau("县水利局"))
    client.force_login(stranger)
    assert "乙" not in [user.name for user, _ in client.get(reverse("accounts")).context["rows"]]
    with pytest.raises(NotAllowed):
        keeping.reset_password(by=stranger, user=User.objects.get(username="yi"))
    client.force_login(scene.system)
    assert "yi" in client.get(reverse("accounts")).content.decode()


def test_whose_owner_works_elsewhere_too_is_still_kept_at_home(scene):
    user, _ = scene.new_account()
    other = make_bureau("县水利局")
    appoint(make_post(make_section(other)), user)
    with pytest.raises(NotAllowed):
        keeping.reset_password(by=grant(Role.SYSTEM_ADMIN, other), user=user)


def test_an_account_moves_to_another_bureau_by_who_kept_it(scene):
    user, _ = scene.new_account()
    other = make_bureau("县水利局")
    there = grant(Role.SYSTEM_ADMIN, other)
    with pytest.raises(NotAllowed):
        keeping.move_home(by=there, user=user, name="县水利局")
    with pytest.raises(NotNow, match="全称"):
        keeping.move_home(by=scene.system, user=user, name="没有的局")
    keeping.move_home(by=scene.system, user=user, name="县水利局")
    with pytest.raises(NotAllowed):
        keeping.reset_password(by=scene.system, user=user)
    keeping.reset_password(by=there, user=user)
    with pytest.raises(NotNow, match="管理员的账号"):
        keeping.move_home(by=scene.system, user=scene.audit, name="县水利局")


def test_first_passwords_are_made_for_ones_own_people_only(scene, client):
    mine, theirs = scene.bureau, make_bureau("县水利局")
    for name, bureau in (("jia", mine), ("bing", theirs)):
        accounts.add_person(by=None, username=name, name=name, bureau=bureau.pk)
    client.force_login(scene.system)
    made = client.post(reverse("account_passwords"), {"act": "make"}).context["made"]
    assert "jia" in [user.username for user, _ in made]
    assert "bing" not in [user.username for user, _ in made]


def test_an_account_is_made_for_a_bureau_in_ones_reach(scene, client):
    above = make_bureau("县廉政领导小组")
    below = make_bureau("县水利局", above=above)
    client.force_login(grant(Role.SYSTEM_ADMIN, above))
    client.post(reverse("account_add"), {"username": "yi", "name": "乙", "bureau": below.pk})
    assert User.objects.get(username="yi").home_bureau == below.pk
    assert (
        client.post(reverse("account_add"), {"username": "c", "name": "丙", "bureau": scene.bureau.pk})
        .context["form"]
        .errors
    )


@pytest.mark.parametrize("role", sorted(ADMINISTRATORS))
def test_an_administrators_account_is_not_stopped_by_one_alone(scene, role):
    other = grant(role, scene.bureau)
    with pytest.raises(NotNow, match="结束其角色"):
        keeping.set_active(by=scene.system, user=other, active=False)
    RoleGrant.objects.filter(user=other).update(pending=True)
    keeping.set_active(by=scene.system, user=other, active=False)
    assert not fresh(other).is_active
