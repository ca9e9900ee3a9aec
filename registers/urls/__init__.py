"""Addresses of this app: one module per topic."""

from django.urls import URLPattern

from registers.urls import administration, catalogue, importing, ledger, organisation, powers, schemes

urlpatterns: list[URLPattern] = [
    *ledger.urlpatterns,
    *administration.urlpatterns,
    *organisation.urlpatterns,
    *powers.urlpatterns,
    *schemes.urlpatterns,
    *importing.urlpatterns,
    *catalogue.urlpatterns,
]
