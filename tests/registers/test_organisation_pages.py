"""The pages of units and posts: who reaches them, what they count, what they say when two people type at once."""

import pytest
from django.urls import reverse

from accounts.roles import Role
from registers.enums import RegisterState
from registers.models import Appointment, Power, Unit
from registers.services import organisation, tracking
from tests.factories import (
    appoint,
    grant,
    make_bureau,
    make_post,
    make_power,
    make_register,
    make_row,
    make_section,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau() -> Unit:
    return make_bureau()


@pytest.fixture
def section(bureau) -> Unit:
    return make_section(bureau)


@pytest.fixture
def office(bureau):
    return grant(Role.OFFICE, bureau)


def page(client, user, name: str, /, *args, **data):
    client.force_login(user)
    return client.get(reverse(name, args=args), data)


def send(client, user, name: str, /, *args, **data):
    client.force_login(user)
    return client.post(reverse(name, args=args), data)


def test_the_tree_shows_units_posts_holders_vacancies_and_counts(client, bureau, section, office):
    post = make_post(section)
    vacant = make_post(section, "测绘岗")
    appoint(post, make_user("甲"))
    power = make_power(post)
    register = make_register(post, state=RegisterState.IN_FORCE)
    make_row(register, power, level_rank=1, live_rank=1)
    make_row(register, power, name="吃拿卡要", level_rank=3, live_rank=3)
    make_row(make_register(vacant, cycle=register.cycle))  # on the road: not counted
    whole = page(client, office, "unit", bureau.pk).content.decode()
    assert "规划股" in whole
    assert "岗位 2 · 职权 1 · 风险点 2" in whole
    part = page(client, office, "unit", section.pk).content.decode()
    assert "空缺" in part
    assert "甲" in part
    assert "一级</span> 1" in part


@pytest.mark.parametrize("many", [1, 3])
def test_the_cost_of_a_tree_does_not_grow_with_it(client, bureau, office, many, django_assert_max_num_queries):
    for number in range(many):
        post = make_post(make_section(bureau, f"股{number}"))
        appoint(post)
        make_power(post)
    client.force_login(office)
    with django_assert_max_num_queries(22):
        client.get(reverse("unit", args=[bureau.pk]))


def test_a_large_bureau_shows_two_levels_at_a_time(client, bureau, office, monkeypatch):
    monkeypatch.setattr("registers.outline.WHOLE", 3)
    group = make_section(make_section(bureau), "审批组", kind="group")
    make_section(group, "窗口", kind="group")
    text = page(client, office, "unit", bureau.pk).content.decode()
    assert "审批组" in text
    assert "窗口" not in text
    assert "展开下级" in text
    assert "窗口" in page(client, office, "unit", group.pk).content.decode()


PAGES = ("unit", "post", "history_unit", "history_post", "history_power")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(
    "who, status", [("insider", 200), ("office", 200), ("above", 200), ("stranger", 404), ("auditor", 404)]
)
def test_who_reaches_the_pages(client, name, who, status):
    above = make_bureau("市建设局")
    bureau = make_bureau(above=above)
    section = make_section(bureau)
    post = make_post(section)
    power = make_power(post)
    user = {
        "insider": lambda: appoint(make_post(section, "测绘岗")),
        "office": lambda: grant(Role.OFFICE, bureau),
        "above": lambda: grant(Role.DISCIPLINE, above),
        "stranger": lambda: appoint(make_post(make_section(make_bureau("县水利局")))),
        "auditor": lambda: grant(Role.AUDIT_ADMIN, bureau),
    }[who]()
    arguments = {
        "unit": ("unit", section.pk),
        "post": ("post", post.pk),
        "history_unit": ("history", "unit", section.pk),
        "history_post": ("history", "post", post.pk),
        "history_power": ("history", "power", power.pk),
    }[name]
    assert page(client, user, *arguments).status_code == status


def test_administrators_see_names_but_no_counts(client, bureau, section):
    post = make_post(section)
    make_power(post, "规划许可")
    admin = grant(Role.SYSTEM_ADMIN, bureau)
    text = page(client, admin, "unit", bureau.pk).content.decode()
    assert "规划股" in text
    assert "职权 1" not in text
    assert "规划许可" not in page(client, admin, "post", post.pk).content.decode()


def test_who_may_not_keep_is_told_so(client, section):
    response = page(client, appoint(make_post(section)), "unit_edit", section.pk)
    assert response.status_code == 403
    assert "维护单位、岗位和任职" in response.content.decode()


def test_the_office_builds_a_section_in_the_browser(client, bureau, office):
    send(client, office, "unit_add", bureau.pk, name="燃气股", kind="section", order=0, reason="新设")
    section = Unit.objects.get(name="燃气股")
    send(client, office, "post_add", section.pk, name="燃气管理岗", tier="other", order=0, duties="燃气许可")
    post = section.posts.get()
    send(client, office, "appoint", post.pk, username="jia", name="甲", starts_on="2012-01-01")
    assert Appointment.objects.get(post=post).user.username == "jia"
    assert "甲" in page(client, office, "post", post.pk).content.decode()


def test_a_mistyped_user_name_makes_no_new_person(client, section, office):
    response = send(client, office, "appoint", make_post(section).pk, username="jai", starts_on="2012-01-01")
    assert response.status_code == 409
    assert "没有用户名" in response.content.decode()


def test_two_people_typing_at_once_see_both_and_nothing_is_lost(client, section, office):
    seen = tracking.stamp(section)
    organisation.change_unit(by=office, unit=section, name="规划一股")
    typed = {"name": "规划二股", "kind": "section", "order": 0, "seen": seen}
    response = send(client, office, "unit_edit", section.pk, **typed)
    text = response.content.decode()
    assert response.status_code == 409
    assert "一" in text
    assert 'value="规划二股"' in text
    assert Unit.objects.get(pk=section.pk).name == "规划一股"
    again = send(client, office, "unit_edit", section.pk, **typed | {"seen": tracking.stamp(section)})
    assert again.status_code == 302
    assert Unit.objects.get(pk=section.pk).name == "规划二股"


def test_a_refused_close_says_what_to_do_first(client, section, office):
    make_post(section)
    response = send(client, office, "unit_close", section.pk, ends_on="2012-06-01")
    assert response.status_code == 409
    assert "请先撤销“规划股”的岗位：规划管理岗" in response.content.decode()


def test_the_history_page_tells_who_when_why_and_what(client, bureau, section, office):
    target = make_section(bureau, "建管股")
    organisation.move_unit(by=office, unit=section, parent=target, reason="三定方案调整")
    text = page(client, office, "history", "unit", section.pk).content.decode()
    for word in ("上级机构", "县建设局", "建管股", "三定方案调整", office.name):
        assert word in text


def test_the_history_of_a_power_tells_its_regulations(client, bureau, section, office):
    power = make_power(section)
    power.regulations.add(bureau.regulations.create(title="规划许可管理制度"))
    power.major = True
    power.save()
    text = page(client, office, "history", "power", power.pk).content.decode()
    assert "配套制度" in text
    assert "规划许可管理制度" in text
    assert "三重一大事项" in text
    assert Power.history.count() == 3


def test_the_bureaus_of_an_authority_are_listed_with_their_sums(client):
    above = make_bureau("市建设局")
    for name in ("甲县建设局", "乙县建设局"):
        make_post(make_section(make_bureau(name, above=above)))
    text = page(client, grant(Role.DISCIPLINE, above), "unit", above.pk).content.decode()
    assert "甲县建设局" in text
    assert "乙县建设局" in text


def test_levels_are_counted_only_as_far_as_the_reader_may_read_them(client, bureau, office):
    """A colleague of another section sees that a post is there, not how grave its points are."""
    section, other = make_section(bureau, "规划股"), make_section(bureau, "燃气办")
    register = make_register(make_post(section, "审批岗"), state="in_force")
    make_row(register, level_rank=1, live_rank=1)
    colleague, neighbour = appoint(make_post(section, "测绘岗")), appoint(make_post(other, "燃气岗"))
    for place in (bureau, section):
        assert "一级</span> 1" in page(client, office, "unit", place.pk).content.decode()
        assert "一级</span> 1" in page(client, colleague, "unit", place.pk).content.decode()
        text = page(client, neighbour, "unit", place.pk).content.decode()
        assert "审批岗" in text or place == bureau
        assert "一级" not in text
