"""Addresses of this app: one module per topic."""

from django.urls import URLPattern

from documents.urls import (
    catalogue,
    filing_pack,
    fonts,
    handbook,
    layouts,
    ledger,
    lists,
    official,
    offline,
    papers,
    plates,
    supervision,
)

urlpatterns: list[URLPattern] = [
    *catalogue.urlpatterns,
    *filing_pack.urlpatterns,
    *fonts.urlpatterns,
    *handbook.urlpatterns,
    *layouts.urlpatterns,
    *ledger.urlpatterns,
    *lists.urlpatterns,
    *official.urlpatterns,
    *offline.urlpatterns,
    *papers.urlpatterns,
    *plates.urlpatterns,
    *supervision.urlpatterns,
]
