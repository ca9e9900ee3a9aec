"""Addresses of this app: one module per topic."""

from django.urls import URLPattern

from documents.urls import ledger, papers, plates

urlpatterns: list[URLPattern] = [*ledger.urlpatterns, *papers.urlpatterns, *plates.urlpatterns]
