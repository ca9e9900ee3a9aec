"""A bare Django list page, measured in the same run: what the framework itself costs on this machine today.

Thirty rows of one table through one plain template, Django's seven usual middlewares, a signed-in user.
"""

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.test import Client, override_settings
from django.urls import path

from accounts.models import User
from benchmarks.measure import Measure
from benchmarks.requests import client_of, measure_request
from registers.models import Post

MIDDLEWARE = [
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


def listing(request: HttpRequest) -> HttpResponse:
    """Thirty posts."""
    posts: models.QuerySet[Post] = Post.objects.select_related("unit").order_by("pk")[:30]
    return HttpResponse(TEMPLATE.render(Context({"user": request.user, "posts": posts})))


urlpatterns = [path("bare/", listing)]


def measure_bare(user: User) -> Measure:
    """The bare page's cost."""
    with override_settings(ROOT_URLCONF="benchmarks.bare", MIDDLEWARE=MIDDLEWARE):
        client: Client = client_of(user)
        return measure_request("bare", client, "/bare/", "Django 原样列表页，30 行")
