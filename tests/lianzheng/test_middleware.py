"""What holds for every request, whatever the page."""

import pytest
from django.urls import reverse

from audit.models import Event
from tests.factories import make_user
from tests.roads import register_at
from tests.world import make_world

FORWARDED = {"HTTP_X_FORWARDED_FOR": "203.0.113.9, 198.51.100.7", "REMOTE_ADDR": "127.0.0.1"}


def address_of_a_failed_sign_in(client, **headers) -> str:
    client.post("/signin/", {"username": "nobody", "password": "wrong"}, **headers)
    return Event.objects.latest("pk").address


@pytest.mark.django_db
def test_the_address_is_the_socket_s_when_no_proxy_of_ours_stands_in_front(client):
    assert address_of_a_failed_sign_in(client, **FORWARDED) == "127.0.0.1"


@pytest.mark.django_db
def test_behind_our_proxy_the_address_is_the_hop_that_the_proxy_itself_saw(client, settings):
    settings.BEHIND_PROXY = True
    assert address_of_a_failed_sign_in(client, **FORWARDED) == "198.51.100.7"


@pytest.mark.django_db
@pytest.mark.parametrize("junk", ["", "unknown", "198.51.100.7:80", "<script>"])
def test_what_is_no_address_is_not_believed(client, settings, junk):
    settings.BEHIND_PROXY = True
    assert address_of_a_failed_sign_in(client, HTTP_X_FORWARDED_FOR=junk, REMOTE_ADDR="127.0.0.1") == "127.0.0.1"


@pytest.mark.django_db
def test_even_a_redirect_to_tls_carries_the_security_headers(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    answer = client.get("/signin/")
    assert answer.status_code == 301
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.django_db
def test_an_address_that_is_only_posted_to_answers_with_a_page_when_opened(client):
    client.force_login(make_user("甲"))
    answer = client.get(reverse("notice_publish", args=[1]))
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"
    assert "请从页面办理" in answer.content.decode()


@pytest.mark.django_db
def test_an_act_tried_too_late_is_an_event_but_reading_its_page_by_the_back_button_is_none(client):
    world = make_world("s000")
    register = register_at(world, "post", "discipline", "规划管理岗")
    client.force_login(world.people["规划管理岗"])
    before = Event.objects.filter(verb="refused").count()
    assert client.get(f"/registers/{register.pk}/submit/").status_code == 409
    assert Event.objects.filter(verb="refused").count() == before
    assert client.post(f"/registers/{register.pk}/submit/", {"key": "k"}).status_code in {400, 409}
    client.force_login(world.people["系统管理员"])
    assert client.get("/ledger/").status_code == 403
    assert Event.objects.filter(verb="refused").count() > before
