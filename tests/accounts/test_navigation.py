"""The navigation: what each kind of person finds there, and what it costs."""

import pytest
from django.test import RequestFactory
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from lianzheng.navigation import context
from tests.factories import appoint, grant, make_bureau, make_post, make_section, make_user

pytestmark = pytest.mark.django_db


def labels(user: User, path: str = "/") -> list[str]:
    request = RequestFactory().get(path)
    request.user = User.objects.get(pk=user.pk)
    return [item["label"] for group in context(request)["nav"] for item in group["items"]]


def test_a_post_holder_finds_his_work_and_what_he_may_read():
    found = labels(appoint(make_post(make_section(make_bureau()))))
    assert "我的待办" in found
    assert "单位与岗位" in found
    assert not {"导入", "周期看板", "公示意见", "账号", "角色", "审计记录"} & set(found)


def test_who_belongs_nowhere_finds_no_page_that_would_be_empty_for_him():
    assert "工作手册" not in labels(make_user("无岗"))


@pytest.mark.parametrize(
    "role, only",
    [
        (Role.SYSTEM_ADMIN, {"单位与岗位", "账号", "角色", "字体"}),
        (Role.SECURITY_ADMIN, {"单位与岗位", "角色", "登录安全"}),
        (Role.AUDIT_ADMIN, {"角色", "审计记录", "核对检查点", "抹去个人信息"}),
    ],
)
def test_an_administrator_finds_his_own_area_only(role, only):
    assert set(labels(grant(role, make_bureau()))) == only


def test_who_signs_in_with_a_one_time_password_finds_nothing_yet():
    user = appoint(make_post(make_section(make_bureau())))
    user.must_change_password = True
    user.save()
    assert labels(user) == []


def test_the_page_one_is_on_is_marked():
    user = appoint(make_post(make_section(make_bureau())))
    request = RequestFactory().get(reverse("units") + "7/")
    request.user = user
    current = [item["label"] for group in context(request)["nav"] for item in group["items"] if item["current"]]
    assert current == ["单位与岗位"]


@pytest.mark.parametrize("page, entry", [("catalogues", "导入"), ("offline", "我的待办"), ("handbook", "工作手册")])
def test_a_page_without_an_entry_of_its_own_marks_the_one_it_belongs_to(page, entry):
    request = RequestFactory().get(reverse(page))
    request.user = grant(Role.OFFICE, make_bureau())
    current = [item["label"] for group in context(request)["nav"] for item in group["items"] if item["current"]]
    assert current == [entry]


@pytest.mark.parametrize("many", [1, 3])
def test_it_costs_four_queries_however_much_one_is(many, django_assert_num_queries):
    bureau = make_bureau()
    user = appoint(make_post(make_section(bureau)))
    for number in range(many):
        appoint(make_post(make_section(bureau, f"股{number}")), user)
        grant(Role.DISCIPLINE, make_section(bureau, f"站{number}"), user)
    request = RequestFactory().get("/")
    request.user = User.objects.get(pk=user.pk)
    with django_assert_num_queries(4):
        found = context(request)
        assert found["nav"]
        assert found["me"]["bureau"] == "县建设局"


def test_a_page_without_navigation_pays_nothing(django_assert_num_queries):
    request = RequestFactory().get("/")
    request.user = appoint(make_post(make_section(make_bureau())))
    with django_assert_num_queries(0):
        context(request)
