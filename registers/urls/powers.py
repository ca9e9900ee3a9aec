"""Addresses of powers pages."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
