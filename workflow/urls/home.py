"""Addresses of the work list."""

from django.urls import URLPattern, path

from workflow.views import home, signing

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("mine/", home.mine, name="mine"),
    path("done/", home.done, name="done"),
    path("sign/", signing.sign, name="sign"),
]
