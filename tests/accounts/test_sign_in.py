"""Signing in: passwords, the lock, one-time passwords, nothing typed is lost, the one press of the sample."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import services
from accounts.exceptions import NotNow
from accounts.models import SignInCounter, User
from accounts.roles import Role
from accounts.stash import STASH_KEY
from audit import services as audit
from audit.models import Event
from tests.factories import appoint, grant, make_bureau, make_post, make_section, make_user

pytestmark = pytest.mark.django_db
PASSWORD = "gui-hua-gu-2012"


@pytest.fixture
def user() -> User:
    return User.objects.create_user("guihua", name="规划股股长", password=PASSWORD)


def sign_in(client, username="guihua", password=PASSWORD, **more):
    return client.post(reverse("login"), {"username": username, "password": password, **more})


def without_names(text: str) -> str:
    return re.sub(r'value="[^"]*"|<title>.*?</title>', "", text)


def signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def test_the_right_password_opens_the_first_page_and_is_on_record(client, user):
    response = sign_in(client, "GuiHua")
    assert response.url == reverse("home")
    event = Event.objects.get(verb="signin")
    assert (event.actor, event.actor_name) == (user.pk, "规划股股长")


def test_a_wrong_password_says_nothing_of_which_part_was_wrong_and_is_on_record(client, user):
    known = sign_in(client, password="nothing-like-it").content.decode()
    unknown = sign_in(client, "nobody").content.decode()
    for text in (known, unknown):
        assert "用户名或密码不对" in text
    assert without_names(known) == without_names(unknown)
    assert Event.objects.filter(verb="signin.failed", result="failed").count() == 2
    assert not Event.objects.filter(object_label__contains=PASSWORD).exists()


def test_after_five_failures_the_name_is_locked_at_that_address(client, user):
    for _ in range(5):
        wrong = sign_in(client, password="wrong-password").content.decode()
    locked = sign_in(client).content.decode()
    assert not signed_in(client)
    assert without_names(locked) == without_names(wrong), "the lock tells nothing that a wrong password does not"
    elsewhere = client.post(reverse("login"), {"username": "guihua", "password": PASSWORD}, REMOTE_ADDR="192.0.2.7")
    assert elsewhere.status_code == 302, "somebody at another address is not locked out by a stranger's tries"


def test_the_lock_ends(client, user):
    for _ in range(5):
        sign_in(client, password="wrong-password")
    SignInCounter.objects.update(locked_until=timezone.now())
    assert sign_in(client).status_code == 302
    assert not SignInCounter.objects.filter(locked_until__gt=timezone.now()).exists()


def test_a_name_that_nobody_has_is_locked_just_the_same(client):
    for _ in range(6):
        text = sign_in(client, "nobody").content.decode()
    assert "用户名或密码不对" in text
    assert SignInCounter.objects.exclude(subject="").get(place="127.0.0.1").refused == 1


def test_a_stopped_account_cannot_sign_in_and_loses_its_session(client, user):
    sign_in(client)
    services.set_active(by=None, user=user, active=False)
    assert client.get(reverse("account")).status_code == 302
    assert "用户名或密码不对" in sign_in(client).content.decode()


@pytest.mark.parametrize("target", ["https://example.com/", "//example.com/", "javascript:alert(1)"])
def test_sign_in_leads_to_no_other_site(client, user, target):
    assert sign_in(client, next=target).url == reverse("home")


def test_signing_out_ends_the_session_and_needs_a_press(client, user):
    sign_in(client)
    assert client.get(reverse("logout")).status_code == 405
    client.post(reverse("logout"))
    assert not signed_in(client)


# One-time passwords ---------------------------------------------------------------------------------------------------


def test_a_one_time_password_opens_only_the_page_where_it_is_changed(client):
    user, password = services.add_account(by=None, username="new", name="新人")
    sign_in(client, "new", password)
    assert client.get(reverse("account")).url == reverse("password_change")
    assert client.get(reverse("password_change")).status_code == 200
    answer = {"old_password": password, "new_password1": PASSWORD, "new_password2": PASSWORD}
    assert client.post(reverse("password_change"), answer).url == reverse("password_change_done")
    assert client.get(reverse("account")).status_code == 200


def test_a_reset_ends_the_sessions_of_that_user(client, user):
    sign_in(client)
    services.reset_password(by=None, user=user)
    assert client.get(reverse("account")).url.startswith(reverse("login"))


def test_a_user_name_is_given_once(user):
    with pytest.raises(NotNow, match="已被使用"):
        services.add_account(by=None, username="GUIHUA", name="乙")


def test_an_account_without_password_cannot_sign_in(client):
    services.add_person(by=None, username="yi", name="乙")
    assert "用户名或密码不对" in sign_in(client, "yi", "").content.decode() or not signed_in(client)


# What was typed before ------------------------------------------------------------------------------------------------


def typed_without_session(client, **fields):
    return client.post(reverse("account"), {"remark": "typed text", "again": ["a1", "b2"], **fields})


def test_a_form_sent_after_the_session_ended_is_offered_again_and_not_sent_by_itself(client, user):
    response = typed_without_session(client)
    assert response.url == f"{reverse('login')}?next={reverse('resume')}"
    assert sign_in(client, next=reverse("resume")).url == reverse("resume")
    text = client.get(reverse("resume")).content.decode()
    assert "您登录前填写的内容已保留" in text
    assert f'action="{reverse("account")}"' in text
    for value in ("typed text", "a1", "b2"):
        assert f'value="{value}"' in text


def test_a_password_is_never_kept(client, user):
    sent = {"old_password": PASSWORD, "new_password1": "secret-typed", "new_password2": "secret-typed"}
    assert client.post(reverse("password_change"), sent).url.startswith(reverse("login"))
    assert STASH_KEY not in client.session


def test_what_one_person_typed_is_not_shown_to_the_next(client, user):
    sign_in(client)
    client.post(reverse("logout"))
    typed_without_session(client)
    User.objects.create_user("other", name="乙", password=PASSWORD)
    sign_in(client, "other")
    assert client.get(reverse("resume")).url == reverse("home")


def test_the_kept_form_can_be_dropped(client, user):
    typed_without_session(client)
    sign_in(client)
    client.post(reverse("resume"))
    assert STASH_KEY not in client.session


@pytest.mark.parametrize("path", ["https://example.com/steal", "//example.com/", "notes"])
def test_a_kept_form_goes_to_pages_of_ours_only(client, user, path):
    sign_in(client)
    session = client.session
    session[STASH_KEY] = {"path": path, "fields": [["text", "secret"]]}
    session.save()
    assert client.get(reverse("resume")).url == reverse("home")


# The sample -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def sample(settings) -> User:
    settings.SAMPLE = True
    bureau = make_bureau("东山县建设局")
    holder = make_user("规划管理岗", "yangli-guihua")
    appoint(make_post(make_section(bureau)), holder)
    grant(Role.OFFICE, bureau, make_user("办公室", "yangli-office"))
    audit.record(verb="sample.load", label="示例")
    return holder


def test_the_sample_lists_its_people_by_bureau_with_what_they_do(client, sample):
    text = client.get(reverse("login")).content.decode()
    for word in ("东山县建设局", "规划管理岗", "办公室", "填报本岗位登记表"):
        assert word in text


def test_one_press_signs_in_as_one_of_the_sample(client, sample):
    assert client.post(reverse("sample_signin"), {"sample": "yangli-guihua"}).status_code == 302
    assert client.session["_auth_user_id"] == str(sample.pk)
    assert Event.objects.get(verb="signin").actor == sample.pk


def test_a_new_person_does_not_lock_everybody_out_of_the_sample(client, sample):
    with pytest.raises(NotNow, match="yangli-"):
        services.add_person(by=None, username="xin-ren", name="新人")
    services.add_person(by=None, username="yangli-xinren", name="新人")
    assert client.post(reverse("sample_signin"), {"sample": "yangli-guihua"}).status_code == 302


@pytest.mark.parametrize("broken", ["a real person", "a real person, stopped", "not switched on"])
def test_one_press_is_refused_over_any_other_database(client, sample, settings, broken):
    if broken.startswith("a real person"):
        services.set_active(by=None, user=make_user("真人", "zhenren"), active="stopped" not in broken)
    else:
        settings.SAMPLE = False
    assert client.post(reverse("sample_signin"), {"sample": "yangli-guihua"}).status_code == 403
    assert not signed_in(client)
    assert "点一个人" not in client.get(reverse("login")).content.decode()


def test_people_who_are_called_like_the_sample_s_make_no_sample(client, settings):
    """As `set_up --prefix yangli` would make them over a real database."""
    settings.SAMPLE = True
    make_user("系统管理员", "yangli-xitong")
    assert client.post(reverse("sample_signin"), {"sample": "yangli-xitong"}).status_code == 403
    assert not signed_in(client)


@pytest.mark.django_db
def test_who_has_no_password_owes_no_new_one(client):
    user = make_user("示例人员")
    user.password_at = timezone.now() - datetime.timedelta(days=400)
    assert user.password_ends is None
    user.set_password("一个够长的密码 2026")
    assert user.password_ends is not None
