"""Addresses of this app: one module per topic."""

from django.urls import URLPattern

from workflow.urls import batch, cycles, fill, home, notices, public, register

urlpatterns: list[URLPattern] = [
    *home.urlpatterns,
    *register.urlpatterns,
    *fill.urlpatterns,
    *cycles.urlpatterns,
    *batch.urlpatterns,
    *notices.urlpatterns,
    *public.urlpatterns,
]
