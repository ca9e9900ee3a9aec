"""What the office does to units, posts, appointments: by right, without losing history, never for oneself."""

import datetime

import pytest
from django.db.utils import IntegrityError
from django.utils import timezone

from accounts.exceptions import NotAllowed, NotNow
from accounts.roles import Role
from audit.models import Event
from registers.access import standing
from registers.enums import RegisterState, Tier
from registers.models import Appointment, Charge, Post, RoleGrant, Unit
from registers.services import appointments, organisation, roles, tracking
from registers.services.tracking import Outdated
from tests.factories import (
    appoint,
    grant,
    make_bureau,
    make_post,
    make_power,
    make_register,
    make_section,
    make_user,
    put_in_charge,
)

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


class Scene:
    """A bureau with a section, a post, and the people who may or may not change it."""

    def __init__(self):
        self.above = make_bureau("市建设局")
        self.bureau = make_bureau(above=self.above)
        self.section = make_section(self.bureau)
        self.post = make_post(self.section)
        self.head_post = make_post(self.section, "规划股股长", tier=Tier.MIDDLE, head=True)
        self.office = grant(Role.OFFICE, self.bureau)
        self.security = grant(Role.SECURITY_ADMIN, self.bureau)
        self.someone = make_user("甲")


@pytest.fixture
def scene() -> Scene:
    return Scene()


# Who ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["neighbour", "above", "holder", "security"])
def test_only_the_office_of_the_bureau_keeps_its_house(scene, who):
    user = {
        "neighbour": lambda: grant(Role.OFFICE, make_bureau("县水利局")),
        "above": lambda: grant(Role.OFFICE, scene.above),
        "holder": lambda: appoint(scene.post),
        "security": lambda: scene.security,
    }[who]()
    with pytest.raises(NotAllowed):
        organisation.add_unit(by=user, parent=scene.bureau, name="新股", kind="section")
    with pytest.raises(NotAllowed):
        organisation.change_unit(by=user, unit=scene.section, name="改名")
    with pytest.raises(NotAllowed):
        organisation.add_post(by=user, unit=scene.section, name="新岗")
    with pytest.raises(NotAllowed):
        organisation.close_post(by=user, post=scene.post)
    with pytest.raises(NotAllowed):
        appointments.appoint(by=user, post=scene.post, user=scene.someone)
    assert not Event.objects.filter(actor=user.pk).exists()


def test_what_the_office_does_says_who_and_why_in_history_and_log(scene):
    post = organisation.add_post(by=scene.office, unit=scene.section, name="审批岗", reason="三定方案")
    line = post.history.get()
    assert (line.history_user, line.history_change_reason) == (scene.office, "三定方案")
    assert Event.objects.get(verb="post.add").actor == scene.office.pk
    assert (post.bureau_id, post.section_id) == (scene.bureau.pk, scene.section.pk)


def test_a_second_one_of_the_same_name_is_refused_and_not_taken_for_the_first(scene):
    organisation.add_unit(by=scene.office, parent=scene.bureau, name="建管股", kind="section")
    organisation.add_post(by=scene.office, unit=scene.section, name="审批岗", duties="受理申请")
    with pytest.raises(NotNow, match="建管股"):
        organisation.add_unit(by=scene.office, parent=scene.bureau, name="建管股", kind="section")
    with pytest.raises(NotNow, match="审批岗"):
        organisation.add_post(by=scene.office, unit=scene.section, name="审批岗", duties="审查图纸")
    assert Event.objects.filter(verb__in=("unit.add", "post.add"), actor=scene.office.pk).count() == 2


def test_who_holds_a_post_already_is_not_appointed_twice(scene):
    post = organisation.add_post(by=scene.office, unit=scene.section, name="审批岗")
    held = appointments.appoint(by=scene.office, post=post, user=scene.someone)
    assert appointments.appoint(by=scene.office, post=post, user=scene.someone) == held
    assert Event.objects.filter(verb="appointment.add", actor=scene.office.pk).count() == 1


def test_nobody_overwrites_what_he_has_not_seen(scene):
    seen = tracking.stamp(scene.post)
    organisation.change_post(by=scene.office, post=scene.post, seen=seen, duties="受理申请")
    with pytest.raises(Outdated):
        organisation.change_post(by=scene.office, post=scene.post, seen=seen, duties="审查图纸")
    assert Post.objects.get(pk=scene.post.pk).duties == "受理申请"


