"""Address of the ledger."""

from django.urls import URLPattern, path

from registers.views.ledger import ledger

urlpatterns: list[URLPattern] = [path("ledger/", ledger, name="ledger")]
