"""Address of the ledger's export."""

from django.urls import URLPattern, path

from documents.views.ledger import ledger_export

urlpatterns: list[URLPattern] = [path("ledger/export/", ledger_export, name="ledger_export")]
