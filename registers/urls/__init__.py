"""Addresses of this app: one module per topic."""

from django.urls import URLPattern

from registers.urls import importing, powers, schemes

urlpatterns: list[URLPattern] = [
    *powers.urlpatterns,
    *schemes.urlpatterns,
    *importing.urlpatterns,
]
