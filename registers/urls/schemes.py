"""Addresses of schemes pages."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
