"""Addresses of this app: one module per topic."""

from django.urls import URLPattern

from workflow.urls import batch, fill, home, notices, public, register

urlpatterns: list[URLPattern] = [
    *home.urlpatterns,
    *register.urlpatterns,
    *fill.urlpatterns,
    *batch.urlpatterns,
    *notices.urlpatterns,
    *public.urlpatterns,
]