# Closing --------------------------------------------------------------------------------------------------------------


def test_a_unit_closes_only_when_nothing_lives_in_it_and_says_what_to_do_first(scene):
    below = make_section(scene.section, "审批组", kind="group")
    close = lambda: organisation.close_unit(by=scene.office, unit=scene.section, reason="机构改革")  # noqa: E731
    with pytest.raises(NotNow, match="下级机构.*审批组"):
        close()
    organisation.close_unit(by=scene.office, unit=below)
    with pytest.raises(NotNow, match="岗位.*规划管理岗"):
        close()
    for post in (scene.post, scene.head_post):
        organisation.close_post(by=scene.office, post=post)
    register = make_register(scene.section)
    with pytest.raises(NotNow, match="登记表"):
        close()
    register.state = RegisterState.STOPPED
    register.save()
    put_in_charge(make_post(scene.bureau, "副局长", tier=Tier.LEAD), scene.section)
    close()
    assert Unit.objects.get(pk=scene.section.pk).closed_on
    assert Charge.objects.get().ends_on, "nobody is in charge of a unit that is closed"


def test_a_post_closes_only_when_nobody_and_nothing_hangs_on_it(scene):
    register = make_register(scene.post)
    close = lambda: organisation.close_post(by=scene.office, post=scene.post)  # noqa: E731
    with pytest.raises(NotNow, match="登记表"):
        close()
    register.state = RegisterState.STOPPED
    register.save()
    appoint(scene.post)
    with pytest.raises(NotNow, match="任职"):
        close()
    appointments.end_appointment(by=scene.office, appointment=Appointment.objects.get())
    power = make_power(scene.post)
    with pytest.raises(NotNow, match="职权"):
        close()
    power.closed_on = TODAY
    power.save()
    close()
    assert Post.objects.get(pk=scene.post.pk).closed_on


def test_the_bureau_itself_is_not_closed_by_its_office(scene):
    with pytest.raises(NotNow):
        organisation.close_unit(by=scene.office, unit=scene.bureau)


# Appointments ---------------------------------------------------------------------------------------------------------


def test_one_person_may_hold_several_posts_and_a_post_several_people(scene):
    second = make_post(scene.section, "测绘岗")
    for post in (scene.post, second):
        appointments.appoint(by=scene.office, post=post, user=scene.someone)
    appointments.appoint(by=scene.office, post=scene.post, user=make_user("乙"))
    assert {post.pk for post in standing(scene.someone).posts} == {scene.post.pk, second.pk}
    assert scene.post.appointments.current().count() == 2


def test_nobody_appoints_himself(scene):
    with pytest.raises(NotAllowed, match="自己"):
        appointments.appoint(by=scene.office, post=scene.post, user=scene.office)


def test_nobody_raises_his_own_post_or_gives_it_charges(scene):
    appoint(scene.post, scene.office)
    with pytest.raises(NotAllowed, match="自己"):
        organisation.change_post(by=scene.office, post=scene.post, is_head=True)
    with pytest.raises(NotAllowed, match="自己"):
        appointments.add_charge(by=scene.office, post=scene.post, unit=scene.section)


def test_an_ended_appointment_stays_on_record_with_its_days(scene):
    held = appointments.appoint(
        by=scene.office, post=scene.post, user=scene.someone, starts_on=datetime.date(2012, 1, 1)
    )
    appointments.end_appointment(by=scene.office, appointment=held, ends_on=datetime.date(2012, 6, 1))
    assert list(scene.post.appointments.on(datetime.date(2012, 5, 31))) == [held]
    assert not scene.post.appointments.on(datetime.date(2012, 6, 1)).exists()
    with pytest.raises(NotNow):
        appointments.end_appointment(by=scene.office, appointment=held, ends_on=datetime.date(2011, 1, 1))


def test_a_head_decides_only_once_the_security_administrator_has_confirmed_him(scene):
    held = appointments.appoint(by=scene.office, post=scene.head_post, user=scene.someone)
    assert standing(scene.someone, TODAY).posts == []
    with pytest.raises(NotAllowed):
        appointments.confirm(by=scene.office, row=held)
    appointments.confirm(by=scene.security, row=held)
    assert standing(scene.someone, TODAY).posts == [scene.head_post]


