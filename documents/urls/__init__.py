"""Addresses of this app: one module per topic."""

from django.urls import URLPattern

from documents.urls import papers

urlpatterns: list[URLPattern] = [*papers.urlpatterns]
