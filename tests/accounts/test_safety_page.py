"""The page 登录安全 (sign_in_safety): a security administrator helps others in, of his own bureaus, never himself."""

import pytest
from django.urls import reverse

from accounts.roles import Role
from audit.models import Event
from tests.factories import grant, make_bureau, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau():
    return make_bureau("甲局")


@pytest.fixture
def security(client, bureau):
    user = grant(Role.SECURITY_ADMIN, bureau, make_user("安全员"))
    client.force_login(user)
    return user


def unlock(client, user):
    return client.post(reverse("sign_in_safety"), {"act": "unlock", "user": user.pk})


def test_he_unlocks_others_of_his_bureau(client, security, bureau):
    other = grant(Role.OFFICE, bureau, make_user("办公室"))
    assert unlock(client, other).status_code == 302
    assert Event.objects.filter(object_id=other.pk, actor=security.pk).exists()


def test_he_does_nothing_for_himself(client, security):
    said = unlock(client, security)
    assert said.status_code == 403
    assert "另一位安全管理员" in said.content.decode()


def test_he_does_nothing_for_people_of_other_bureaus(client, security):
    stranger = grant(Role.OFFICE, make_bureau("乙局"), make_user("外人"))
    assert unlock(client, stranger).status_code == 404
