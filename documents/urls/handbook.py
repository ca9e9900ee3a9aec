"""Address of the handbooks."""

from django.urls import URLPattern, path

from documents.views import handbook

urlpatterns: list[URLPattern] = [path("handbook/", handbook.handbook, name="handbook")]
