"""Addresses of the first pages."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
