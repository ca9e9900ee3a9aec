"""Addresses of the batch pages."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
