"""Addresses of the fill pages."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
