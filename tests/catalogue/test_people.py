"""People and accounts from a workbook, with no more rights than by hand."""

import pytest

from accounts.exceptions import NotAllowed, NotNow
from accounts.models import User
from accounts.roles import Role
from audit import services as audit
from registers.models import Appointment
from tests import factories
from tests.catalogue.files import apply, book, plan, said

pytestmark = pytest.mark.django_db
HEAD = ["姓名", "用户名", "机构", "岗位", "任职日期"]


@pytest.fixture
def bureau():
    return factories.make_bureau()


@pytest.fixture
def office(bureau):
    return factories.grant(Role.OFFICE, bureau)


@pytest.fixture
def section(bureau):
    section = factories.make_section(bureau)
    factories.make_post(section, "规划管理岗")
    factories.make_post(section, "规划股股长", head=True)
    return section


def people(*rows) -> bytes:
    return book(人员任职=[HEAD, *(list(row) for row in rows)])


def test_people_are_appointed_and_new_accounts_cannot_sign_in(bureau, office, section):
    old = factories.make_user("丙", "bing")
    data = people(
        ("甲", "JIA", "规划股", "规划管理岗", "2012-03-01"),
        ("乙", "yi", "规划股", "规划股股长"),
        ("丙", "bing", "规划股", "规划管理岗"),
    )
    made = apply("people", data, bureau, office)
    assert dict(made.counts) == {"表中行": 3, "新增任职": 3}
    first = Appointment.objects.get(user__username="jia")
    assert (first.pending, first.starts_on.isoformat()) == (False, "2012-03-01")
    assert not first.user.has_usable_password()
    assert Appointment.objects.get(
        user__username="yi"
    ).pending  # decides over others: the security administrator confirms
    assert Appointment.objects.get(user=old).post.name == "规划管理岗"
    assert [change.action for change in plan("people", data, bureau, office).changes] == ["same"] * 3


def test_who_holds_a_post_himself_may_send_the_list_in(bureau, section):
    office = factories.grant(Role.OFFICE, bureau, factories.make_user("办公室甲", "office"))
    Appointment.objects.create(post=section.posts.first(), user=office)
    row = ("办公室甲", "office", "规划股", section.posts.first().name)
    assert [change.action for change in plan("people", people(row), bureau, office).changes] == ["same"]


def test_one_person_on_two_posts_is_one_account(bureau, office, section):
    apply(
        "people", people(("甲", "jia", "规划股", "规划管理岗"), ("甲", "jia", "规划股", "规划股股长")), bureau, office
    )
    assert User.objects.filter(username="jia").count() == 1
    assert Appointment.objects.filter(user__username="jia").count() == 2


@pytest.mark.parametrize(
    "row, expected",
    [
        (("乙", "jia", "规划股", "规划管理岗"), "第2行的“甲”也用这个用户名"),
        (("甲", "jia", "规划股", "规划管理岗"), "与第2行重复"),
        (("丙", "ding", "规划股", "规划管理岗"), "已有账号，姓名与表中不同"),
        (("乙", "yi yi", "规划股", "规划管理岗"), "不能用的字符"),
        (("乙", "", "规划股", "规划管理岗"), "没有写用户名"),
        (("乙", "yi", "水利股", "规划管理岗"), "没有“水利股”这个机构"),
        (("乙", "yi", "规划股", "没有的岗"), "没有“没有的岗”这个岗位"),
        (("管理员", "xitong", "规划股", "规划管理岗"), "三员分立"),
        (("办公室甲", "office", "规划股", "规划管理岗"), "不能任命自己"),
        (("停用的人", "tingyong", "规划股", "规划管理岗"), "账号已停用"),
    ],
)
def test_every_mistake_is_told_and_no_account_is_left_behind(bureau, section, row, expected):
    office = factories.grant(Role.OFFICE, bureau, factories.make_user("办公室甲", "office"))
    factories.make_user("丁", "ding")
    factories.grant(Role.SYSTEM_ADMIN, bureau, factories.make_user("管理员", "xitong"))
    User.objects.filter(pk=factories.make_user("停用的人", "tingyong").pk).update(is_active=False)
    before = User.objects.count()
    data = people(("甲", "jia", "规划股", "规划管理岗"), row)
    found = plan("people", data, bureau, office)
    assert any("第3行" in sentence and expected in sentence for sentence in said(found)), said(found)
    with pytest.raises(NotNow):
        apply("people", data, bureau, office)
    assert User.objects.count() == before


def test_the_system_administrator_makes_accounts_and_nothing_else(bureau, section):
    admin = factories.grant(Role.SYSTEM_ADMIN, bureau)
    with pytest.raises(NotAllowed):
        apply("people", people(("甲", "jia", "规划股", "规划管理岗")), bureau, admin)
    data = book(账号=[["姓名", "用户名"], ["甲", "jia"], ["乙", "yi"]])
    assert dict(apply("accounts", data, bureau, admin).counts)["新增账号"] == 2
    assert not User.objects.get(username="yi").has_usable_password()
    assert not Appointment.objects.exists()
    with pytest.raises(NotNow, match="都已经有了"):
        apply("accounts", data, bureau, admin)


def test_the_office_makes_no_accounts_by_list(bureau, office):
    with pytest.raises(NotAllowed, match="您不能为"):
        apply("accounts", book(账号=[["姓名", "用户名"], ["甲", "jia"]]), bureau, office)


def test_no_password_is_in_the_database_or_the_audit(bureau, client):
    admin = factories.grant(Role.SYSTEM_ADMIN, bureau)
    apply("accounts", book(账号=[["姓名", "用户名"], ["甲", "jia"]]), bureau, admin)
    client.force_login(admin)
    answer = client.post("/accounts/passwords/", {"act": "make"})
    ((user, password),) = answer.context["made"]
    assert answer.headers["Cache-Control"].count("no-store")
    user.refresh_from_db()
    assert user.check_password(password)
    assert user.must_change_password
    assert password not in user.password
    assert client.get("/accounts/passwords/").content.decode().count(password) == 0
    assert client.post("/accounts/passwords/", {"act": "make"}).context["made"] == []


def test_passwords_are_handed_out_by_the_system_administrator_only(bureau, office, client):
    client.force_login(office)
    assert client.post("/accounts/passwords/", {"act": "make"}).status_code == 403


def test_the_people_of_the_sample_keep_their_one_click_sign_in(bureau, client, settings):
    settings.SAMPLE = True
    audit.record(verb="sample.load", label="示例")
    admin = factories.grant(Role.SYSTEM_ADMIN, bureau, factories.make_user("系统管理员", "yangli-xitong"))
    client.force_login(admin)
    assert "不发密码" in client.get("/accounts/passwords/").content.decode()
    assert client.post("/accounts/passwords/", {"act": "make"}).status_code == 409