def test_an_appointment_that_is_not_confirmed_ends_with_the_reason_on_record(scene):
    held = appointments.appoint(by=scene.office, post=scene.head_post, user=scene.someone)
    appointments.reject(by=scene.security, row=held, reason="未经党组研究")
    held.refresh_from_db()
    assert held.ends_on == held.starts_on
    assert standing(scene.someone, TODAY).posts == []
    assert "未经党组研究" in held.history.first().history_change_reason


def test_a_post_that_becomes_head_lets_its_holder_wait(scene):
    appointments.appoint(by=scene.office, post=scene.post, user=scene.someone)
    organisation.change_post(by=scene.office, post=scene.post, is_head=True)
    assert Appointment.objects.get(user=scene.someone).pending


def test_a_charge_holds_once_confirmed(scene):
    leader = make_post(scene.bureau, "副局长", tier=Tier.LEAD)
    appoint(leader, scene.someone)
    charge = appointments.add_charge(by=scene.office, post=leader, unit=scene.section)
    assert standing(scene.someone, TODAY).charges == []
    appointments.confirm(by=scene.security, row=charge)
    assert standing(scene.someone, TODAY).charges == [charge]


def test_a_leader_is_in_charge_of_units_of_his_own_bureau_only(scene):
    leader = make_post(scene.bureau, "副局长", tier=Tier.LEAD)
    with pytest.raises(NotNow, match="本单位"):
        appointments.add_charge(by=scene.office, post=leader, unit=make_bureau("县水利局"))


def test_a_new_person_cannot_sign_in_before_the_administrator_gives_a_password(scene):
    held = appointments.appoint_new_person(by=scene.office, post=scene.post, name="乙", username="Yi")
    assert held.user.username == "yi"
    assert not held.user.has_usable_password()


# Roles ----------------------------------------------------------------------------------------------------------------


def test_the_security_administrator_gives_roles_in_his_reach_only(scene):
    roles.grant_role(by=scene.security, user=scene.someone, role=Role.DISCIPLINE, unit=scene.bureau)
    with pytest.raises(NotAllowed):
        roles.grant_role(by=scene.security, user=scene.someone, role=Role.OFFICE, unit=make_bureau("县水利局"))
    with pytest.raises(NotAllowed):
        roles.grant_role(by=scene.office, user=scene.someone, role=Role.AUDIT_ADMIN, unit=scene.bureau)


def test_nobody_gives_himself_a_role_or_ends_his_own(scene):
    with pytest.raises(NotAllowed, match="自己"):
        roles.grant_role(by=scene.security, user=scene.security, role=Role.OFFICE, unit=scene.bureau)
    with pytest.raises(NotAllowed, match="自己"):
        roles.end_role(by=scene.security, grant=RoleGrant.objects.get(user=scene.security))


@pytest.mark.parametrize("role", [Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.OFFICE])
def test_an_administrator_is_nothing_else(scene, role):
    admin = grant(Role.SYSTEM_ADMIN, scene.bureau)
    with pytest.raises(NotAllowed, match="三员"):
        roles.grant_role(by=scene.security, user=admin, role=role, unit=scene.bureau)
    with pytest.raises(NotAllowed, match="三员"):
        appointments.appoint(by=scene.office, post=scene.post, user=admin)


def test_who_holds_a_post_or_role_becomes_no_administrator(scene):
    for user in (appoint(scene.post), grant(Role.LEADER, scene.bureau)):
        with pytest.raises(NotAllowed, match="三员"):
            roles.grant_role(by=scene.security, user=user, role=Role.AUDIT_ADMIN, unit=scene.bureau)


def test_an_ended_role_gives_nothing_any_more(scene):
    user = grant(Role.LEADER, scene.bureau)
    roles.end_role(by=scene.security, grant=RoleGrant.objects.get(user=user))
    assert standing(user, TODAY).roles() == frozenset()


def test_the_database_refuses_an_appointment_that_ends_before_it_begins(scene):
    with pytest.raises(IntegrityError):
        Appointment.objects.create(
            post=scene.post, user=scene.someone, starts_on=TODAY, ends_on=TODAY - datetime.timedelta(days=1)
        )
