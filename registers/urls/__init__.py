"""Addresses of this app: one module per topic."""

from django.urls import URLPattern

from registers.urls import administration, importing, organisation, powers, schemes

urlpatterns: list[URLPattern] = [
    *administration.urlpatterns,
    *organisation.urlpatterns,
    *powers.urlpatterns,
    *schemes.urlpatterns,
    *importing.urlpatterns,
]
