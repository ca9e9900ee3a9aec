"""A bare Django list page, measured in the same run: what the framework itself costs on this machine today.

Thirty rows of one table through one plain template, Django's seven usual middlewares, a signed-in user.
"""

from collections.abc import Callable

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.test import Client, override_settings
from django.urls import path

from accounts.models import User
from registers.models import Post

MIDDLEWARE = [
    "benchmarks.bare.own_addresses",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATE = Engine().from_string(
    "<!doctype html><title>岗位</title><p>{{ user.name }}</p><table>{% for post in posts %}"
    "<tr><td><a href='/posts/{{ post.pk }}/'>{{ post.name }}</a></td><td>{{ post.unit.name }}</td>"
    "<td>{{ post.duties }}</td><td>{{ post.get_tier_display }}</td><td>{{ post.order }}</td></tr>{% endfor %}</table>"
)
URL = "/bare/"


def own_addresses(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: the addresses of this module, beside those of the product in one process."""

    def answer(request: HttpRequest) -> HttpResponse:
        request.urlconf = __name__
        return get_response(request)

    return answer


def listing(request: HttpRequest) -> HttpResponse:
    """Thirty posts."""
    posts: models.QuerySet[Post] = Post.objects.select_related("unit").order_by("pk")[:30]
    return HttpResponse(TEMPLATE.render(Context({"user": request.user, "posts": posts})))


urlpatterns = [path("bare/", listing)]


def bare_client(user: User) -> Client:
    """A signed-in browser of the bare page alone."""
    client = Client()
    client.force_login(user)
    with override_settings(MIDDLEWARE=MIDDLEWARE):
        assert client.get(URL).status_code == 200  # the middlewares are read at the first request
    return client
